"""The ladder of statuses and the stages, as tables."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final


class Status(StrEnum):
    """How far a job is. It only rises; the last four never change again."""

    QUEUED = "queued"
    SUBMITTING = "submitting"
    ACCEPTED = "accepted"
    TEXT = "text"
    FIRST = "first"
    COMPLETE = "complete"
    ARCHIVED = "archived"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELED = "canceled"


class Stage(StrEnum):
    """What providers call the three steps of a job; `text` and `first` may be skipped."""

    TEXT = "text"
    FIRST = "first"
    COMPLETE = "complete"


class ClipStatus(StrEnum):
    """How far a clip is; `ready` means that the provider has audio."""

    PENDING = "pending"
    READY = "ready"
    ARCHIVED = "archived"
    ARCHIVE_FAILED = "archive_failed"


_GAVE_UP: Final = frozenset({Status.FAILED, Status.EXPIRED, Status.CANCELED})

# Where a job may go from each status. Providers skip stages, and callbacks overtake each other,
# so every later step of the ladder can be reached; nothing leads down, and nothing leads out of
# the last four. A job whose music is complete can no longer fail.
NEXT: Final[Mapping[Status, frozenset[Status]]] = {
    Status.QUEUED: frozenset(Status) - {Status.QUEUED},
    Status.SUBMITTING: frozenset(Status) - {Status.QUEUED, Status.SUBMITTING},
    Status.ACCEPTED: _GAVE_UP | {Status.TEXT, Status.FIRST, Status.COMPLETE, Status.ARCHIVED},
    Status.TEXT: _GAVE_UP | {Status.FIRST, Status.COMPLETE, Status.ARCHIVED},
    Status.FIRST: _GAVE_UP | {Status.COMPLETE, Status.ARCHIVED},
    Status.COMPLETE: frozenset({Status.ARCHIVED}),
    Status.ARCHIVED: frozenset(),
    Status.FAILED: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.CANCELED: frozenset(),
}

TERMINAL: Final = frozenset(status for status, following in NEXT.items() if not following)

# How much a stage tells: of two sayings about a clip, the one from the later stage counts.
STAGE_RANK: Final[Mapping[Stage, int]] = {Stage.TEXT: 1, Stage.FIRST: 2, Stage.COMPLETE: 3}
