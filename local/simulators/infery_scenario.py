"""What a scenario may say with infery: the mode, the states of a job, the shape of its results."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from local.simulators.infery_inline import Writing
from local.simulators.infery_switches import Mode, Word
from local.simulators.scenario import Mark, Moment, Scenario


class Carrier(StrEnum):
    """How a result brings its audio."""

    LINK = "link"
    INLINE = "inline"
    BOTH = "both"
    NEITHER = "neither"


class Failure(StrEnum):
    """Why an accepted job fails later, in our words; where the suno format has one, in its."""

    GENERATION = "generation"
    POLICY = "policy"
    SERVER = "server"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Shape:
    """How a result departs from the documented one."""

    carriers: tuple[Carrier, ...] = ()
    """How the items bring their audio, in turn; none is as the switches say."""
    data: Literal["items", "empty", "null", "absent"] = "items"
    nulls: bool = False
    """Whether what an item does not have is null instead of absent."""
    unknown_fields: bool = False
    writing: Writing | None = None
    """How base64 is written; data-url has a prefix, and broken cannot be read."""
    inline_bytes: int | None = None
    content_type: str | None = None
    error: Literal["string", "object"] = "string"


PLAIN: Final = Shape()

HAPPY_MARKS: Final = (
    Mark("queued"),
    Mark("processing", Moment.TEXT),
    Mark("succeeded", Moment.COMPLETE),
)
FAILED_MARKS: Final = (*HAPPY_MARKS[:2], Mark("failed", Moment.FIRST))


@dataclass(frozen=True, slots=True)
class InferyScenario(Scenario):
    """A way to behave for infery. What is None is as the switches say."""

    mode: Mode | None = None
    word: Word | None = None
    marks: tuple[Mark, ...] = HAPPY_MARKS
    """What polls say, with succeeded for either word; in sync mode, the first end is the answer."""
    failure: Failure = Failure.GENERATION
    shape: Shape = PLAIN
    items: int | None = None
    form: Literal["mp3", "wav"] | None = None
    """The format of the answer, whatever was asked."""
    all_stems: bool = False
    """Whether stems in which nothing plays come as well, as silence."""
    answered_by: str | None = None
    """The model that answers in place of the one that was asked."""
