"""
A scenario: who asks for what and when, and how the parties outside behave.

It is data. Of several ways to behave the first is what happens by itself; in random runs chance
takes any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final


class Reply(StrEnum):
    """How a provider answers a submission."""

    TAKE = "take"
    REFUSE = "refuse"
    REFUSE_FOR_NOW = "refuse-for-now"
    # The music itself is in the answer, and nowhere else; only where answers are music.
    TAKE_INLINE = "take-inline"
    # Refused inside an answer of status 200.
    REFUSE_QUIETLY = "refuse-quietly"
    NO_CONNECTION = "no-connection"
    # In doubt, and not taken.
    HANG = "hang"
    BREAK = "break"
    # In doubt, and taken.
    TAKE_AND_HANG = "take-and-hang"
    TAKE_AND_BREAK = "take-and-break"
    TAKE_WITHOUT_ID = "take-without-id"
    # The callbacks are faster than the answer.
    TAKE_SLOWLY = "take-slowly"


class Course(StrEnum):
    """What a provider makes of a task, and what it tells of that."""

    PLAIN = "plain"
    SKIPPED = "skipped"
    REPEATED = "repeated"
    SWAPPED = "swapped"
    LATE = "late"
    LOST = "lost"
    MALFORMED = "malformed"
    FOREIGN_ID = "foreign-id"
    FAILED = "failed"
    ERROR_AFTER_FIRST = "error-after-first"
    FALSE_ERROR = "false-error"
    FALSE_COMPLETE = "false-complete"
    NEVER = "never"


class Audio(StrEnum):
    """What an audio host serves."""

    GOOD = "good"
    TRUNCATED_ONCE = "truncated-once"
    TRUNCATED = "truncated"
    EMPTY = "empty"
    MISSING = "missing"
    BROKEN_ONCE = "broken-once"
    BROKEN = "broken"
    CHANGING = "changing"
    # Whole again only when everybody has given it up.
    BROKEN_FOR_AN_HOUR = "broken-for-an-hour"
    EXPIRED = "expired"


class Attack(StrEnum):
    """What somebody else sends to the callbacks' addresses."""

    NONE = ""
    RANDOM_TICKET = "random-ticket"
    OTHER_TICKET = "other-ticket"
    REPLAYED = "replayed"
    CHANGED_BODY = "changed-body"
    FALSE_END = "false-end"


@dataclass(frozen=True, slots=True)
class Habits:
    """How one provider behaves."""

    # What the first submissions are answered with, one after another, before `replies`.
    first: tuple[Reply, ...] = ()
    replies: tuple[Reply, ...] = (Reply.TAKE,)
    courses: tuple[Course, ...] = (Course.PLAIN,)
    audio: tuple[Audio, ...] = (Audio.GOOD,)
    # What becomes of the covers that it names; of none, where it names none.
    covers: tuple[Audio, ...] = ()
    attacks: tuple[Attack, ...] = (Attack.NONE,)
    # How many clips it makes of a job.
    clips: int = 2
    # How long ago the state was of which its API tells.
    lags_s: tuple[int, ...] = (0,)
    # When it calls back again that was not answered well.
    calls_again_s: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Ask:
    """One request of a client; `after_s` counts from the beginning."""

    body: Mapping[str, Any]
    after_s: float = 1.0
    client: str = "one"
    key: str | None = None
    # How often it is sent again, all with the same key: at once, or after no good answer.
    copies: int = 1
    retries: int = 3
    # Whether, and when after it was answered, the client cancels the job, or looks at it.
    cancel_after_s: float | None = None
    look_after_s: float | None = None


class Harm(StrEnum):
    """What a service does in troubled times."""

    FAILS = "fails"
    CRASHES = "crashes"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True)
class Trouble:
    """A time during which a port (`kv`, `bus`, …) does not do what it should, for anybody."""

    port: str
    from_s: float
    for_s: float
    harm: Harm = Harm.FAILS


@dataclass(frozen=True, slots=True)
class Scenario:
    """One row."""

    name: str
    asks: tuple[Ask, ...]
    providers: Mapping[str, Habits] = field(default_factory=dict[str, Habits])
    # Statuses in which every job is at the end, if nothing else went wrong.
    ends: frozenset[str] = frozenset({"archived"})
    # Which release from before an invocation may run, if any.
    before: str = ""
    # Whether a newer release has written to the rows of jobs.
    newer: bool = False
    # Whether what recovers (the sweep, the poll queue) is switched off.
    strict: bool = False
    settings: tuple[tuple[str, str], ...] = ()
    # What is wrong by itself, whatever else goes wrong.
    troubles: tuple[Trouble, ...] = ()
    # The credit that the operator gives to whom.
    credit: tuple[tuple[str, str], ...] = ()
    # When the operator puts all dead letters back into their queues, twice over.
    redrive_at_s: float | None = None
    # When the operator deletes all jobs of whom.
    deleted: tuple[tuple[str, float], ...] = ()
    # Whether an event row is on the table that nobody can read.
    poison: bool = False


# Up to when faults may strike, and when a run is given up, in virtual seconds.
FAULTS_END_S: Final = 25 * 60
RUN_MAX_S: Final = 14 * 86_400
