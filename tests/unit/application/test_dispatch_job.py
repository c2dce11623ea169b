"""Taking a job to its provider: whether it is sent, to whom, and what happens before."""

import pytest

from cliphook.domain.job import AttemptStatus, JobError
from cliphook.domain.report import Answer, Unanswered, Unsent
from cliphook.domain.status import Status
from tests.support.dispatching import DispatchHouse, no, unreadable
from tests.support.makers import JOB, PACE, REFUSAL, at, new_job


@pytest.fixture
def house() -> DispatchHouse:
    return DispatchHouse()


def test_the_address_names_the_attempt_that_was_claimed(house: DispatchHouse) -> None:
    house.dispatch()

    ((job, url),) = house.sender.submitted
    assert url == f"https://music.test/{JOB}/1"
    assert job.attempts[0].owner == "request-40"


def test_the_claim_is_stored_before_a_byte_leaves_and_the_answer_before_anything_else(
    house: DispatchHouse,
) -> None:
    house.dispatch()

    assert house.trace.calls == [
        "jobs.load",
        "gates.load",
        *("jobs.load", "jobs.commit"),
        "sender.submit",
        *("jobs.load", "jobs.commit"),
        *("gates.load", "gates.swap"),
    ]


def test_a_secret_that_cannot_be_read_just_now_puts_the_submission_off() -> None:
    house = DispatchHouse(new_job())

    house.dispatch(unreadable)

    (attempt,) = house.job.attempts
    assert house.sender.submitted == []
    assert (attempt.status, attempt.retry_at) == (AttemptStatus.UNSENT, at(42))
    assert house.gates.load("sunoapi").calls == ()


def test_the_next_attempt_is_made_when_the_secret_can_be_read() -> None:
    house = DispatchHouse(new_job())
    house.dispatch(unreadable)

    house.dispatch(seconds=42)

    assert house.job.status is Status.ACCEPTED
    assert [url for _, url in house.sender.submitted] == [f"https://music.test/{JOB}/2"]


@pytest.mark.parametrize("answer", [no(), no(may_retry=True), Unsent(1, REFUSAL, at(0))])
def test_what_surely_came_to_nothing_leads_to_the_next_option(
    house: DispatchHouse, answer: Answer
) -> None:
    house.sender.answers = [answer]

    house.dispatch()
    house.dispatch(seconds=41)

    assert [job.provider for job, _ in house.sender.submitted] == ["sunoapi", "apikley"]
    assert house.job.status is Status.ACCEPTED
    assert house.job.attempts[1].reason == "sunoapi ended with provider_rejected"


def test_an_outcome_that_is_not_known_leads_nowhere(house: DispatchHouse) -> None:
    house.sender.answers = [Unanswered(1, REFUSAL, at(0))]

    for seconds in (40, 41, 100, 3000):
        house.dispatch(seconds=seconds)

    assert len(house.sender.submitted) == 1
    assert house.job.attempts[0].status is AttemptStatus.UNKNOWN


def test_a_job_over_the_budget_is_not_sent_and_not_refused(house: DispatchHouse) -> None:
    house.use_up_rates()

    house.dispatch()

    assert house.sender.submitted == []
    assert house.job.status is Status.QUEUED
    assert house.job.waiting
    assert house.job.waiting.until == at(51)
    assert "its rate is used up" in house.job.waiting.reason


def test_a_job_that_waits_for_its_turn_is_left_alone_until_then(house: DispatchHouse) -> None:
    house.use_up_rates()
    house.dispatch()
    waiting = house.job

    house.dispatch(seconds=50.9)
    assert house.job == waiting

    house.dispatch(seconds=51)
    assert house.job.status is Status.ACCEPTED
    assert house.job.attempts[0].reason.startswith("its turn came")


def test_a_job_that_is_over_is_ended_unsent(house: DispatchHouse) -> None:
    house.dispatch(seconds=PACE.deadline_s)

    assert house.sender.submitted == []
    assert house.job.status is Status.EXPIRED
    assert house.job.verdict
    assert house.job.verdict.error == JobError(
        "deadline_passed", "No provider could be asked in time, so nothing was sent."
    )


def test_a_job_that_there_is_not_is_nobodys_work(house: DispatchHouse) -> None:
    house.table.jobs.clear()

    house.dispatch()

    assert house.sender.submitted == []
