"""What is needed from outside to look things up: pages of what an account has."""

from dataclasses import dataclass
from typing import Protocol

from cliphook.application.ports import JobRef
from cliphook.domain.clip import Clip
from cliphook.domain.ids import AccountId, ClipId
from cliphook.domain.job import Job
from cliphook.domain.status import ClipStatus


@dataclass(frozen=True, slots=True)
class Page[T]:
    """
    One page of a list, and where the next begins.

    `left_out` names what would stand there too, if this version could read it.
    """

    items: tuple[T, ...]
    next_cursor: str | None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ClipFilter:
    """Which clips of a list are wanted; what is not said matters to nobody."""

    status: ClipStatus | None = None
    provider: str | None = None
    model: str | None = None

    def keeps(self, job: Job, clip: Clip) -> bool:
        """Tell whether a clip is one of them."""
        return (
            self.status in {None, clip.status}
            and self.provider in {None, job.provider}
            and self.model in {None, job.model}
        )


class Library(Protocol):
    """What an account can look up."""

    def load(self, ref: JobRef) -> Job | None:
        """Read a job as the latest commit left it."""
        ...

    def find_clip(self, account_id: AccountId, clip_id: ClipId) -> JobRef | None:
        """Tell which job a clip belongs to; just after the commit it may not be known yet."""
        ...

    def list_jobs(self, account_id: AccountId, limit: int, cursor: str | None) -> Page[Job]:
        """
        List jobs; one that only a newer version can read is left out, and takes nobody with it.

        Raises `InvalidRequestError` for a cursor that no page gave.
        """
        ...

    def list_clips(
        self, account_id: AccountId, wanted: ClipFilter, limit: int, cursor: str | None
    ) -> Page[tuple[Job, Clip]]:
        """
        List clips, with their jobs; so many are looked at for one page, wanted or not.

        A page may thus have fewer than its limit, or none, and another one behind it. Otherwise
        as `list_jobs`.
        """
        ...
