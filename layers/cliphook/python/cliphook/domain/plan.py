"""What was settled when a request came: who may make it, at which pace, and from what."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Pace:
    """
    A deployment's times for one provider, kept in the job: a change never moves a running job's.

    A job is handed to another process after `dispatch_after_s`, at once where its submission takes
    longer than a client waits. `is_polled` is true where polls are all that tells of progress.
    """

    poll_first_s: int
    deadline_s: int
    unknown_deadline_s: int
    poll_gap_s: int = 5
    dispatch_after_s: int = 30
    is_polled: bool = False


@dataclass(frozen=True, slots=True)
class Option:
    """
    One way to have a job made: who could do it, how, for what price, and why it stands here.

    `clips` is how many it gives, where that is known, and `cap` what an account may spend at that
    provider in a day, where the operator set a limit. `companions` are the parts, by name, that it
    is asked to make beside each clip, and paid for.
    """

    provider: str
    model: str
    pace: Pace
    price: Decimal | None = None
    reason: str = ""
    clips: int | None = None
    cap: Decimal | None = None
    companions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lineage:
    """
    What a request starts from, as it was found when the request came.

    Of an earlier clip these are its provider's own ids, and the model that made it; `key` and
    `picture_keys` are where the audio and the pictures lie with us.
    """

    provider: str | None = None
    model: str | None = None
    task_id: str | None = None
    provider_clip_id: str | None = None
    index: int = 0
    key: str | None = None
    url: str | None = None
    picture_keys: tuple[str | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Postponement:
    """
    Until when an attempt waits, for which option of the route, and why.

    With `has_slot` its turn is reserved then, and nobody else takes it. `unwell_since` tells since
    when nobody who may be asked answers well, where that is the reason.
    """

    attempt: int
    until: datetime
    option: int
    reason: str
    has_slot: bool = False
    unwell_since: datetime | None = None
