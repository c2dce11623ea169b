"""Each sample of stratizon becomes what it says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cliphook.adapters.providers.provider import Declined, Doubtful, Taken
from cliphook.adapters.providers.table import find_provider
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support.samples import BUSY, OUT_OF_CREDIT, REJECTED, UNAUTHORIZED, names, sample

STRATIZON = find_provider("stratizon")
TASK = "task_01KAJ9Q3WZ7M"
ONE = ReportedClip(
    provider_clip_id="art_7f20c1",
    index=0,
    audio_url="https://media.stratizon.test/art_7f20c1.mp3",
    duration_s=Decimal("174.2"),
)
TWO = ReportedClip(
    provider_clip_id="art_7f20c2",
    index=1,
    audio_url="https://media.stratizon.test/art_7f20c2.mp3",
    duration_s=Decimal("168.0"),
)


def complete(*clips: ReportedClip) -> Progress:
    return Progress(None, Stage.COMPLETE, clips)


POLLED: dict[str, Word] = {
    "task_queued": Silence(),
    "task_pending": Silence(),
    "task_running": Silence(),
    "task_processing": Silence(),
    "task_unknown_status": Silence(),
    "task_succeeded": complete(ONE, TWO),
    "task_success": complete(ONE, TWO),
    "task_completed": complete(ONE, TWO),
    "task_succeeded_one": complete(ONE),
    "task_succeeded_without_ids": complete(
        replace(ONE, provider_clip_id="0"), replace(TWO, provider_clip_id="1")
    ),
    "task_succeeded_in_part": complete(ONE, replace(TWO, audio_url=None, duration_s=None)),
    "task_succeeded_without_audio": Silence(),
}
# Our code and the provider's.
FAILED = {
    "task_failed": ("generation_failed", "upstream_failed"),
    "task_failed_policy": ("content_policy", "content_policy_violation"),
    "task_failed_without_code": ("generation_failed", None),
    "task_canceled": ("generation_failed", "canceled"),
    "task_cancelled": ("generation_failed", "canceled_by_operator"),
}
UNANSWERED = {"task_unknown", "uploaded"}

REFUSED = {
    400: REJECTED,
    401: UNAUTHORIZED,
    402: OUT_OF_CREDIT,
    404: REJECTED,
    422: REJECTED,
    429: BUSY,
}
DOUBTED = 500
CREATED = {"created", "created_number_credits"}

READ = {
    "stratizon": CREATED
    | {f"refused_{code}" for code in (*REFUSED, DOUBTED)}
    | POLLED.keys()
    | FAILED.keys()
    | UNANSWERED
}


def polled(name: str, operation: Operation = Operation.GENERATE) -> Word:
    return STRATIZON.read_polled(sample("stratizon", name), operation)


@pytest.mark.parametrize("operation", [Operation.GENERATE, Operation.COVER])
@pytest.mark.parametrize("name", POLLED)
def test_a_task_becomes_what_it_says(name: str, operation: Operation) -> None:
    assert polled(name, operation) == POLLED[name]


@pytest.mark.parametrize("name", FAILED)
def test_a_task_that_failed_or_was_canceled_is_a_failure(name: str) -> None:
    word = polled(name)

    assert isinstance(word, Failure)
    assert (word.error.code, word.error.provider_code) == FAILED[name]
    assert word.task_id is None


def test_a_task_that_was_canceled_says_so() -> None:
    for name in ("task_canceled", "task_cancelled"):
        word = polled(name)

        assert isinstance(word, Failure)
        assert "canceled" in word.error.message


@pytest.mark.parametrize("name", sorted(UNANSWERED))
def test_an_answer_that_tells_nothing_of_the_task_is_none(name: str) -> None:
    with pytest.raises(UnansweredPollError):
        polled(name)


@pytest.mark.parametrize("status", [200, 202])
@pytest.mark.parametrize("name", sorted(CREATED))
def test_a_task_is_taken_however_its_price_is_written(name: str, status: int) -> None:
    body = sample("stratizon", name)

    assert STRATIZON.read_created(status, body, Operation.GENERATE) == Taken(TASK)


@pytest.mark.parametrize("code", REFUSED)
def test_a_refusal_means_what_its_status_says(code: int) -> None:
    body = sample("stratizon", f"refused_{code}")

    creation = STRATIZON.read_created(code, body, Operation.COVER)

    assert isinstance(creation, Declined)
    assert (creation.error.code, creation.may_retry) == REFUSED[code]
    assert creation.error.provider_code == str(code)


def test_a_wallet_that_is_too_low_is_no_credit_whatever_the_status() -> None:
    for status in (400, 402, 403, 422, 429):
        body = sample("stratizon", "refused_402")

        creation = STRATIZON.read_created(status, body, Operation.GENERATE)

        assert isinstance(creation, Declined)
        assert (creation.error.code, creation.may_retry) == OUT_OF_CREDIT


def test_a_server_error_leaves_doubt() -> None:
    body = sample("stratizon", f"refused_{DOUBTED}")

    for status in (200, 202, DOUBTED):
        assert isinstance(STRATIZON.read_created(status, body, Operation.GENERATE), Doubtful)


def test_an_upload_is_known_by_its_artifact() -> None:
    assert STRATIZON.read_uploaded

    for status in (200, 201):
        assert STRATIZON.read_uploaded(status, sample("stratizon", "uploaded")) == "art_51be09"
    for status in (302, 400, 500):
        assert STRATIZON.read_uploaded(status, sample("stratizon", "uploaded")) is None
    for name in ("refused_401", "task_queued"):
        assert STRATIZON.read_uploaded(200, sample("stratizon", name)) is None


def test_no_callback_is_believed() -> None:
    for name in names("stratizon"):
        with pytest.raises(UnreadableReportError):
            STRATIZON.read_callback(sample("stratizon", name))
