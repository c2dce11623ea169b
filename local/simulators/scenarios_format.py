"""What only the suno format can do: callbacks in every shape and order, failures, polls."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from local.simulators.facts import Failure
from local.simulators.scenario import (
    FAILED_MARKS,
    HAPPY_CALLS,
    HAPPY_MARKS,
    Call,
    Mark,
    Moment,
    Poll,
    PollFault,
    Scenario,
    Shape,
    fails,
    shaped,
)

_TEXT, _FIRST, _COMPLETE = HAPPY_CALLS
_UNTIL_FIRST: Final = HAPPY_MARKS[:4]
_ERROR: Final = Call("error", Moment.FIRST)

CALLBACKS: Final[Mapping[str, Scenario]] = {
    "skip-text-first": Scenario("complete comes alone", calls=(_COMPLETE,)),
    "out-of-order": Scenario(
        "complete, then first, then text",
        calls=(
            _COMPLETE,
            Call("first", Moment.COMPLETE, 8),
            Call("text", Moment.COMPLETE, 16),
        ),
    ),
    "all-at-once": Scenario(
        "three stages at the same moment",
        calls=tuple(replace(call, after=Moment.COMPLETE) for call in HAPPY_CALLS),
    ),
    "duplicate": Scenario(
        "each stage comes three times",
        calls=tuple(replace(call, plus_s=more) for call in HAPPY_CALLS for more in (0, 4, 9)),
    ),
    "complete-without-audio": Scenario(
        "complete comes without audio, and once more with it",
        calls=(
            _TEXT,
            replace(_COMPLETE, shape=Shape(audio=False)),
            replace(_COMPLETE, plus_s=40),
        ),
        marks=(*_UNTIL_FIRST, Mark("SUCCESS", Moment.COMPLETE, full=False),
               Mark("SUCCESS", Moment.COMPLETE, 40)),
    ),
    "camel-task-id": Scenario("the id is called taskId", calls=shaped(Shape(id_key="taskId"))),
    "foreign-task-id": Scenario(
        "callbacks name another task than the create did", calls=shaped(Shape(foreign_id=True))
    ),
    "unwrapped": Scenario("callbacks lack code and msg", calls=shaped(Shape(wrapped=False))),
    "text-variant-b": Scenario("text has no tracks: []", calls=shaped(Shape(text_variant="B"))),
    "text-variant-c": Scenario("text has no tracks: null", calls=shaped(Shape(text_variant="C"))),
    "create-time-string": Scenario(
        "createTime is a string without a zone", calls=shaped(Shape(create_time="string"))
    ),
    "too-large": Scenario("callbacks have 300 KiB", calls=shaped(Shape(pad_bytes=300 * 1024))),
    "broken-json": Scenario("callbacks are cut JSON", calls=shaped(Shape(broken=True))),
    "lost-callbacks": Scenario("nothing is called back; polls tell all", calls=()),
    "lost-complete": Scenario("only text and first are called back", calls=(_TEXT, _FIRST)),
    "callback-before-answer": Scenario(
        "text is called back before the create is answered", answer_after_calls=1
    ),
    "complete-before-answer": Scenario(
        "all is called back before the create is answered", answer_after_calls=3
    ),
    "callback-exception": Scenario(
        "nothing is called back; polls say CALLBACK_EXCEPTION, with the tracks",
        calls=(),
        marks=(*_UNTIL_FIRST, Mark("CALLBACK_EXCEPTION", Moment.COMPLETE)),
    ),
    "callback-exception-late": Scenario(
        "CALLBACK_EXCEPTION without tracks, and with them a minute later",
        calls=(),
        marks=(*_UNTIL_FIRST, Mark("CALLBACK_EXCEPTION", Moment.COMPLETE, full=False),
               Mark("CALLBACK_EXCEPTION", Moment.COMPLETE, 60)),
    ),
    "one-track": Scenario("one track instead of two", tracks=1),
}  # fmt: skip

FAILURES: Final[Mapping[str, Scenario]] = {
    "error-null": fails("fails; data is null", Failure.GENERATION, Shape(error_data="null")),
    "error-list": fails("fails; data is []", Failure.GENERATION, Shape(error_data="list")),
    "error-string": fails("fails; a string instead of data", Failure.GENERATION,
                           Shape(error_data="string")),
    "error-failed": fails("fails; the stage is called failed", Failure.GENERATION,
                           Shape(error_word="failed")),
    **{f"fail-{kind}": fails(f"accepted, then it fails: {kind}", kind) for kind in Failure},
    "sensitive-word": Scenario(
        "the content policy: nothing is called back, polls say SENSITIVE_WORD_ERROR",
        calls=(),
        marks=(Mark("PENDING"), Mark("SENSITIVE_WORD_ERROR", Moment.TEXT)),
        failure=Failure.POLICY,
    ),
    "create-task-failed": Scenario(
        "nothing is called back, polls say CREATE_TASK_FAILED",
        calls=(),
        marks=(Mark("PENDING"), Mark("CREATE_TASK_FAILED", Moment.TEXT)),
    ),
    "status-failed": Scenario(
        "nothing is called back, polls say FAILED",
        calls=(),
        marks=(Mark("PENDING"), Mark("FAILED", Moment.FIRST)),
    ),
    "status-unknown": Scenario(
        "polls use a word nobody knows until complete",
        marks=(Mark("ARRANGING"), Mark("SUCCESS", Moment.COMPLETE)),
    ),
    "failure-after-text": Scenario(
        "text, and then it fails", calls=(_TEXT, _ERROR), marks=FAILED_MARKS
    ),
    "failure-after-first": Scenario(
        "first, and then it fails",
        calls=(_TEXT, _FIRST, Call("error", Moment.COMPLETE)),
        marks=(*_UNTIL_FIRST, Mark("GENERATE_AUDIO_FAILED", Moment.COMPLETE)),
    ),
    "error-then-complete": Scenario(
        "it fails, and is complete nevertheless",
        calls=(_ERROR, _COMPLETE),
        marks=(*FAILED_MARKS, Mark("SUCCESS", Moment.COMPLETE)),
    ),
    "complete-then-pending": Scenario(
        "complete is called back, but polls say PENDING", marks=HAPPY_MARKS[:1]
    ),
    "complete-then-failed": Scenario(
        "complete is called back, but polls say GENERATE_AUDIO_FAILED",
        marks=(*_UNTIL_FIRST, Mark("GENERATE_AUDIO_FAILED", Moment.COMPLETE)),
    ),
    "error-then-success": Scenario(
        "an error is called back, but polls say SUCCESS",
        calls=(_TEXT, Call("error", Moment.COMPLETE)),
    ),
}  # fmt: skip

POLLS: Final[Mapping[str, Scenario]] = {
    f"poll-{fault}": Scenario(
        f"nothing is called back; the first three polls fail: {fault}", calls=(),
        poll=Poll(fault, 3),
    )
    for fault in PollFault
}  # fmt: skip
