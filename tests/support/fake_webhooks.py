"""The webhooks' ports on plain dictionaries, keeping the promises that contract tests hold to."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cliphook.application.library_ports import Page
from cliphook.application.ports import JobRef
from cliphook.application.webhook_ports import Announced, DeliveryRef, Replay, Stored
from cliphook.domain.delivery import Delivery, Response
from cliphook.domain.endpoint import ENDPOINTS_MAX, Endpoint
from cliphook.domain.errors import (
    FieldError,
    InvalidRequestError,
    UnavailableStoreError,
)
from cliphook.domain.ids import AccountId, EndpointId, EventId, is_id
from cliphook.domain.lane import Lane


class FakeEndpoints:
    """Endpoints of accounts."""

    def __init__(self) -> None:
        self.rows: dict[tuple[AccountId, EndpointId], Endpoint] = {}

    def add(self, endpoint: Endpoint) -> bool:
        if (endpoint.account_id, endpoint.id) in self.rows:
            raise UnavailableStoreError
        if len(self.list_all(endpoint.account_id)) >= ENDPOINTS_MAX:
            return False
        self.rows[endpoint.account_id, endpoint.id] = endpoint
        return True

    def find(self, account_id: AccountId, endpoint_id: EndpointId) -> Endpoint | None:
        found = self.rows.get((account_id, endpoint_id))
        return found if found and not found.deleted_at else None

    def list_all(self, account_id: AccountId) -> Sequence[Endpoint]:
        own = [one for one in self.rows.values() if one.account_id == account_id]
        return sorted((one for one in own if not one.deleted_at), key=lambda one: one.id)

    def swap(self, endpoint: Endpoint, version: int) -> bool:
        key = (endpoint.account_id, endpoint.id)
        if key not in self.rows or self.rows[key].version != version:
            return False
        self.rows[key] = endpoint
        return True


class FakeDeliveries:
    """Deliveries of accounts, of which so many may wait."""

    def __init__(self, waiting_max: int = 10_000) -> None:
        self.waiting_max = waiting_max
        self.rows: dict[DeliveryRef, Delivery] = {}
        self.due: dict[DeliveryRef, datetime] = {}
        self.waiting: Counter[AccountId] = Counter()

    def add(self, delivery: Delivery) -> bool:
        ref = DeliveryRef(delivery.account_id, delivery.id)
        if ref in self.rows:
            return False
        self._write(delivery)
        return True

    def load(self, ref: DeliveryRef) -> Delivery | None:
        return self.rows.get(ref)

    def swap(self, delivery: Delivery, before: Delivery) -> Stored:
        known = self.rows.get(DeliveryRef(delivery.account_id, delivery.id))
        if not known or known.version != before.version:
            return Stored.LOST
        by = delivery.is_waiting - before.is_waiting
        if by > 0 and self.waiting[delivery.account_id] >= self.waiting_max:
            return Stored.FULL
        self.waiting[delivery.account_id] += by
        self._write(delivery)
        return Stored.DONE

    def list_of(
        self, account_id: AccountId, owner: str, limit: int, cursor: str | None
    ) -> Page[Delivery]:
        if cursor is not None and not is_id("dlv", cursor):
            raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))
        own = [one for ref, one in self.rows.items() if ref.account_id == account_id]
        found = [one for one in own if one.owner == owner and (not cursor or one.id < cursor)]
        newest = sorted(found, key=lambda one: one.id, reverse=True)
        page = tuple(newest[:limit])
        return Page(page, page[-1].id if len(newest) > limit else None)

    def list_due(self, before: datetime) -> Iterator[DeliveryRef]:
        found = [(at, ref.delivery_id, ref) for ref, at in self.due.items() if at <= before]
        yield from (ref for _, _, ref in sorted(found, key=lambda one: one[:2]))

    def remind(self, ref: DeliveryRef, until: datetime) -> None:
        if ref in self.due and self.due[ref] < until:
            self.due[ref] = until

    def _write(self, delivery: Delivery) -> None:
        ref = DeliveryRef(delivery.account_id, delivery.id)
        self.rows[ref] = delivery
        self.due.pop(ref, None)
        if delivery.next_attempt_at:
            self.due[ref] = delivery.next_attempt_at


class FakeLanes:
    """Lanes to receivers."""

    def __init__(self) -> None:
        self.rows: dict[tuple[AccountId, str], Lane] = {}

    def load(self, account_id: AccountId, name: str) -> Lane:
        return self.rows.get((account_id, name), Lane(name))

    def swap(self, account_id: AccountId, lane: Lane, version: int) -> bool:
        if self.load(account_id, lane.name).version != version:
            return False
        self.rows[account_id, lane.name] = lane
        return True


class FakeAnnouncements:
    """Events as they were announced, and callback URLs of jobs."""

    def __init__(self, page: int = 50) -> None:
        self.events: list[Announced] = []
        self.urls: dict[JobRef, str] = {}
        self.page = page

    def list_events(
        self, account_id: AccountId, since: datetime, until: datetime, cursor: str | None
    ) -> Page[Announced]:
        if cursor is not None and not is_id("evt", cursor):
            raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))
        own = [one for one in self.events if one.account_id == account_id]
        start = [one.event_id for one in own].index(EventId(cursor)) + 1 if cursor else 0
        page = own[start : start + self.page]
        more = page[-1].event_id if start + self.page < len(own) else None
        return Page(tuple(one for one in page if since <= one.at <= until), more)

    def url_of(self, ref: JobRef) -> str | None:
        return self.urls.get(ref)


@dataclass
class FakeErrands:
    """A queue: errands by the instant at which they can be done."""

    clock: "Clock"
    attempts: list[tuple[datetime, DeliveryRef]] = field(default_factory=list)
    replays: list[Replay] = field(default_factory=list)

    def attempt(self, ref: DeliveryRef, wait_s: float = 0) -> None:
        assert wait_s <= 900
        self.attempts.append((self.clock.now + timedelta(seconds=wait_s), ref))

    def attempt_all(self, refs: Iterable[DeliveryRef]) -> None:
        for ref in refs:
            self.attempt(ref)

    def replay(self, replay: Replay) -> None:
        self.replays.append(replay)

    def take(self) -> tuple[datetime, DeliveryRef] | None:
        """Take the errand that can be done first."""
        if not self.attempts:
            return None
        first = min(self.attempts, key=lambda one: one[0])
        self.attempts.remove(first)
        return first


@dataclass
class Clock:
    """The time, which goes on when somebody moves it."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now


@dataclass(frozen=True, slots=True)
class Posted:
    """What a receiver was sent."""

    at: datetime
    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class FakePoster:
    """Receivers that answer as a script says, the last line of it over and over."""

    clock: Clock
    scripts: dict[str, list[Response]] = field(default_factory=dict)
    posted: list[Posted] = field(default_factory=list)

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Response:
        self.posted.append(Posted(self.clock.now, url, headers, body))
        script = self.scripts.get(url, [Response(status=204)])
        response = script[0] if len(script) == 1 else script.pop(0)
        self.clock.now += timedelta(milliseconds=response.duration_ms)
        return response
