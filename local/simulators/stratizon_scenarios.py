"""What Stratizon can do, by name: there are only polls, so most of it is what a poll says."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local.simulators.scenario import Mark, Moment, Poll, PollFault, Scenario
from local.simulators.scenarios_common import common, failing_polls
from local.simulators.stratizon_facts import (
    REFUSALS,
    ClipUrlKey,
    CreditsAs,
    Failure,
    RefundKeys,
    StatusWords,
)

# The states in our words; how Stratizon writes them is a setting.
QUEUED: Final = Mark("queued")
RUNNING: Final = Mark("running", Moment.TEXT)
SUCCEEDED: Final = Mark("succeeded", Moment.COMPLETE)
FAILED: Final = Mark("failed", Moment.FIRST)
CANCELED: Final = Mark("canceled", Moment.FIRST)
REFUNDED: Final = frozenset({"failed", "canceled"})


@dataclass(frozen=True, slots=True)
class StratizonScenario(Scenario):
    """A way to behave for Stratizon; a shape that is None is as the settings say."""

    marks: tuple[Mark, ...] = (QUEUED, RUNNING, SUCCEEDED)
    failure: Failure = Failure.UPSTREAM
    tracks: int | None = None
    """How many clips there are; None is as many as the model makes."""
    unknown_fields: bool = False
    status_words: StatusWords | None = None
    clip_url_key: ClipUrlKey | None = None
    credits_as: CreditsAs | None = None
    refund_keys: RefundKeys | None = None


def _fails(says: str, failure: Failure) -> StratizonScenario:
    return StratizonScenario(says, marks=(QUEUED, RUNNING, FAILED), failure=failure)


_NUMBERED: Final[Mapping[str, StratizonScenario]] = {
    "S10-unknown-fields": StratizonScenario(
        "every answer carries fields nobody documents", unknown_fields=True
    ),
    "S11-failure-after-accept": _fails("accepted, then it fails; refunded", Failure.UPSTREAM),
    "S12-never-finishes": StratizonScenario(
        "polls say running for ever", marks=(QUEUED, RUNNING)
    ),
    "S13-unknown-task": StratizonScenario(
        "polls do not know the task", poll=Poll(PollFault.UNKNOWN)
    ),
}  # fmt: skip

_ENDS: Final[Mapping[str, StratizonScenario]] = {
    **{f"fail-{kind}": _fails(f"accepted, then it fails: {kind}", kind) for kind in Failure},
    "failed-at-once": StratizonScenario(
        "accepted, and failed at the first poll; refunded", marks=(Mark("failed"),)
    ),
    "canceled": StratizonScenario(
        "accepted, then it is canceled; refunded", marks=(QUEUED, RUNNING, CANCELED)
    ),
    "cancelled": StratizonScenario(
        "accepted, then it is canceled, written with two l; refunded",
        marks=(QUEUED, RUNNING, CANCELED),
        status_words="completed",
    ),
    "error-then-complete": StratizonScenario(
        "it fails and is refunded, and succeeds nevertheless",
        marks=(QUEUED, RUNNING, FAILED, SUCCEEDED),
    ),
    "complete-without-audio": StratizonScenario(
        "it succeeds with clips without a link; they have it 40 s later",
        marks=(QUEUED, RUNNING, Mark("succeeded", Moment.COMPLETE, full=False),
               Mark("succeeded", Moment.COMPLETE, 40)),
    ),
    "one-track": StratizonScenario("one clip, whatever the model", tracks=1),
    "no-tracks": StratizonScenario("it succeeds, and there is no clip", tracks=0),
}  # fmt: skip

_SHAPES: Final[Mapping[str, StratizonScenario]] = {
    "status-completed": StratizonScenario(
        "the words are pending, processing, completed", status_words="completed"
    ),
    "status-success": StratizonScenario(
        "the words are queued, running, success", status_words="success"
    ),
    "status-unknown": StratizonScenario(
        "polls use a word nobody knows until it succeeds", marks=(Mark("arranging"), SUCCEEDED)
    ),
    "clip-url": StratizonScenario("a clip's link is called url", clip_url_key="url"),
    "clip-audio-url": StratizonScenario(
        "a clip's link is url, inside of audio", clip_url_key="audio.url"
    ),
    "credits-number": StratizonScenario("credits are JSON numbers", credits_as="number"),
    "credits-string": StratizonScenario(
        "credits are strings with four decimals", credits_as="string"
    ),
    "refund-in-usd-too": StratizonScenario(
        "it fails; refunded_credits and its reference in USD",
        marks=(QUEUED, RUNNING, FAILED),
        refund_keys="credits-and-usd",
    ),
    "refund-unsaid": StratizonScenario(
        "it fails and is refunded, and the task does not say so",
        marks=(QUEUED, RUNNING, FAILED),
        refund_keys="none",
    ),
}

SCENARIOS: Final[Mapping[str, StratizonScenario]] = {
    **common(StratizonScenario, REFUSALS),
    **_NUMBERED,
    **_ENDS,
    **_SHAPES,
    **{name: StratizonScenario(says, poll=poll) for name, (says, poll) in failing_polls().items()},
}
