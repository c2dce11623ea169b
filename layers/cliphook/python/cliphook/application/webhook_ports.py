"""What telling an account's receivers needs from outside."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cliphook.application.library_ports import Page
from cliphook.application.ports import JobRef
from cliphook.domain.delivery import Delivery, Response
from cliphook.domain.endpoint import Endpoint
from cliphook.domain.ids import AccountId, DeliveryId, EndpointId, EventId, JobId
from cliphook.domain.lane import Lane


@dataclass(frozen=True, slots=True)
class Announced:
    """An event as a receiver is told of it: `detail` is its own text, which nobody changes."""

    account_id: AccountId
    event_id: EventId
    type: str
    job_id: JobId
    at: datetime
    occurred_at: str
    detail: str


@dataclass(frozen=True, slots=True)
class DeliveryRef:
    """Which delivery of which account; nothing of another account can be named with it."""

    account_id: AccountId
    delivery_id: DeliveryId


@dataclass(frozen=True, slots=True)
class Replay:
    """Send an endpoint again what was announced in a time; `cursor` is how far that has come."""

    account_id: AccountId
    endpoint_id: EndpointId
    since: datetime
    until: datetime
    cursor: str | None = None


class Endpoints(Protocol):
    """Where endpoints are kept. Raises `UnavailableStoreError` if it is not known what is there."""

    def add(self, endpoint: Endpoint) -> bool:
        """Store a new endpoint; `False` if its account has as many as it may."""
        ...

    def find(self, account_id: AccountId, endpoint_id: EndpointId) -> Endpoint | None:
        """Find an endpoint of an account that nobody deleted."""
        ...

    def list_all(self, account_id: AccountId) -> Sequence[Endpoint]:
        """List all endpoints of an account, as they are now, the oldest first."""
        ...

    def swap(self, endpoint: Endpoint, version: int) -> bool:
        """Store an endpoint as it follows a version; `False` if another change was first."""
        ...


class Stored(StrEnum):
    """What became of storing a change."""

    DONE = "done"
    # Another change was first.
    LOST = "lost"
    # The account has as many waiting deliveries as it may; nothing was stored.
    FULL = "full"


class Deliveries(Protocol):
    """Where deliveries are kept for thirty days. Raises `UnavailableStoreError`."""

    def add(self, delivery: Delivery) -> bool:
        """Store a new delivery; `False` if there is one of that name."""
        ...

    def load(self, ref: DeliveryRef) -> Delivery | None:
        """Read a delivery as its latest change left it."""
        ...

    def swap(self, delivery: Delivery, before: Delivery) -> Stored:
        """Store a change of a delivery, and count it if that makes it wait, or wait no more."""
        ...

    def list_of(
        self, account_id: AccountId, owner: str, limit: int, cursor: str | None
    ) -> Page[Delivery]:
        """List deliveries of an endpoint or a job; raises `InvalidRequestError` for a cursor."""
        ...

    def list_due(self, before: datetime) -> Iterator[DeliveryRef]:
        """Find deliveries whose next attempt was due before an instant, in that order."""
        ...

    def remind(self, ref: DeliveryRef, until: datetime) -> None:
        """Find a delivery no more until an instant: somebody was sent to it."""
        ...


class Lanes(Protocol):
    """Where the lanes to an account's receivers are kept."""

    def load(self, account_id: AccountId, name: str) -> Lane:
        """Read a lane; a new one where nothing is known of it."""
        ...

    def swap(self, account_id: AccountId, lane: Lane, version: int) -> bool:
        """Store a lane as it follows a version; `False` if another change was first."""
        ...


class Callbacks(Protocol):
    """Where a client wants to be told of a single job."""

    def url_of(self, ref: JobRef) -> str | None:
        """Tell the callback URL that came with a job, if one did."""
        ...


class Announcements(Protocol):
    """All events of an account that are kept."""

    def list_events(
        self, account_id: AccountId, since: datetime, until: datetime, cursor: str | None
    ) -> Page[Announced]:
        """List events of a time; a page may have none, and another one behind it."""
        ...


class Errands(Protocol):
    """Who is sent to make attempts. Raises `UnavailableStoreError`."""

    def attempt(self, ref: DeliveryRef, wait_s: float = 0) -> None:
        """Have a delivery attempted after a while, of at most fifteen minutes."""
        ...

    def attempt_all(self, refs: Iterable[DeliveryRef]) -> None:
        """Have deliveries attempted now."""
        ...

    def replay(self, replay: Replay) -> None:
        """Have a time replayed."""
        ...


class Poster(Protocol):
    """Who speaks to receivers."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        """Post once, in bounded time; whatever comes is a response."""
        ...


class SigningSecrets(Protocol):
    """What is signed with."""

    def of_endpoint(self, endpoint_id: EndpointId, version: int) -> bytes:
        """Give a secret of an endpoint."""
        ...

    def of_account(self, account_id: AccountId) -> bytes:
        """Give the secret of an account's callback URLs."""
        ...
