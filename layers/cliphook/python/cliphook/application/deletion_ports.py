"""What deleting needs from outside: records that stay, and hands that erase."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Protocol

from cliphook.application.ports import JobRef
from cliphook.domain.deletion import Deletion
from cliphook.domain.ids import AccountId, JobId


class Deletions(Protocol):
    """Where it is kept what was deleted. Raises `UnavailableStoreError`."""

    def bury(self, deletion: Deletion, version: int) -> bool:
        """
        Put the record in the place of a job's row, if that is of a version; else `False`.

        From then on nobody can load, list or change the job, and nobody can add it again.
        """
        ...

    def close(self, deletion: Deletion) -> None:
        """Store the record of an account's deletion; a later one takes the place of the first."""
        ...

    def find(self, ref: JobRef) -> Deletion | None:
        """Find the record of a job's deletion."""
        ...

    def list_due(self, before: datetime) -> Iterator[Deletion]:
        """Find what is not erased and should have been looked at before an instant."""
        ...

    def list_since(self, since: datetime, limit: int) -> Sequence[Deletion]:
        """Find deletions from an instant on, the oldest first."""
        ...

    def update(self, deletion: Deletion) -> None:
        """Store when to look again, or that all is erased."""
        ...

    def erase_rows(self, deletion: Deletion, limit: int) -> bool:
        """
        Delete all rows but the record, and but what tells of credit; `True` if none is left.

        What still waits for the bus is left until that has it.
        """
        ...


class Eraser(Protocol):
    """Who deletes objects. Raises `UnavailableStoreError`."""

    def erase(self, prefix: str) -> bool:
        """Delete up to a thousand objects, every version of them; `True` if none is left."""
        ...


class AccountJobs(Protocol):
    """Which jobs an account has."""

    def list_job_ids(
        self, account_id: AccountId, limit: int, before: str | None = None
    ) -> Sequence[JobId]:
        """Name an account's jobs, newest first; one that was just deleted may be among them."""
        ...


class AccountKeys(Protocol):
    """The API keys of an account. Raises `UnavailableStoreError`."""

    def revoke_all(self, account_id: AccountId, now: datetime) -> int:
        """Revoke the keys that an account has; to do it again does nothing."""
        ...
