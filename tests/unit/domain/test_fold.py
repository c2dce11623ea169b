"""What a report does to a job, story by story."""

from dataclasses import replace
from typing import get_args

import pytest

from cliphook.domain import fold as rules
from cliphook.domain.change import Change, apply
from cliphook.domain.fold import fold
from cliphook.domain.job import Job
from cliphook.domain.report import (
    Answer,
    ClipArchived,
    ClipLost,
    Expired,
    Nudged,
    Report,
    ReportedClip,
    Unanswered,
    Via,
)
from cliphook.domain.status import NEXT, TERMINAL, ClipStatus, Stage, Status
from cliphook.domain.steps import Quarantined
from tests.support.makers import (
    REFUSAL,
    WHOLE,
    at,
    claimed,
    completed,
    failed,
    passport,
    progressed,
    running,
    said_clip,
    told,
)


def test_every_kind_of_report_has_a_rule() -> None:
    kinds = {*get_args(Report.__value__)} - {Answer} | {*get_args(Answer.__value__)}

    assert kinds == set(rules._RULES)  # noqa: SLF001 - the table is the point


def test_the_ladder_only_rises_and_ends_in_four() -> None:
    reachable = {status: set(following) for status, following in NEXT.items()}

    assert set(reachable) == set(Status)
    assert {Status.ARCHIVED, Status.FAILED, Status.EXPIRED, Status.CANCELED} == TERMINAL
    for status, following in reachable.items():
        assert status not in following
        for later in following:
            assert reachable[later] < following


def test_an_unsigned_complete_is_only_a_hint() -> None:
    job = running(progressed(Stage.COMPLETE, *WHOLE, seconds=120))

    assert job.status is Status.ACCEPTED
    assert job.hinted_at == at(120)
    assert not any(clip.is_delivered for clip in job.results)


def test_an_unsigned_error_is_only_a_hint() -> None:
    job = running(failed(Via.CALLBACK))

    assert job.status is Status.ACCEPTED
    assert job.hinted_at


def test_a_poll_confirms_a_hint() -> None:
    job = running(
        progressed(Stage.COMPLETE, *WHOLE, seconds=120),
        progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL, seconds=121),
    )

    assert job.status is Status.COMPLETE
    assert [clip.status for clip in job.results] == [ClipStatus.READY, ClipStatus.READY]


def test_complete_without_audio_waits_for_the_audio() -> None:
    bare = progressed(Stage.COMPLETE, said_clip(audio=False), via=Via.POLL)
    whole = progressed(Stage.COMPLETE, said_clip(), via=Via.POLL, seconds=90)

    assert running(bare).status is Status.ACCEPTED
    assert running(bare, whole).status is Status.COMPLETE


def test_complete_without_clips_is_not_complete() -> None:
    assert running(progressed(Stage.COMPLETE, via=Via.POLL)).status is Status.ACCEPTED


def test_what_a_poll_says_of_a_clip_is_believed_over_what_a_callback_says() -> None:
    forged = replace(said_clip(), audio_url="https://evil.example.test/x.mp3", title="Evil")
    job = running(
        progressed(Stage.COMPLETE, said_clip(), via=Via.POLL),
        progressed(Stage.COMPLETE, forged, seconds=500),
    )

    (clip,) = job.results
    assert clip.audio_url
    assert clip.audio_url[1] == said_clip().audio_url
    assert clip.title
    assert clip.title[1] == "Iron Man"


def test_a_clip_that_only_a_callback_named_is_no_result_of_a_complete_job() -> None:
    job = running(
        progressed(Stage.FIRST, said_clip("made up")),
        progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL),
    )

    assert [clip.provider_clip_id for clip in job.results] == ["one", "two"]


def test_the_first_of_two_contradicting_ends_stays() -> None:
    success = progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL, seconds=300)
    failure = failed(Via.POLL, seconds=200)

    assert running(success, failure).status is Status.COMPLETE
    assert running(failure, success).status is Status.FAILED


def test_a_clip_that_comes_after_the_end_is_late_and_changes_nothing_else() -> None:
    ended = running(Expired(at(100)))
    job = told(progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL, seconds=200), job=ended)

    assert job.status is Status.EXPIRED
    assert job.is_done
    assert all(job.is_late(clip) for clip in job.results)


def test_a_late_clip_that_is_kept_is_announced_as_recovered() -> None:
    ended = running(Expired(at(100)))
    late = told(progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL, seconds=200), job=ended)
    change = apply(late, ClipArchived("one", passport(seconds=210), at(210)))

    assert isinstance(change, Change)
    assert [event.type for event in change.events] == ["clip.recovered"]


def test_a_job_is_archived_when_every_clip_is_kept() -> None:
    one = told(ClipArchived("one", passport("one"), at(200)), job=completed())
    both = told(ClipArchived("two", passport("two"), at(201)), job=one)

    assert one.status is Status.COMPLETE
    assert not one.is_done
    assert both.status is Status.ARCHIVED
    assert both.is_done


def test_a_job_whose_clips_were_given_up_is_done_and_complete() -> None:
    job = told(
        ClipLost("one", "http_404", at(200)),
        ClipLost("two", "empty", at(200)),
        job=completed(),
    )

    assert job.status is Status.COMPLETE
    assert job.is_done


def test_a_clip_that_was_given_up_can_still_be_kept() -> None:
    lost = told(ClipLost("one", "http_404", at(200)), job=completed())
    job = told(ClipArchived("one", passport("one"), at(900)), job=lost)

    assert job.clips["one"].status is ClipStatus.ARCHIVED


def test_an_expired_job_says_whether_its_provider_had_it() -> None:
    known = told(Expired(at(9000)), job=running())
    unknown = told(claimed(), Expired(at(9000)))

    assert known.verdict
    assert known.verdict.error
    assert known.verdict.error.code == "deadline_passed"
    assert unknown.verdict
    assert unknown.verdict.error
    assert unknown.verdict.error.code == "submission_unknown"


@pytest.mark.parametrize("stage", Stage)
def test_a_callback_shows_that_its_provider_had_the_job_even_without_a_task(stage: Stage) -> None:
    heard = progressed(stage, task_id=None)

    job = told(claimed(), Unanswered(1, REFUSAL, at(20)), heard, Expired(at(9000)))

    assert job.verdict
    assert job.verdict.error
    assert job.verdict.error.code == "deadline_passed"


def test_a_complete_job_does_not_expire() -> None:
    assert told(Expired(at(9000)), job=completed()).status is Status.COMPLETE


def test_unsigned_callbacks_cannot_fill_a_job_with_clips() -> None:
    many = [said_clip(f"clip-{number}", number) for number in range(16)]
    job = running(progressed(Stage.TEXT, *many))

    assert fold(job, progressed(Stage.TEXT, said_clip("more", 16))) == Quarantined("too_many_clips")
    trusted = fold(job, progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL))
    assert isinstance(trusted, Job)
    assert trusted.status is Status.COMPLETE


def test_unsigned_callbacks_cannot_fill_a_job_with_text() -> None:
    job = running()
    for number in range(3):
        job = told(progressed(Stage.TEXT, _wordy(f"clip-{number}", 19_900)), job=job)
    outcome = fold(job, progressed(Stage.TEXT, _wordy("last straw", 1000)))

    assert outcome == Quarantined("too_much_text")


def test_a_nudge_is_remembered() -> None:
    assert told(Nudged(at(400)), job=running()).nudged_at == at(400)


def _wordy(name: str, length: int) -> ReportedClip:
    return replace(said_clip(name), lyrics="x" * length)
