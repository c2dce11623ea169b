"""What infery can do, by name: what all can, its two modes, and results of every shape."""

from collections.abc import Mapping
from typing import Final

from local.simulators.infery_facts import PROBLEMS
from local.simulators.infery_scenario import (
    FAILED_MARKS,
    HAPPY_MARKS,
    Carrier,
    Failure,
    InferyScenario,
    Shape,
)
from local.simulators.scenario import Mark, Moment, Poll, PollFault
from local.simulators.scenarios_common import common, failing_polls

LARGE_BYTES: Final = 60 * 1024 * 1024

_LINK, _INLINE = Carrier.LINK, Carrier.INLINE
_BUSY: Final = HAPPY_MARKS[:2]


def _shaped(says: str, shape: Shape, items: int | None = None) -> InferyScenario:
    return InferyScenario(says, shape=shape, items=items)


_NUMBERED: Final[Mapping[str, InferyScenario]] = {
    "S10-unknown-fields": _shaped("results carry fields nobody documents",
                                  Shape(unknown_fields=True)),
    "S11-failure-after-accept": InferyScenario("accepted, then it fails", marks=FAILED_MARKS),
    "S12-never-finishes": InferyScenario(
        "polls say processing for ever; in sync mode there is no answer", marks=_BUSY
    ),
    "S13-unknown-task": InferyScenario("polls do not know the job", poll=Poll(PollFault.UNKNOWN)),
}  # fmt: skip

_MODES: Final[Mapping[str, InferyScenario]] = {
    "sync": InferyScenario("the create is answered with the music", mode="sync"),
    "async-prose": InferyScenario("a job, in the words of the prose", mode="async_prose"),
    "async-schema": InferyScenario("a job, in the words of the schema", mode="async_schema"),
    "word-succeeded": InferyScenario("a finished job is called succeeded", word="succeeded"),
    "word-completed": InferyScenario("a finished job is called completed", word="completed"),
    "model-fallback": InferyScenario("another model answers, and headers say so",
                                     answered_by="lyria-3-pro-preview"),
}  # fmt: skip

_RESULTS: Final[Mapping[str, InferyScenario]] = {
    "b64-fallback": _shaped("all audio is inline", Shape(carriers=(_INLINE,))),
    "b64-large": _shaped(
        f"inline audio of {LARGE_BYTES >> 20} MiB",
        Shape(carriers=(_INLINE,), inline_bytes=LARGE_BYTES), items=1,
    ),
    "b64-escaped-slashes": _shaped("inline audio with \\/ for each slash",
                                   Shape(carriers=(_INLINE,), writing="escaped")),
    "b64-data-url": _shaped("inline audio behind data:audio/mpeg;base64,",
                            Shape(carriers=(_INLINE,), writing="data-url")),
    "b64-broken": _shaped("inline audio that is no base64",
                          Shape(carriers=(_INLINE,), writing="broken")),
    "mixed-data": _shaped("one result by link, one inline", Shape(carriers=(_LINK, _INLINE)),
                          items=2),
    "url-and-b64": _shaped("each result by link and inline", Shape(carriers=(Carrier.BOTH,))),
    "empty-data": _shaped("data is []", Shape(data="empty")),
    "data-null": _shaped("data is null", Shape(data="null")),
    "data-absent": _shaped("there is no data", Shape(data="absent")),
    "null-fields": _shaped("what a result has not is null", Shape(nulls=True)),
    "complete-without-audio": InferyScenario(
        "results without audio; polls have it 40 s later",
        marks=(*_BUSY, Mark("succeeded", Moment.COMPLETE, full=False),
               Mark("succeeded", Moment.COMPLETE, 40)),
    ),
    "wav": InferyScenario("a WAV, whatever was asked", form="wav"),
    "mp3-for-wav": InferyScenario("an MP3, whatever was asked", form="mp3"),
    "content-type-lie": _shaped("an MP3 is said to be a WAV", Shape(content_type="audio/wav")),
    "one-track": InferyScenario("one result", items=1),
    "five-tracks": InferyScenario("five results", items=5),
    "twelve-stems": InferyScenario("split_stem gives all twelve, some silent", all_stems=True),
}  # fmt: skip

_FAILURES: Final[Mapping[str, InferyScenario]] = {
    **{
        f"fail-{why}": InferyScenario(
            f"accepted, then it fails: {why}", marks=FAILED_MARKS, failure=why
        )
        for why in Failure
    },
    "async-failure": InferyScenario(
        "a job, and then it fails", mode="async_prose", marks=FAILED_MARKS
    ),
    "error-object": InferyScenario(
        "it fails, and polls say why in an object", marks=FAILED_MARKS, shape=Shape(error="object")
    ),
    "failure-at-the-end": InferyScenario(
        "it fails when it should be complete", marks=(*_BUSY, Mark("failed", Moment.COMPLETE))
    ),
    "status-unknown": InferyScenario(
        "polls use a word nobody knows until complete",
        marks=(Mark("arranging"), Mark("succeeded", Moment.COMPLETE)),
    ),
    "complete-then-failed": InferyScenario(
        "complete, and a minute later polls say failed",
        marks=(*HAPPY_MARKS, Mark("failed", Moment.COMPLETE, 60)),
    ),
}

SCENARIOS: Final[Mapping[str, InferyScenario]] = {
    **common(InferyScenario, list(PROBLEMS)),
    **_NUMBERED,
    **_MODES,
    **_RESULTS,
    **_FAILURES,
    **{name: InferyScenario(says, poll=poll) for name, (says, poll) in failing_polls().items()},
}
