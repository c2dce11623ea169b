"""What an answer that tells of the end makes of a job, and how a job ends that nobody took."""

from dataclasses import replace

import pytest

from cliphook.domain.clips import clip_key, find_clip
from cliphook.domain.due import next_call, sweep_at, wanted_clips
from cliphook.domain.fold import fold
from cliphook.domain.job import AttemptStatus, Job, JobError
from cliphook.domain.report import (
    Abandoned,
    Accepted,
    ClipArchived,
    Expired,
    Failure,
    Postponed,
    Progress,
    Refused,
    Report,
    ReportedClip,
    Unanswered,
    Via,
)
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import ClipStatus, Stage, Status
from cliphook.domain.steps import Quarantined
from tests.support.makers import (
    REFUSAL,
    WHOLE,
    accepted,
    at,
    claimed,
    completed,
    new_job,
    passport,
    progressed,
    running,
    said_clip,
    told,
)

UNHEARD = said_clip("one", 0, audio=False)
INLINE = replace(UNHEARD, passport=passport("one"))
LYRICS = new_job(request=MusicRequest(operation=Operation.LYRICS, prompt="A calm piano"))


def answer(*clips: ReportedClip, task_id: str | None = None, seconds: float = 50) -> Accepted:
    """Answer a submission with what was made of it."""
    return Accepted(1, task_id, at(seconds), Progress(None, Stage.COMPLETE, clips))


def error_of(job: Job) -> JobError:
    assert job.verdict
    assert job.verdict.error
    return job.verdict.error


def test_an_answer_may_be_the_music_and_then_nothing_is_left_to_do() -> None:
    job = told(claimed(), answer(INLINE))

    assert job.status is Status.ARCHIVED
    assert job.is_done
    assert [clip.passport for clip in job.results] == [passport("one")]
    assert job.stages == {Stage.COMPLETE: at(50)}
    assert (next_call(job), sweep_at(job)) == (None, None)


def test_an_answer_that_links_to_the_music_leaves_it_to_be_downloaded() -> None:
    job = told(claimed(), answer(*WHOLE))

    assert job.status is Status.COMPLETE
    assert [clip.provider_clip_id for clip in wanted_clips(job)] == ["one", "two"]


def test_of_an_answer_only_what_can_be_kept_is_a_result() -> None:
    job = told(claimed(), answer(INLINE, said_clip("two", 1, audio=False)))

    assert job.status is Status.ARCHIVED
    assert [clip.provider_clip_id for clip in job.results] == ["one"]


@pytest.mark.parametrize("clips", [(), (UNHEARD,)])
def test_an_answer_with_nothing_to_keep_is_a_failure_at_once(
    clips: tuple[ReportedClip, ...],
) -> None:
    job = told(claimed(), answer(*clips))

    assert job.status is Status.FAILED
    assert error_of(job).code == "generation_failed"
    assert next_call(job) is None


def test_an_answer_with_nothing_to_keep_yet_is_asked_about_by_its_id() -> None:
    job = told(claimed(), answer(UNHEARD, task_id="task-1"))

    assert job.status is Status.ACCEPTED
    assert next_call(job)


def test_an_answer_may_be_the_failure() -> None:
    no = JobError("content_policy", "No.")
    job = told(claimed(), Accepted(1, None, at(50), Failure(None, no)))

    assert job.status is Status.FAILED
    assert error_of(job) == no
    assert next_call(job) is None


def test_an_answer_that_was_thought_lost_still_brings_its_music() -> None:
    job = told(claimed(), Unanswered(1, REFUSAL, at(40)), answer(INLINE))

    assert job.status is Status.ARCHIVED
    assert job.attempt
    assert (job.attempt.status, job.attempt.error) == (AttemptStatus.ACCEPTED, None)


def test_the_music_of_an_answer_that_came_after_the_end_is_late_and_kept() -> None:
    job = told(claimed(), Expired(at(40)), answer(INLINE))

    assert job.status is Status.EXPIRED
    assert job.stages == {}
    (clip,) = job.results
    assert job.is_late(clip)
    assert clip.status is ClipStatus.ARCHIVED


