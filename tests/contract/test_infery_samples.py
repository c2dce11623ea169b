"""Each sample of infery becomes what it says."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cliphook.adapters.inline_audio import split
from cliphook.adapters.providers.infery import Settings, make_row
from cliphook.adapters.providers.provider import (
    Creation,
    Declined,
    Doubtful,
    Finished,
    Provider,
    Taken,
)
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage
from tests.support.samples import BUSY, OUT_OF_CREDIT, REJECTED, UNAUTHORIZED, names, sample

INFERY = make_row(Settings())
JOB = "mgen_01KAJ9W4T6Z2"
FILES = "https://storage.infery.test/music"
LYRICS = "[Verse]\nSalt on the window\n[Chorus]\nDrive me to the morning"
ONE = ReportedClip(
    provider_clip_id="0",
    index=0,
    lyrics=LYRICS,
    audio_url=f"{FILES}/3f9a0b.mp3",
    duration_s=Decimal("61.4"),
)
TWO = ReportedClip(
    provider_clip_id="1",
    index=1,
    lyrics=LYRICS,
    audio_url=f"{FILES}/3f9a1c.mp3",
    duration_s=Decimal(58),
)
ONE_ID = "5b0e61f4-9a27-4d3c-8e15-c07f2b94d6a1"
TWO_ID = "e94c7a02-1f8b-4b60-b3d9-6a58c1f07e23"
PART = ReportedClip(provider_clip_id="1", index=1, duration_s=Decimal(58))
LYRIA = ReportedClip("0", 0, audio_url=f"{FILES}/77d2e4.mp3", duration_s=Decimal(30))


def complete(*clips: ReportedClip) -> Progress:
    return Progress(None, Stage.COMPLETE, clips)


def stem(name: str, index: int, file: str, title: str | None = None) -> ReportedClip:
    url, duration_s = f"{FILES}/{file}.mp3", Decimal("61.4")
    return ReportedClip(name, index, title=title, audio_url=url, duration_s=duration_s)


VOCAL = replace(stem("vocal", 0, "s0", "Vocal"), duration_s=None)
INSTRUMENTAL = stem("instrumental", 1, "s1", "Instrumental")

MUSIC = {
    "created_music": complete(ONE, TWO),
    "created_music_lyria": complete(LYRIA),
    "created_music_wav": complete(replace(ONE, audio_url=f"{FILES}/3f9a0b.wav")),
    "created_music_inline": complete(replace(LYRIA, audio_url="inline:0")),
    "created_music_mixed": complete(ONE, replace(TWO, audio_url="inline:0")),
    "created_music_both": complete(replace(ONE, audio_url="inline:0", source_url=ONE.audio_url)),
    "created_music_with_ids": complete(
        replace(ONE, provider_clip_id=f"{JOB}/{ONE_ID}"),
        replace(TWO, provider_clip_id=f"{JOB}/{TWO_ID}"),
    ),
    "created_music_null_fields": complete(ONE, replace(TWO, lyrics=None)),
    "created_music_unknown_fields": complete(replace(ONE, title="Coast Road")),
    "created_music_in_part": complete(ONE, PART),
}
POLLED: dict[str, Word] = {
    "job_queued_prose": Silence(),
    "job_queued_schema": Silence(),
    "job_processing": Silence(),
    "job_unknown_status": Silence(),
    "job_succeeded_without_result": Silence(),
    "job_succeeded_without_audio": Silence(),
    "job_succeeded": complete(ONE, TWO),
    "job_completed": complete(ONE, TWO),
    # The job goes by the same name as the task that the items name.
    "job_succeeded_with_ids": complete(
        replace(ONE, provider_clip_id=ONE_ID), replace(TWO, provider_clip_id=TWO_ID)
    ),
    "job_succeeded_inline": complete(
        replace(ONE, audio_url="inline:0"), replace(TWO, audio_url="inline:1")
    ),
    "job_succeeded_in_part": complete(ONE, PART),
    "job_completed_flat": complete(ReportedClip("0", 0, audio_url=ONE.audio_url)),
    "job_stems_by_name": complete(ONE),
}
OTHERS = {
    ("created_lyrics", Operation.LYRICS): complete(
        ReportedClip("0", 0, title="Coast Road", lyrics=LYRICS),
        ReportedClip("1", 1, title="Low Tide", lyrics="[Verse]\nHeadlights on the water"),
    ),
    ("job_lyrics", Operation.LYRICS): complete(
        ReportedClip("0", 0, title="Coast Road", lyrics=LYRICS)
    ),
    # Nothing says which is which.
    ("created_stems", Operation.SEPARATE): complete(stem("0", 0, "s0"), stem("1", 1, "s1")),
    ("created_stems_named", Operation.SEPARATE): complete(
        stem("vocal", 0, "s0", "Vocal"),
        stem("backing_vocals", 1, "s1", "Backing vocals"),
        stem("drums", 2, "s2", "Drums"),
    ),
    ("job_stems_by_name", Operation.SEPARATE): complete(VOCAL, INSTRUMENTAL),
    ("job_completed_flat", Operation.SEPARATE): complete(
        VOCAL, replace(INSTRUMENTAL, duration_s=None)
    ),
}
# Our code and the provider's.
FAILED = {
    "job_failed": ("generation_failed", None),
    "job_failed_object": ("generation_failed", "upstream_timeout"),
    "job_failed_policy": ("content_policy", "content_policy_violation"),
    "job_failed_policy_text": ("content_policy", None),
}
TAKEN = {"created_job_prose", "created_job_schema"}
# Paid for, and nothing there; nor is there an id by which more could be asked for.
EMPTY = {"created_music_without_audio", "created_music_empty"}
DOUBTED = {
    "created_music_null": 200,
    "refused_500": 500,
    "refused_502": 502,
}
REFUSED = {
    "refused_400": REJECTED,
    "refused_400_policy": ("content_policy", False),
    "refused_401": UNAUTHORIZED,
    "refused_402": OUT_OF_CREDIT,
    "refused_403": UNAUTHORIZED,
    "refused_404": REJECTED,
    "refused_413": REJECTED,
    "refused_422": REJECTED,
    "refused_429": BUSY,
    "refused_429_quota": OUT_OF_CREDIT,
}

READ = {
    "infery": MUSIC.keys()
    | POLLED.keys()
    | {name for name, _ in OTHERS}
    | FAILED.keys()
    | TAKEN
    | EMPTY
    | DOUBTED.keys()
    | REFUSED.keys()
    | {"created_failed", "job_unknown"}
}


def created(
    name: str, status: int = 200, operation: Operation = Operation.GENERATE, row: Provider = INFERY
) -> Creation:
    """Read a sample as the answer to a create, once its audio is out."""
    with split([sample("infery", name)]) as parts:
        return row.read_created(status, parts.body, operation)


def polled(name: str, operation: Operation = Operation.GENERATE, row: Provider = INFERY) -> Word:
    """Read a sample as the answer to a poll, once its audio is out."""
    with split([sample("infery", name)]) as parts:
        return row.read_polled(parts.body, operation)


def test_every_sample_is_read_here() -> None:
    assert set(names("infery")) == READ["infery"]


@pytest.mark.parametrize("status", [200, 201, 202, 500])
@pytest.mark.parametrize("name", MUSIC)
def test_an_answer_with_music_is_the_end_under_any_status(name: str, status: int) -> None:
    assert created(name, status) == Finished(MUSIC[name])


@pytest.mark.parametrize("name", POLLED)
def test_a_job_becomes_what_it_says(name: str) -> None:
    assert polled(name) == POLLED[name]


@pytest.mark.parametrize(("name", "operation"), OTHERS)
def test_texts_and_stems_become_clips(name: str, operation: Operation) -> None:
    expected = OTHERS[name, operation]

    if name.startswith("created"):
        assert created(name, operation=operation) == Finished(expected)
    else:
        assert polled(name, operation) == expected


@pytest.mark.parametrize("status", [200, 202, 500])
@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_job_is_taken_in_either_vocabulary(name: str, status: int) -> None:
    assert created(name, status) == Taken(JOB)


@pytest.mark.parametrize("name", FAILED)
def test_a_job_that_failed_is_a_failure(name: str) -> None:
    word = polled(name)

    assert isinstance(word, Failure)
    assert (word.error.code, word.error.provider_code) == FAILED[name]
    assert word.task_id is None


def test_a_create_may_fail_at_once() -> None:
    creation = created("created_failed")

    assert isinstance(creation, Finished)
    assert isinstance(creation.word, Failure)
    assert creation.word.error.code == "generation_failed"


@pytest.mark.parametrize("name", REFUSED)
def test_a_refusal_means_what_is_documented(name: str) -> None:
    status = int(name.split("_")[1])

    creation = created(name, status)

    assert isinstance(creation, Declined)
    assert (creation.error.code, creation.may_retry) == REFUSED[name]


@pytest.mark.parametrize("name", sorted(EMPTY))
def test_a_result_with_nothing_in_it_is_the_end(name: str) -> None:
    assert created(name) == Finished(complete())


@pytest.mark.parametrize("name", DOUBTED)
def test_what_may_have_been_paid_for_is_never_asked_for_again(name: str) -> None:
    creation = created(name, DOUBTED[name])

    assert isinstance(creation, Doubtful)
    assert creation.error.code == "submission_unknown"


def test_an_answer_that_tells_nothing_of_the_job_is_none() -> None:
    with pytest.raises(UnansweredPollError):
        polled("job_unknown")


@pytest.mark.parametrize("name", names("infery"))
def test_nothing_is_a_callback(name: str) -> None:
    with pytest.raises(UnreadableReportError):
        INFERY.read_callback(sample("infery", name))
