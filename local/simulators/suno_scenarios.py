"""What a provider of the suno format can do, by name; most of it is callbacks in odd shapes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from local.simulators.apikley import APIKLEY
from local.simulators.scenario import (
    Answer,
    FileFault,
    Files,
    Mark,
    Moment,
    Poll,
    PollFault,
    Refusal,
)
from local.simulators.scenarios_common import common, failing_polls
from local.simulators.suno_facts import Facts, Failure
from local.simulators.suno_scenario import (
    FAILED_MARKS,
    HAPPY_CALLS,
    HAPPY_MARKS,
    Call,
    Shape,
    SunoScenario,
    fails,
    shaped,
)
from local.simulators.sunoapi import SUNOAPI

_TEXT, _FIRST, _COMPLETE = HAPPY_CALLS
_UNTIL_FIRST: Final = HAPPY_MARKS[:4]
_ERROR: Final = Call("error", Moment.FIRST)

CALLBACKS: Final[Mapping[str, SunoScenario]] = {
    "skip-text-first": SunoScenario("complete comes alone", calls=(_COMPLETE,)),
    "out-of-order": SunoScenario(
        "complete, then first, then text",
        calls=(
            _COMPLETE,
            Call("first", Moment.COMPLETE, 8),
            Call("text", Moment.COMPLETE, 16),
        ),
    ),
    "all-at-once": SunoScenario(
        "three stages at the same moment",
        calls=tuple(replace(call, after=Moment.COMPLETE) for call in HAPPY_CALLS),
    ),
    "duplicate": SunoScenario(
        "each stage comes three times",
        calls=tuple(replace(call, plus_s=more) for call in HAPPY_CALLS for more in (0, 4, 9)),
    ),
    "complete-without-audio": SunoScenario(
        "complete comes without audio, and once more with it",
        calls=(
            _TEXT,
            replace(_COMPLETE, shape=Shape(audio=False)),
            replace(_COMPLETE, plus_s=40),
        ),
        marks=(*_UNTIL_FIRST, Mark("SUCCESS", Moment.COMPLETE, full=False),
               Mark("SUCCESS", Moment.COMPLETE, 40)),
    ),
    "camel-task-id": SunoScenario("the id is called taskId", calls=shaped(Shape(id_key="taskId"))),
    "foreign-task-id": SunoScenario(
        "callbacks name another task than the create did", calls=shaped(Shape(foreign_id=True))
    ),
    "unwrapped": SunoScenario("callbacks lack code and msg", calls=shaped(Shape(wrapped=False))),
    "text-variant-b": SunoScenario("text has no tracks: []", calls=shaped(Shape(text_variant="B"))),
    "text-variant-c": SunoScenario(
        "text has no tracks: null", calls=shaped(Shape(text_variant="C"))
    ),
    "create-time-string": SunoScenario(
        "createTime is a string without a zone", calls=shaped(Shape(create_time="string"))
    ),
    "too-large": SunoScenario("callbacks have 300 KiB", calls=shaped(Shape(pad_bytes=300 * 1024))),
    "broken-json": SunoScenario("callbacks are cut JSON", calls=shaped(Shape(broken=True))),
    "lost-callbacks": SunoScenario("nothing is called back; polls tell all", calls=()),
    "lost-complete": SunoScenario("only text and first are called back", calls=(_TEXT, _FIRST)),
    "callback-before-answer": SunoScenario(
        "text is called back before the create is answered", answer_after_calls=1
    ),
    "complete-before-answer": SunoScenario(
        "all is called back before the create is answered", answer_after_calls=3
    ),
    "callback-exception": SunoScenario(
        "nothing is called back; polls say CALLBACK_EXCEPTION, with the tracks",
        calls=(),
        marks=(*_UNTIL_FIRST, Mark("CALLBACK_EXCEPTION", Moment.COMPLETE)),
    ),
    "callback-exception-late": SunoScenario(
        "CALLBACK_EXCEPTION without tracks, and with them a minute later",
        calls=(),
        marks=(*_UNTIL_FIRST, Mark("CALLBACK_EXCEPTION", Moment.COMPLETE, full=False),
               Mark("CALLBACK_EXCEPTION", Moment.COMPLETE, 60)),
    ),
    "one-track": SunoScenario("one track instead of two", tracks=1),
}  # fmt: skip

FAILURES: Final[Mapping[str, SunoScenario]] = {
    "error-null": fails("fails; data is null", Failure.GENERATION, Shape(error_data="null")),
    "error-list": fails("fails; data is []", Failure.GENERATION, Shape(error_data="list")),
    "error-string": fails("fails; a string instead of data", Failure.GENERATION,
                           Shape(error_data="string")),
    "error-failed": fails("fails; the stage is called failed", Failure.GENERATION,
                           Shape(error_word="failed")),
    **{f"fail-{kind}": fails(f"accepted, then it fails: {kind}", kind) for kind in Failure},
    "sensitive-word": SunoScenario(
        "the content policy: nothing is called back, polls say SENSITIVE_WORD_ERROR",
        calls=(),
        marks=(Mark("PENDING"), Mark("SENSITIVE_WORD_ERROR", Moment.TEXT)),
        failure=Failure.POLICY,
    ),
    "create-task-failed": SunoScenario(
        "nothing is called back, polls say CREATE_TASK_FAILED",
        calls=(),
        marks=(Mark("PENDING"), Mark("CREATE_TASK_FAILED", Moment.TEXT)),
    ),
    "status-failed": SunoScenario(
        "nothing is called back, polls say FAILED",
        calls=(),
        marks=(Mark("PENDING"), Mark("FAILED", Moment.FIRST)),
    ),
    "status-unknown": SunoScenario(
        "polls use a word nobody knows until complete",
        marks=(Mark("ARRANGING"), Mark("SUCCESS", Moment.COMPLETE)),
    ),
    "failure-after-text": SunoScenario(
        "text, and then it fails", calls=(_TEXT, _ERROR), marks=FAILED_MARKS
    ),
    "failure-after-first": SunoScenario(
        "first, and then it fails",
        calls=(_TEXT, _FIRST, Call("error", Moment.COMPLETE)),
        marks=(*_UNTIL_FIRST, Mark("GENERATE_AUDIO_FAILED", Moment.COMPLETE)),
    ),
    "error-then-complete": SunoScenario(
        "it fails, and is complete nevertheless",
        calls=(_ERROR, _COMPLETE),
        marks=(*FAILED_MARKS, Mark("SUCCESS", Moment.COMPLETE)),
    ),
    "complete-then-pending": SunoScenario(
        "complete is called back, but polls say PENDING", marks=HAPPY_MARKS[:1]
    ),
    "complete-then-failed": SunoScenario(
        "complete is called back, but polls say GENERATE_AUDIO_FAILED",
        marks=(*_UNTIL_FIRST, Mark("GENERATE_AUDIO_FAILED", Moment.COMPLETE)),
    ),
    "error-then-success": SunoScenario(
        "an error is called back, but polls say SUCCESS",
        calls=(_TEXT, Call("error", Moment.COMPLETE)),
    ),
}  # fmt: skip

POLLS: Final[Mapping[str, SunoScenario]] = {
    name: SunoScenario(f"nothing is called back; {says}", calls=(), poll=poll)
    for name, (says, poll) in failing_polls().items()
}

NUMBERED: Final[Mapping[str, SunoScenario]] = {
    "S10-unknown-fields": SunoScenario(
        "callbacks carry fields nobody documents", calls=shaped(Shape(unknown_fields=True))
    ),
    "S11-failure-after-accept": fails("accepted, then it fails", Failure.GENERATION),
    "S12-never-finishes": SunoScenario(
        "no callback, and polls say GENERATING for ever", calls=(), marks=HAPPY_MARKS[:2]
    ),
    "S13-unknown-task": SunoScenario(
        "no callback, and polls do not know the task", calls=(), poll=Poll(PollFault.UNKNOWN)
    ),
}

# Those that a provider of this format has a code for; other formats have more.
_REFUSALS: Final = [why for why in Refusal if why in SUNOAPI.refusals or why in APIKLEY.refusals]
SCENARIOS: Final[Mapping[str, SunoScenario]] = {
    **common(SunoScenario, _REFUSALS),
    **NUMBERED,
    **CALLBACKS,
    **FAILURES,
    **POLLS,
    "audio-only-at-source": SunoScenario(
        "404 at audio_url, the file at source_audio_url",
        files=Files(FileFault.NOT_FOUND, source_too=False),
    ),
}


def available(name: str, facts: Facts) -> bool:
    """Tell whether a provider can behave so: it may not have the refusal, or failure, at all."""
    scenario = SCENARIOS[name]
    create = scenario.create
    if create and create.answer is Answer.REFUSED and create.refusal not in facts.refusals:
        return False
    return scenario.failure in facts.failures


def scenarios_of(facts: Facts) -> dict[str, SunoScenario]:
    """List what one provider can play."""
    return {name: row for name, row in SCENARIOS.items() if available(name, facts)}
