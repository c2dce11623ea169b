"""What an operator's commands need from outside: rows and messages that somebody has to look at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from cliphook.application.ports import JobRef, Origin
from cliphook.domain.ids import ClipId


class Place(StrEnum):
    """A list of rows that wait for an operator."""

    PARKED = "parked"
    QUARANTINE = "quarantine"
    CLIPS = "clips"
    JOBS = "jobs"


@dataclass(frozen=True, slots=True)
class StuckRow:
    """
    A row on one of the lists: what it is about, since when it is there, and why.

    `what` is an event's type, or where a report came from. A row that nobody can read may not even
    tell of which job it is.
    """

    place: Place
    key: tuple[str, str]
    ref: JobRef | None
    since: str
    reason: str
    what: str = ""
    clip_id: ClipId | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """A quarantined body, and what is known of how it came; older ones do not say their attempt."""

    row: StuckRow
    origin: Origin
    body: bytes
    received_at: datetime
    attempt: int | None


class StuckRows(Protocol):
    """The lists. Raises `UnavailableStoreError`."""

    def find(self, place: Place, limit: int, since: str = "") -> Sequence[StuckRow]:
        """Find rows that are there since an instant or later, those that wait longest first."""
        ...

    def find_of(self, ref: JobRef, place: Place) -> Sequence[StuckRow]:
        """Find a job's rows on one of the lists."""
        ...

    def count(self, place: Place) -> int:
        """Count what is on a list, up to a thousand."""
        ...

    def read_report(self, row: StuckRow) -> Report:
        """Read a quarantined body."""
        ...

    def unpark(self, row: StuckRow) -> None:
        """Put a parked row back among the unsent ones; one that is not parked is left alone."""
        ...

    def settle(self, row: StuckRow, how: str, now: datetime) -> None:
        """Mark a row as dealt with, and take it off its list; doing it again does nothing."""
        ...


@dataclass(frozen=True, slots=True)
class UnkeptClip:
    """A clip that its provider has delivered and we do not have."""

    ref: JobRef
    clip_id: ClipId
    delivered_at: datetime


class Waiting(Protocol):
    """How long anything waits. Raises `UnavailableStoreError`."""

    def unsent_since(self) -> datetime | None:
        """Tell since when the oldest unsent row waits."""
        ...

    def due_since(self) -> datetime | None:
        """Tell since when the sweep should have looked at a job."""
        ...

    def find_unkept(self, provider: str, after: datetime, limit: int) -> Sequence[UnkeptClip]:
        """Find clips of a provider, delivered after an instant, that are not kept; oldest first."""
        ...

    def find_overdue(self, before: datetime, limit: int) -> Sequence[tuple[JobRef, str]]:
        """Find jobs at which it should have looked before an instant, and when that was."""
        ...


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that nobody could handle; `handle` is good for as long as it is hidden."""

    queue: str
    id: str
    handle: str
    body: str
    since: datetime
    marks: Mapping[str, str]


class Letters(Protocol):
    """Dead letters, and the queues that they came from. Raises `UnavailableStoreError`."""

    def take(self, queue: str, limit: int, hidden_s: int) -> Sequence[Letter]:
        """Take messages, at most so many, and hide them from others for a while."""
        ...

    def put_back(self, letters: Sequence[Letter]) -> None:
        """Show messages to others again at once."""
        ...

    def send(self, queue: str, body: str) -> None:
        """Put a message into a queue."""
        ...

    def drop(self, letter: Letter) -> None:
        """Delete a message."""
        ...

    def depth(self, queue: str) -> int:
        """Tell how many messages there are, more or less."""
        ...


class Replayed(StrEnum):
    """What came of the wish for a replay; the same wish again starts none."""

    STARTED = "started"
    STARTED_BEFORE = "started_before"
    REFUSED = "refused"
    NO_SUCH_RULE = "no_such_rule"
    OWN_RULE = "own_rule"


class Replays(Protocol):
    """The bus's archive. Raises `UnavailableStoreError`."""

    def sources(self, rule: str) -> Sequence[str] | None:
        """Name the sources that a rule of the bus listens to; nothing if there is no such rule."""
        ...

    def start(self, name: str, rule: str, since: datetime, until: datetime) -> tuple[Replayed, str]:
        """Replay to one rule what was announced in a time; with the bus's word if it refuses."""
        ...
