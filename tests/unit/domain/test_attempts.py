"""What becomes of a submission: claimed once, answered in any order, tried again only if unsent."""

from dataclasses import replace

import pytest

from cliphook.domain.fold import fold
from cliphook.domain.job import AttemptStatus
from cliphook.domain.report import (
    Accepted,
    Refused,
    Said,
    Silence,
    Unanswered,
    Unsent,
    Via,
)
from cliphook.domain.status import Stage, Status
from cliphook.domain.steps import Quarantined
from tests.support.makers import (
    REFUSAL,
    accepted,
    at,
    claimed,
    new_job,
    progressed,
    running,
    said_clip,
    told,
)


def test_a_callback_may_come_before_the_answer_to_the_submission() -> None:
    job = told(claimed(), progressed(Stage.TEXT, said_clip(audio=False)), accepted())

    assert job.status is Status.TEXT
    assert job.attempt
    assert job.attempt.status is AttemptStatus.ACCEPTED


def test_a_callback_that_names_another_task_is_set_aside() -> None:
    outcome = fold(running(), progressed(Stage.TEXT, task_id="another"))

    assert outcome == Quarantined("binding_conflict")


def test_the_answer_to_the_submission_is_believed_over_a_callbacks_id() -> None:
    job = told(claimed(), progressed(Stage.TEXT, task_id="from-callback"), accepted())

    assert job.task_id == accepted().task_id


@pytest.mark.parametrize("number", [0, 2, -1])
def test_a_word_on_an_attempt_that_is_none_is_set_aside(number: int) -> None:
    said = Said(number, Silence(), Via.POLL, at(5))
    outcome = fold(running(), replace(said, word=progressed(Stage.TEXT).word))

    assert outcome == Quarantined("foreign_attempt")


def test_a_word_on_a_refused_attempt_is_set_aside() -> None:
    job = told(claimed(), Refused(1, REFUSAL, may_retry=True, at=at(2)))

    assert fold(job, progressed(Stage.TEXT)) == Quarantined("foreign_attempt")


def test_a_job_that_may_have_been_sent_cannot_be_claimed_again() -> None:
    lost = told(claimed(), Unanswered(1, REFUSAL, at(20)))

    for job in (told(claimed()), running(), lost):
        assert fold(job, claimed(attempt=2, seconds=9000)) == job


def test_a_job_is_claimed_again_only_when_its_time_has_come() -> None:
    busy = told(claimed(), Refused(1, REFUSAL, may_retry=True, at=at(2)))

    assert fold(busy, claimed(attempt=2, seconds=6.9)) == busy
    again = told(claimed(attempt=2, seconds=7), job=busy)
    assert [attempt.owner for attempt in again.attempts] == ["request-1", "request-2"]


def test_a_final_refusal_fails_the_job_with_its_reason() -> None:
    job = told(claimed(), Refused(1, REFUSAL, may_retry=False, at=at(2)))

    assert job.status is Status.FAILED
    assert job.verdict
    assert job.verdict.error == REFUSAL


@pytest.mark.parametrize(
    ("report", "tries"),
    [
        (lambda number: Refused(number, REFUSAL, may_retry=True, at=at(number * 1000)), 10),
        (lambda number: Unsent(number, REFUSAL, at(number * 1000)), 6),
    ],
)
def test_tries_are_limited(report: object, tries: int) -> None:
    job = new_job()
    for number in range(1, tries + 1):
        assert job.status is not Status.FAILED
        job = told(claimed(number, number * 1000 - 1), report(number), job=job)  # type: ignore[operator]

    assert job.status is Status.FAILED
    assert fold(job, claimed(tries + 1, 10**6)) == job


def test_a_refusal_after_a_callback_is_not_believed() -> None:
    job = told(claimed(), progressed(Stage.TEXT), Refused(1, REFUSAL, may_retry=False, at=at(9)))

    assert job.status is Status.TEXT


def test_a_second_acceptance_changes_nothing() -> None:
    once = running()

    assert told(Accepted(1, accepted().task_id, at(50)), job=once) == once
