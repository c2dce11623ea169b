"""What waits on the fake table: unsent events, and jobs that something is due for."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cliphook.application.outbox_ports import UnreadableRow
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.due import sweep_at
from cliphook.domain.job import Job
from tests.support.fake_table import FakeTable
from tests.support.hooks import step


class FakeOutbox:
    """What waits on the table: unsent events, and jobs that something is due for."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def mark_sent(self, row: EventRow) -> None:
        """Take a row off the list of unsent ones."""
        with step(self._table.hook, "outbox.mark_sent"):
            self._table.unsent.discard(row.key)
            self._table.parked.pop(row.key, None)

    def refuse(self, row: EventRow, reason: str, now: datetime) -> None:  # noqa: ARG002 - for people
        """Count that the bus refused a row, and put it behind the others that wait."""
        with step(self._table.hook, "outbox.refuse"):
            if row.key in self._table.unsent:
                self._table.rows[row.key] = replace(row, refusals=row.refusals + 1)
                self._table.refused[row.key] = now

    def park(self, row: EventRow | UnreadableRow, reason: str, now: datetime) -> None:  # noqa: ARG002
        """Take a row off the list of unsent ones and put it on the operator's."""
        with step(self._table.hook, "outbox.park"):
            if row.key in self._table.unsent:
                self._table.unsent.discard(row.key)
                self._table.parked[row.key] = reason

    def list_unsent(self, before: datetime) -> Iterator[EventRow | UnreadableRow]:
        """Find rows that wait since before an instant, those that wait longest first."""
        with step(self._table.hook, "outbox.list_unsent"):
            waiting = [self._table.rows[key] for key in self._table.unsent]
        since = {row.key: self._table.refused.get(row.key, row.at) for row in waiting}
        oldest = sorted(waiting, key=lambda row: (since[row.key], row.key))
        for row in oldest:
            if since[row.key] <= before and row.key in self._table.unsent:
                yield row

    def list_due(self, before: datetime) -> Iterator[JobRef]:
        """Find jobs at which the sweep should have looked before an instant, in that order."""
        with step(self._table.hook, "due_jobs.list_due"):
            waits = {ref: self._due_at(ref, job) for ref, job in self._table.jobs.items()}
        due = [(due_at, str(ref), ref) for ref, due_at in waits.items() if due_at]
        yield from (ref for due_at, _, ref in sorted(due) if due_at <= before)

    def put_off(self, ref: JobRef, reason: str, now: datetime, until: datetime) -> None:  # noqa: ARG002
        """Have the sweep look at a job only later."""
        with step(self._table.hook, "due_jobs.put_off"):
            job = self._table.jobs.get(ref)
            due_at = self._due_at(ref, job) if job else None
            if job and due_at and due_at <= now:
                self._table.put_off[ref] = (job.version, until)

    def _due_at(self, ref: JobRef, job: Job) -> datetime | None:
        version, until = self._table.put_off.get(ref, (None, None))
        return until if version == job.version else sweep_at(job)
