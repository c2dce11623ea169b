"""Jobs that the first version stored go on: without routes, models of attempts, and newer paces."""

from collections.abc import Mapping
from typing import Any

import pytest

from cliphook.adapters.api_response import show_job
from cliphook.adapters.documents import read_job, write_job
from cliphook.application.choose_option import choose_option
from cliphook.domain.due import Call, Work, next_call, wanted_clips
from cliphook.domain.job import AttemptStatus, Job, JobError
from cliphook.domain.report import (
    Accepted,
    Claimed,
    Expired,
    Failure,
    Progress,
    Refused,
    Said,
    Silence,
    Unanswered,
    Unsent,
    Via,
)
from cliphook.domain.status import Stage, Status
from tests.support.fakes import FakeGates, FakeTable
from tests.support.makers import ACCOUNT, JOB, TASK, at, said_clip, told

DOCUMENT: Mapping[str, Any] = {
    "id": JOB,
    "account_id": ACCOUNT,
    "request": {
        "operation": "generate",
        "model": "sunoapi/V5",
        "routing": {"providers": []},
        "prompt": "A calm piano",
        "instrumental": False,
        "output_format": "mp3",
        "metadata": {},
    },
    "provider": "sunoapi",
    "model": "V5",
    "created_at": "2026-11-21T09:00:00Z",
    "pace": {"poll_first_s": 90, "deadline_s": 7200, "unknown_deadline_s": 3600},
    "attempts": [],
    "stages": {},
    "clips": {},
    "version": 3,
    "seq": 1,
}
BUSY = {"code": "provider_rate_limited", "message": "Busy.", "provider_code": "430"}
CLAIM = {
    "number": 1,
    "provider": "sunoapi",
    "owner": "request-1",
    "claimed_at": "2026-11-21T09:00:01Z",
    "status": "claimed",
}
ANSWERED = {**CLAIM, "answered_at": "2026-11-21T09:00:02Z"}
TAKEN = {**ANSWERED, "status": "accepted", "task": [2, TASK]}
CLIP = {
    "id": "clip_01M7YNAYM08B0YZ08K7S3RW9GB",
    "provider_clip_id": "one",
    "index": [13, 0],
    "title": [13, "Iron Man"],
    "audio_url": [13, "https://files.example.test/one.mp3"],
    "duration_s": [13, "198.44"],
    "delivered_at": "2026-11-21T09:00:30Z",
}
ERROR = JobError("provider_rate_limited", "Busy.", "430")


def stored(*attempts: Mapping[str, Any], **changes: Any) -> Job:
    return read_job({**DOCUMENT, "attempts": [*attempts], **changes})


def choose(job: Job, seconds: float) -> object:
    gates = FakeGates(FakeTable())
    return choose_option(job, "request-2", at(seconds), gates=gates, rates=lambda _: None)


def refused(retry_at: str | None = "2026-11-21T09:00:07Z", **changes: object) -> dict[str, Any]:
    attempt = {**ANSWERED, "status": "refused", "error": BUSY, **changes}
    return attempt | ({"retry_at": retry_at} if retry_at else {})


def test_a_job_that_nobody_took_yet_is_taken_to_the_provider_it_names() -> None:
    job = stored()

    assert next_call(job) == Call(Work.DISPATCH, at(30))
    claim = choose(job, 90)
    assert isinstance(claim, Claimed)
    after = told(claim, Accepted(1, TASK, at(92)), job=job)
    assert (after.provider, after.model, after.status) == ("sunoapi", "V5", Status.ACCEPTED)
    assert next_call(after) == Call(Work.POLL, at(180))


@pytest.mark.parametrize("status", ["claimed", "unknown"])
def test_an_attempt_in_doubt_is_never_sent_again(status: str) -> None:
    job = stored({**CLAIM, "status": status})

    assert next_call(job) == Call(Work.POLL, at(3601))
    assert told(Claimed(2, "request-2", at(90)), job=job) == job
    assert told(Expired(at(3601)), job=job).status is Status.EXPIRED


@pytest.mark.parametrize(
    ("answer", "status"),
    [
        (Accepted(1, TASK, at(2)), AttemptStatus.ACCEPTED),
        (Refused(1, ERROR, may_retry=True, at=at(2)), AttemptStatus.REFUSED),
        (Unsent(1, ERROR, at(2)), AttemptStatus.UNSENT),
        (Unanswered(1, ERROR, at(2)), AttemptStatus.UNKNOWN),
    ],
)
def test_a_claim_of_before_is_answered_after(answer: Any, status: AttemptStatus) -> None:
    job = told(answer, job=stored(CLAIM))

    assert [attempt.status for attempt in job.attempts] == [status]


def test_a_refused_job_is_taken_to_the_same_provider_when_its_time_comes() -> None:
    job = stored(refused())

    assert next_call(job) == Call(Work.DISPATCH, at(7))
    claim = choose(job, 7)
    assert isinstance(claim, Claimed)
    assert (claim.attempt, claim.option) == (2, 0)


def test_the_schedule_of_refusals_goes_on_where_it_was() -> None:
    tries = [refused(number=number) for number in range(1, 10)]
    tenth = (Claimed(10, "request-10", at(7)), Refused(10, ERROR, may_retry=True, at=at(8)))

    assert isinstance(choose(stored(*tries), 400), Claimed)
    assert told(*tenth, job=stored(*tries)).status is Status.FAILED


def test_a_callback_and_a_poll_are_heard() -> None:
    whole = Progress(TASK, Stage.COMPLETE, (said_clip(),))
    hinted = told(Said(1, whole, Via.CALLBACK, at(30)), job=stored(TAKEN))
    assert next_call(hinted) == Call(Work.POLL, at(1))

    polled = told(Said(1, Silence(), Via.POLL, at(31)), job=hinted)
    done = told(Said(1, whole, Via.POLL, at(40)), job=polled)
    assert done.status is Status.COMPLETE
    failure = Said(1, Failure(None, ERROR), Via.POLL, at(40))
    assert told(failure, job=polled).status is Status.FAILED


def test_a_job_whose_music_is_there_waits_for_its_clips() -> None:
    job = stored(TAKEN, stages={"complete": "2026-11-21T09:00:30Z"}, clips={"one": CLIP})

    assert [clip.provider_clip_id for clip in wanted_clips(job)] == ["one"]
    assert (job.status, next_call(job)) == (Status.COMPLETE, None)


def test_what_is_read_is_written_and_shown_without_a_loss() -> None:
    job = stored(TAKEN, stages={"complete": "2026-11-21T09:00:30Z"}, clips={"one": CLIP})

    written = write_job(job)
    shown: Any = show_job(job, "https://music.test")

    assert read_job(written) == job
    assert {name: written[name] for name in DOCUMENT.keys() - {"request", "pace", "attempts"}} == {
        **{name: DOCUMENT[name] for name in DOCUMENT.keys() - {"request", "pace", "attempts"}},
        "stages": {"complete": "2026-11-21T09:00:30Z"},
        "clips": {"one": {**CLIP, "is_text": False, "companions": {}}},
    }
    assert shown["attempts"][0]["model"] is None
    assert shown["waiting"] is None
    assert [clip["status"] for clip in shown["clips"]] == ["ready"]
