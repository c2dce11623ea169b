"""What remains of a job or an account that was deleted: that it was, and how much there was."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job

# Whoever had read a job before it was deleted may still store something of it: an invocation of a
# quarter of an hour, or an upload whose form was signed just before.
SETTLED_AFTER: Final = timedelta(hours=1)
# When it is looked again whether the bus has by now what waits for it.
LOOK_AGAIN: Final = timedelta(minutes=1)
# When something is tried again that could not be erased.
TRY_AGAIN: Final = timedelta(minutes=5)


class By(StrEnum):
    """Who wanted something deleted."""

    CLIENT = "client"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Deletion:
    """
    The record of a deletion: of a job, or of all that an account has if it names none.

    `clips` and `size_bytes` say what was kept of it then. It is looked at again at `due_at`, until
    nothing is left and nothing can come any more; since `erased_at` that is so.
    """

    account_id: AccountId
    job_id: JobId | None
    at: datetime
    by: By
    clips: int = 0
    size_bytes: int = 0
    due_at: datetime | None = None
    erased_at: datetime | None = None


def bury(job: Job, by: By, at: datetime) -> Deletion:
    """Write the record of a job's deletion, of which nothing is erased yet."""
    kept = [clip.passport for clip in job.clips.values() if clip.passport]
    size_bytes = sum(passport.size_bytes for passport in kept)
    return Deletion(job.account_id, job.id, at, by, len(job.clips), size_bytes, due_at=at)


def look_again(deletion: Deletion, now: datetime, *, is_clean: bool) -> Deletion:
    """Tell when to look again after a look that found all of it gone, or not."""
    settled_at = deletion.at + SETTLED_AFTER
    if not is_clean:
        return replace(deletion, due_at=now + LOOK_AGAIN)
    if now < settled_at:
        return replace(deletion, due_at=settled_at)
    return replace(deletion, due_at=None, erased_at=now)


def prefixes_of(deletion: Deletion) -> tuple[str, ...]:
    """Name where the bytes lie: a job's clips and tagged copies, or an account's own files."""
    account_id, job_id = deletion.account_id, deletion.job_id
    if not job_id:
        return (f"files/{account_id}/",)
    return (f"clips/{account_id}/{job_id}/", f"tagged/{account_id}/{job_id}/")
