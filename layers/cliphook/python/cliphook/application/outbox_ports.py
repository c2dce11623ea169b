"""What announcing needs from outside: rows that wait, a bus, and what becomes of a row there."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.ids import EventId


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row of which nothing but its key can be read."""

    key: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """
    Why the bus did not take a row; `is_final` if it never will, however often it is asked.

    `is_busy` if that says nothing of the row, and the bus takes it when it is well again.
    """

    reason: str
    is_final: bool
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    What became of rows: the bus took them, or refused each by itself.

    Of all others nothing is known: the bus did not answer, which is no fault of theirs.
    """

    taken: frozenset[EventId]
    refused: Mapping[EventId, Refusal]


class Bus(Protocol):
    """Where events are announced."""

    def put(self, rows: Sequence[EventRow]) -> Delivery:
        """Send rows, in their order, and tell what became of each."""
        ...


class Outbox(Protocol):
    """
    Announcements that were committed and may not have been sent.

    Raises `UnavailableStoreError`; then the row stays as it is.
    """

    def mark_sent(self, row: EventRow) -> None:
        """Take a row off the list of unsent ones; doing it again does nothing."""
        ...

    def refuse(self, row: EventRow, reason: str, now: datetime) -> None:
        """Count that the bus refused a row, and put it behind the others that wait."""
        ...

    def park(self, row: EventRow | UnreadableRow, reason: str, now: datetime) -> None:
        """Take a row off the list of unsent ones and put it on the operator's."""
        ...

    def list_unsent(self, before: datetime) -> Iterator[EventRow | UnreadableRow]:
        """Find rows that wait since before an instant, those that wait longest first."""
        ...


class DueJobs(Protocol):
    """Jobs that wait for something."""

    def list_due(self, before: datetime) -> Iterator[JobRef]:
        """Find jobs at which the sweep should have looked before an instant, in that order."""
        ...

    def put_off(self, ref: JobRef, reason: str, now: datetime, until: datetime) -> None:
        """
        Have the sweep look at a job only later, and put it on the operator's list.

        The job itself is not touched, and its next commit forgets this. Does nothing to one that
        is not due now; raises `UnavailableStoreError`.
        """
        ...
