"""Each sample of apiin becomes what it says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cliphook.adapters.providers.provider import Declined, Doubtful, Taken
from cliphook.adapters.providers.table import find_provider
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support.samples import BUSY, OUT_OF_CREDIT, REJECTED, UNAUTHORIZED, sample

APIIN = find_provider("apiin")
TASK = "gen4b81e07ac93d2ksv"
LYRICS = "[Verse]\nThe tide keeps its own hours\n[Chorus]\nLet the low water carry us home"
ONE = ReportedClip(
    provider_clip_id="b7d40f6a-2c18-4e95-8f03-5a1de6c9704b",
    index=0,
    title="Low Water",
    lyrics=LYRICS,
    style="sea shanty, slow",
    audio_url="https://pipe.apiin.test/?item_id=b7d40f6a-2c18-4e95-8f03-5a1de6c9704b",
    image_url="https://img.apiin.test/b7d40f6a.jpeg",
    duration_s=Decimal("163.52"),
)
TWO = ReportedClip(
    provider_clip_id="19e8c35d-7af2-46b0-b1c4-0d93f2a86e57",
    index=1,
    title="Low Water",
    lyrics=LYRICS,
    style="sea shanty, slow",
    audio_url="https://pipe.apiin.test/?item_id=19e8c35d-7af2-46b0-b1c4-0d93f2a86e57",
    image_url="https://img.apiin.test/19e8c35d.jpeg",
    duration_s=Decimal("171.08"),
)
# What there is of them with but a text: no words are shown before the first track.
BLANK = tuple(
    replace(clip, title=None, lyrics=None, style=None, audio_url=None, duration_s=None)
    for clip in (ONE, TWO)
)
# Audio that is there before all is complete is a stream.
STREAMED = replace(ONE, audio_url=None, stream_url=ONE.audio_url)
AWAITED = replace(TWO, audio_url=None, duration_s=None)
LEAN = tuple(replace(clip, lyrics=None, style=None) for clip in (ONE, TWO))
SILENT = tuple(replace(clip, audio_url=None, duration_s=None) for clip in (ONE, TWO))


def text(*clips: ReportedClip, task_id: str | None = None) -> Progress:
    return Progress(task_id, Stage.TEXT, clips)


def first(*clips: ReportedClip) -> Progress:
    return Progress(None, Stage.FIRST, clips)


def complete(*clips: ReportedClip, task_id: str | None = None) -> Progress:
    return Progress(task_id, Stage.COMPLETE, clips)


POLLED: dict[str, Word] = {
    "feed_pending": Silence(),
    "feed_text": text(*BLANK),
    "feed_text_early_audio": text(
        replace(BLANK[0], stream_url=ONE.audio_url), replace(BLANK[1], stream_url=TWO.audio_url)
    ),
    "feed_text_without_ids": text(),
    "feed_first": first(STREAMED, AWAITED),
    "feed_complete": complete(ONE, TWO),
    "feed_complete_lean": complete(*LEAN),
    "feed_complete_says_first": complete(ONE, TWO),
    "feed_complete_without_audio": text(*SILENT),
    "feed_complete_instrumental": complete(replace(ONE, lyrics=None), replace(TWO, lyrics=None)),
    "feed_staged_new": Silence(),
    "feed_staged_text": text(*BLANK),
    "feed_staged_first": first(STREAMED, AWAITED),
    "feed_staged_complete": complete(ONE, TWO),
    "feed_half_failed": complete(ONE),
    "feed_failed_after_first": complete(ONE),
    "feed_unknown_status": Silence(),
}
UNANSWERED = {"feed_unknown_task", "feed_refused"}
# Of a failure, our code and the provider's.
FAILED = {
    "feed_failed": ("generation_failed", None),
    "feed_failed_policy": ("content_policy", None),
}

CALLED_BACK: dict[str, Word] = {
    "text": text(*BLANK),
    "text_wrapped": text(*BLANK, task_id=TASK),
    "text_flat": text(*BLANK, task_id=TASK),
    "first": first(STREAMED, AWAITED),
    "complete": complete(ONE, TWO),
    "complete_wrapped": complete(ONE, TWO, task_id=TASK),
    "complete_flat": complete(ONE, TWO, task_id=TASK),
    "complete_says_first": complete(ONE, TWO),
    "complete_unknown_fields": complete(ONE, TWO),
    "complete_without_audio": text(*SILENT),
}
# Of a failure, our code, the provider's, and the task.
CALLED_OFF = {
    "error": ("generation_failed", None, None),
    "error_policy": ("content_policy", None, None),
    "error_wrapped": ("generation_failed", None, TASK),
    "error_flat": ("generation_failed", None, TASK),
    "error_code": ("generation_failed", "500", TASK),
}

REFUSED = {
    400: REJECTED,
    401: UNAUTHORIZED,
    402: OUT_OF_CREDIT,
    403: UNAUTHORIZED,
    404: REJECTED,
    429: BUSY,
}
DOUBTED = 500
CREATED = {"created", "created_wrapped"}

READ = {
    "apiin": CREATED
    | {f"refused_{code}" for code in (*REFUSED, DOUBTED)}
    | POLLED.keys()
    | UNANSWERED
    | FAILED.keys()
    | CALLED_BACK.keys()
    | CALLED_OFF.keys()
}


def polled(name: str) -> Word:
    return APIIN.read_polled(sample("apiin", name), Operation.GENERATE)


@pytest.mark.parametrize("name", POLLED)
def test_a_feed_becomes_what_it_says(name: str) -> None:
    assert polled(name) == POLLED[name]


@pytest.mark.parametrize("name", FAILED)
def test_a_feed_in_which_every_track_failed_is_a_failure(name: str) -> None:
    word = polled(name)

    assert isinstance(word, Failure)
    assert (word.error.code, word.error.provider_code) == FAILED[name]
    assert word.task_id is None


@pytest.mark.parametrize("name", sorted(UNANSWERED))
def test_an_answer_that_tells_nothing_of_the_task_is_none(name: str) -> None:
    with pytest.raises(UnansweredPollError):
        polled(name)


@pytest.mark.parametrize("name", CALLED_BACK)
def test_a_webhook_becomes_what_it_says(name: str) -> None:
    assert APIIN.read_callback(sample("apiin", name)) == CALLED_BACK[name]


@pytest.mark.parametrize("name", CALLED_OFF)
def test_a_webhook_may_say_that_there_will_be_no_music(name: str) -> None:
    word = APIIN.read_callback(sample("apiin", name))

    assert isinstance(word, Failure)
    assert (word.error.code, word.error.provider_code, word.task_id) == CALLED_OFF[name]


@pytest.mark.parametrize("operation", [Operation.GENERATE, Operation.EXTEND])
@pytest.mark.parametrize("name", sorted(CREATED))
def test_a_task_is_taken_whether_its_id_is_wrapped_or_not(name: str, operation: Operation) -> None:
    assert APIIN.read_created(200, sample("apiin", name), operation) == Taken(TASK)


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_means_what_its_status_says(code: int) -> None:
    creation = APIIN.read_created(code, sample("apiin", f"refused_{code}"), Operation.GENERATE)

    assert isinstance(creation, Declined)
    assert (creation.error.code, creation.may_retry) == REFUSED[code]
    assert creation.error.provider_code == str(code)


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_in_the_body_of_a_success_is_one(code: int) -> None:
    body = sample("apiin", f"refused_{code}")

    creation = APIIN.read_created(200, body, Operation.GENERATE)

    assert isinstance(creation, Declined)
    assert (creation.error.code, creation.may_retry) == REFUSED[code]


@pytest.mark.parametrize("status", [200, DOUBTED])
def test_a_server_error_leaves_doubt(status: int) -> None:
    body = sample("apiin", f"refused_{DOUBTED}")

    assert isinstance(APIIN.read_created(status, body, Operation.GENERATE), Doubtful)
