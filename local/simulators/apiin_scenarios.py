"""What apiin can do, by name; a name that other simulators have too means the same there."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from local.simulators.apiin_facts import REFUSALS, Failure
from local.simulators.apiin_scenario import (
    HAPPY_CALLS,
    HAPPY_MARKS,
    ApiinScenario,
    Call,
    Shape,
    State,
    fails,
    shaped,
)
from local.simulators.scenario import Mark, Moment, Poll, PollFault
from local.simulators.scenarios_common import common, failing_polls

_TEXT, _FIRST, _COMPLETE = HAPPY_CALLS
_UNTIL_FIRST: Final = HAPPY_MARKS[:3]
_FAILED: Final = Call(State.FAILED, Moment.FIRST)
_UNKNOWN_FIELDS: Final = Shape(unknown_fields=True)

_NUMBERED: Final[Mapping[str, ApiinScenario]] = {
    "S10-unknown-fields": ApiinScenario(
        "feeds and webhooks carry fields nobody documents",
        calls=shaped(_UNKNOWN_FIELDS), feed=_UNKNOWN_FIELDS,
    ),
    "S11-failure-after-accept": fails("accepted, then it fails", Failure.GENERATION),
    "S12-never-finishes": ApiinScenario(
        "no webhook, and a feed in progress for ever", calls=(), marks=HAPPY_MARKS[:1]
    ),
    "S13-unknown-task": ApiinScenario(
        "no webhook, and polls do not know the task", calls=(), poll=Poll(PollFault.UNKNOWN)
    ),
}  # fmt: skip

_WEBHOOKS: Final[Mapping[str, ApiinScenario]] = {
    "skip-text-first": ApiinScenario("complete comes alone", calls=(_COMPLETE,)),
    "out-of-order": ApiinScenario(
        "complete, then first, then text",
        calls=(
            _COMPLETE,
            Call(State.FIRST, Moment.COMPLETE, 8),
            Call(State.TEXT, Moment.COMPLETE, 16),
        ),
    ),
    "all-at-once": ApiinScenario(
        "three stages at the same moment",
        calls=tuple(replace(call, after=Moment.COMPLETE) for call in HAPPY_CALLS),
    ),
    "duplicate": ApiinScenario(
        "each stage comes three times",
        calls=tuple(replace(call, plus_s=more) for call in HAPPY_CALLS for more in (0, 4, 9)),
    ),
    "lost-callbacks": ApiinScenario("nothing is called back; polls tell all", calls=()),
    "lost-complete": ApiinScenario("only text and first are called back", calls=(_TEXT, _FIRST)),
    "callback-before-answer": ApiinScenario(
        "text is called back before the create is answered", answer_after_calls=1
    ),
    "complete-before-answer": ApiinScenario(
        "all is called back before the create is answered", answer_after_calls=3
    ),
    "callback-wrapped": ApiinScenario(
        "webhooks have code, message and data", switched=(("callback_shape", "wrapped"),)
    ),
    "callback-flat": ApiinScenario(
        "webhooks have task_id and status", switched=(("callback_shape", "flat"),)
    ),
    "foreign-task-id": ApiinScenario(
        "webhooks name another task than the create did",
        calls=shaped(Shape(foreign_id=True)), switched=(("callback_shape", "wrapped"),),
    ),
    "too-large": ApiinScenario("webhooks have 300 KiB", calls=shaped(Shape(pad_bytes=300 * 1024))),
    "broken-json": ApiinScenario("webhooks are cut JSON", calls=shaped(Shape(broken=True))),
}  # fmt: skip

_FEEDS: Final[Mapping[str, ApiinScenario]] = {
    "complete-without-audio": ApiinScenario(
        "complete comes without audio, and once more with it",
        calls=(_TEXT, replace(_COMPLETE, shape=Shape(audio=False)), replace(_COMPLETE, plus_s=40)),
        marks=(*_UNTIL_FIRST, Mark(State.COMPLETE, Moment.COMPLETE, full=False),
               Mark(State.COMPLETE, Moment.COMPLETE, 40)),
    ),
    "feed-staged": ApiinScenario(
        "a feed of the older kind: the stage as its type, and no code",
        switched=(("feed_type_vocab", "staged"),),
    ),
    "complete-says-first": ApiinScenario(
        "finished results say first; only their message says that all is generated",
        switched=(("complete_status_word", "first"),),
    ),
    "lean-items": ApiinScenario(
        "results have the keys of apiin's own page and no other", switched=(("item_keys", "lean"),)
    ),
    "early-audio-url": ApiinScenario(
        "results with but a text have an audio_url, where the track is streamed",
        calls=shaped(Shape(early_audio=True)), feed=Shape(early_audio=True),
    ),
    "text-without-ids": ApiinScenario(
        "results with but a text have no id", calls=shaped(Shape(ids=False)), feed=Shape(ids=False)
    ),
    "one-track": ApiinScenario("one track instead of two", tracks=1),
    "status-unknown": ApiinScenario(
        "results say a word nobody knows until complete",
        marks=(Mark(State.PENDING), Mark(State.UNKNOWN, Moment.TEXT), HAPPY_MARKS[-1]),
    ),
}  # fmt: skip

_FAILURES: Final[Mapping[str, ApiinScenario]] = {
    **{f"fail-{kind}": fails(f"accepted, then it fails: {kind}", kind) for kind in Failure},
    "sensitive-word": replace(
        fails("the content policy: nothing is called back, a feed has a fail_message",
              Failure.POLICY),
        calls=(),
    ),
    "failure-after-text": ApiinScenario(
        "text, and then it fails",
        calls=(_TEXT, _FAILED), marks=(*HAPPY_MARKS[:2], Mark(State.FAILED, Moment.FIRST)),
    ),
    "failure-after-first": ApiinScenario(
        "first, and then it fails",
        calls=(_TEXT, _FIRST, Call(State.FAILED_AFTER_FIRST, Moment.COMPLETE)),
        marks=(*_UNTIL_FIRST, Mark(State.FAILED_AFTER_FIRST, Moment.COMPLETE)),
    ),
    "one-track-fails": ApiinScenario(
        "one track is complete, the other has failed",
        calls=(_TEXT, _FIRST, Call(State.HALF_FAILED, Moment.COMPLETE)),
        marks=(*_UNTIL_FIRST, Mark(State.HALF_FAILED, Moment.COMPLETE)),
    ),
    "error-then-complete": ApiinScenario(
        "it fails, and is complete nevertheless",
        calls=(_FAILED, _COMPLETE),
        marks=(Mark(State.PENDING), Mark(State.FAILED, Moment.FIRST), HAPPY_MARKS[-1]),
    ),
    "complete-then-pending": ApiinScenario(
        "complete is called back, but a feed stays in progress", marks=HAPPY_MARKS[:1]
    ),
    "complete-then-failed": ApiinScenario(
        "complete is called back, but a feed says that it failed",
        marks=(*_UNTIL_FIRST, Mark(State.FAILED, Moment.COMPLETE)),
    ),
    "error-then-success": ApiinScenario(
        "a failure is called back, but a feed is complete",
        calls=(_TEXT, Call(State.FAILED, Moment.COMPLETE)),
    ),
}  # fmt: skip

SCENARIOS: Final[Mapping[str, ApiinScenario]] = {
    **common(ApiinScenario, REFUSALS),
    **_NUMBERED,
    **_WEBHOOKS,
    **_FEEDS,
    **_FAILURES,
    **{
        name: ApiinScenario(f"nothing is called back; {says}", calls=(), poll=poll)
        for name, (says, poll) in failing_polls().items()
    },
}