def test_music_for_an_attempt_that_was_refused_is_set_aside() -> None:
    refused = told(claimed(), Refused(1, REFUSAL, may_retry=True, at=at(2)))

    assert fold(refused, answer(INLINE)) == Quarantined("foreign_attempt")


def test_the_first_copy_of_a_clip_stays() -> None:
    earlier, later = passport("one", seconds=50), passport("another", seconds=60)
    first, again = (answer(replace(UNHEARD, passport=one)) for one in (earlier, later))
    archived = ClipArchived("one", later, at(60))

    for story in ((first, archived), (archived, first), (first, again), (again, first)):
        assert told(claimed(), *story).clips["one"].passport == earlier


def test_a_clips_bytes_lie_under_its_job_and_its_content() -> None:
    job = new_job()
    clip = find_clip(job, "one")

    key = clip_key(job, clip, "ab" * 32, "mp3")

    assert key == f"clips/{job.account_id}/{job.id}/{clip.id}/{'ab' * 32}.mp3"


def test_lyrics_are_kept_as_soon_as_they_are_there() -> None:
    found = progressed(Stage.COMPLETE, UNHEARD, via=Via.POLL)
    job = running_lyrics(found)

    assert job.status is Status.ARCHIVED
    assert wanted_clips(job) == ()
    assert [clip.status for clip in job.results] == [ClipStatus.ARCHIVED]
    assert (next_call(job), sweep_at(job)) == (None, None)


@pytest.mark.parametrize("lyrics", [None, ""])
def test_lyrics_without_words_are_not_there(lyrics: str | None) -> None:
    bare = replace(UNHEARD, lyrics=lyrics)

    assert running_lyrics(progressed(Stage.COMPLETE, bare, via=Via.POLL)).status is Status.ACCEPTED


def test_lyrics_that_only_a_callback_brought_are_asked_about() -> None:
    job = running_lyrics(progressed(Stage.COMPLETE, UNHEARD))

    assert job.status is Status.ACCEPTED
    assert job.hinted_at
    assert not job.results[0].is_settled


def test_the_lyrics_of_a_song_are_not_the_song() -> None:
    assert running(progressed(Stage.COMPLETE, UNHEARD, via=Via.POLL)).status is Status.ACCEPTED


def running_lyrics(report: Report) -> Job:
    return told(claimed(), accepted(), report, job=LYRICS)


def test_a_job_that_waits_is_queued_and_says_why() -> None:
    job = told(Postponed(1, at(12), 0, "sunoapi: its rate is used up", at(1), has_slot=True))

    assert job.status is Status.QUEUED
    assert not job.is_done
    assert job.waiting
    assert job.waiting.reason == "sunoapi: its rate is used up"


def test_a_job_that_was_claimed_or_has_ended_waits_no_more() -> None:
    waiting = told(Postponed(1, at(12), 0, "its rate is used up", at(1)))

    for last in (claimed(seconds=12), Abandoned(REFUSAL, at(700)), Expired(at(7200))):
        assert told(last, job=waiting).waiting is None


def test_a_job_that_is_given_up_says_why_nobody_took_it() -> None:
    job = told(Abandoned(JobError("provider_unavailable", "Nobody answered."), at(700)))

    assert job.status is Status.FAILED
    assert error_of(job).code == "provider_unavailable"
    assert fold(job, claimed(seconds=701)) == job


def test_a_job_is_not_given_up_once_somebody_may_have_it() -> None:
    refused = told(claimed(), Refused(1, REFUSAL, may_retry=True, at=at(2)))

    for job in (told(claimed()), running(), told(claimed(), Unanswered(1, REFUSAL, at(2)))):
        assert fold(job, Abandoned(REFUSAL, at(700))) == job
    assert told(Abandoned(REFUSAL, at(700)), job=refused).status is Status.FAILED
    assert told(Abandoned(REFUSAL, at(700)), job=completed()).status is Status.COMPLETE


def test_a_job_that_was_never_sent_expires_as_such() -> None:
    unsent = error_of(told(Expired(at(7200))))
    refused = told(claimed(), Refused(1, REFUSAL, may_retry=True, at=at(2)), Expired(at(7200)))

    assert unsent.code == "deadline_passed"
    assert "nothing was sent" in unsent.message
    assert error_of(refused).code == "deadline_passed"
    assert "sent" not in error_of(refused).message
