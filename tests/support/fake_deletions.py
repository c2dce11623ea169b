"""Deletions on the fakes' table, and a bucket of which only names and lengths are known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from cliphook.application.ports import JobRef
from cliphook.domain.deletion import Deletion
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, JobId
from tests.support.fake_table import FakeTable


class FakeDeletions:
    """Deletions on the table."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def bury(self, deletion: Deletion, version: int) -> bool:
        """Put the record in the place of a job, if that is of a version."""
        assert deletion.job_id
        ref = JobRef(deletion.account_id, deletion.job_id)
        job = self._table.jobs.get(ref)
        if not job or job.version != version:
            return False
        del self._table.jobs[ref]
        self._table.deletions[ref] = deletion
        return True

    def close(self, deletion: Deletion) -> None:
        """Store the record of an account's deletion."""
        self._table.deletions[JobRef(deletion.account_id, JobId(""))] = deletion

    def find(self, ref: JobRef) -> Deletion | None:
        """Find the record of a job's deletion."""
        return self._table.deletions.get(ref)

    def list_due(self, before: datetime) -> Iterator[Deletion]:
        """Find what should have been looked at before an instant."""
        found = [one for one in self._table.deletions.values() if one.due_at]
        yield from (one for one in found if one.due_at and one.due_at <= before)

    def list_since(self, since: datetime, limit: int) -> Sequence[Deletion]:
        """Find deletions from an instant on, the oldest first."""
        found = [one for one in self._table.deletions.values() if one.at >= since]
        return sorted(found, key=lambda one: one.at)[:limit]

    def update(self, deletion: Deletion) -> None:
        """Store what was found."""
        ref = JobRef(deletion.account_id, deletion.job_id or JobId(""))
        self._table.deletions[ref] = deletion

    def erase_rows(self, deletion: Deletion, limit: int) -> bool:
        """Delete what is kept of a job, but for what waits for the bus; whatever the limit."""
        del limit
        ref = JobRef(deletion.account_id, deletion.job_id or JobId(""))
        table = self._table
        table.evidence = {key: one for key, one in table.evidence.items() if key[0] != ref}
        of_job = {key for key in table.rows if key[0].endswith(f"#{ref.job_id}")}
        for key in of_job - table.unsent:
            del table.rows[key]
        return not of_job & table.unsent


@dataclass(slots=True)
class FakeEraser:
    """A bucket; `trouble` names prefixes that cannot be erased."""

    objects: set[str] = field(default_factory=set)
    trouble: set[str] = field(default_factory=set)

    def erase(self, prefix: str) -> bool:
        """Delete one object, as if there were no room for more in a request."""
        if prefix in self.trouble:
            raise UnavailableStoreError
        found = sorted(key for key in self.objects if key.startswith(prefix))
        self.objects -= {*found[:1]}
        return len(found) <= 1


class FakeAccountJobs:
    """The jobs of an account."""

    def __init__(self, table: FakeTable) -> None:
        """Use that table."""
        self._table = table

    def list_job_ids(
        self, account_id: AccountId, limit: int, before: str | None = None
    ) -> Sequence[JobId]:
        """Name an account's jobs, newest first; those that are deleted as well."""
        refs = [*self._table.jobs, *self._table.deletions]
        own = {ref.job_id for ref in refs if ref.account_id == account_id and ref.job_id}
        return sorted((one for one in own if not before or one < before), reverse=True)[:limit]
