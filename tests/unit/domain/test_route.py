"""The route of a job: who is asked next, and when."""

from collections.abc import Callable

import pytest

from cliphook.domain.job import AttemptStatus, Job, JobError
from cliphook.domain.plan import Option, Pace
from cliphook.domain.report import Refused, Report, Unanswered, Unsent
from cliphook.domain.route import REFUSED_RETRY_S, UNSENT_RETRY_S, openings, option_of
from cliphook.domain.status import Stage, Status
from tests.support.makers import (
    PACE,
    REFUSAL,
    accepted,
    at,
    claimed_option,
    new_job,
    progressed,
    running,
    told,
)

FAST = Pace(poll_first_s=10, deadline_s=600, unknown_deadline_s=300)
ROUTE = (
    Option("sunoapi", "V5", PACE),
    Option("apikley", "V5", FAST),
    Option("stratizon", "minimax-music-2.6", FAST),
)
BUSY = JobError("provider_rate_limited", "Busy.", "430")


def routed(*reports: Report, options: int = 3) -> Job:
    """Make a job with a route, and tell it a story."""
    return told(*reports, job=new_job(route=ROUTE[:options]))


def no(attempt: int = 1, seconds: float = 2) -> Refused:
    """Refuse for good."""
    return Refused(attempt, REFUSAL, may_retry=False, at=at(seconds))


def busy(attempt: int = 1, seconds: float = 2) -> Refused:
    """Refuse for now."""
    return Refused(attempt, BUSY, may_retry=True, at=at(seconds))


def unsent(attempt: int = 1, seconds: float = 2) -> Unsent:
    """Fail to reach the provider."""
    return Unsent(attempt, REFUSAL, at(seconds))


def order(job: Job) -> list[int]:
    """Name the options that may still be asked, the one to prefer first."""
    return [opening.option for opening in openings(job)]


def retry_s(job: Job) -> float | None:
    """Tell how long after the start the next submission may be made."""
    assert job.attempt
    retry_at = job.attempt.retry_at
    return (retry_at - at(0)).total_seconds() if retry_at else None


def test_a_new_job_asks_in_the_order_of_its_route() -> None:
    assert order(routed()) == [0, 1, 2]


def test_a_job_of_an_older_version_has_the_one_way_that_it_names() -> None:
    job = new_job(provider="apikley", model="V4", pace=FAST)

    assert [option_of(job, one.option) for one in openings(job)] == [Option("apikley", "V4", FAST)]


def test_a_claim_makes_the_option_the_jobs_own() -> None:
    job = routed(claimed_option(2, reason="the cheapest"))

    assert (job.provider, job.model, job.pace) == ("stratizon", "minimax-music-2.6", FAST)
    assert job.attempt
    assert (job.attempt.provider, job.attempt.model) == ("stratizon", "minimax-music-2.6")
    assert (job.attempt.option, job.attempt.reason) == (2, "the cheapest")


@pytest.mark.parametrize("come_to_nothing", [no, busy, unsent])
def test_what_surely_came_to_nothing_is_followed_by_the_next_option_at_once(
    come_to_nothing: Callable[..., Report],
) -> None:
    job = routed(claimed_option(0), come_to_nothing())

    assert order(job)[:2] == [1, 2]
    assert retry_s(job) == 2
    assert job.status is Status.SUBMITTING


def test_an_outcome_that_is_not_known_is_followed_by_nobody() -> None:
    doubtful = routed(claimed_option(0), Unanswered(1, REFUSAL, at(2)))

    for job in (routed(claimed_option(0)), doubtful, running()):
        assert job.attempt
        assert job.attempt.retry_at is None
        again = told(claimed_option(1, attempt=2, seconds=9000), job=job)
        assert again == job


@pytest.mark.parametrize("come_to_nothing", [no, busy, unsent])
def test_what_comes_to_nothing_after_a_sign_of_life_is_followed_by_nobody(
    come_to_nothing: Callable[..., Report],
) -> None:
    alive = progressed(Stage.TEXT, seconds=2)
    job = routed(claimed_option(0), alive, come_to_nothing(seconds=3))

    assert job.status is Status.TEXT
    assert retry_s(job) is None


def test_an_answer_that_came_late_is_not_overruled_by_a_refusal() -> None:
    job = routed(claimed_option(0), Unanswered(1, REFUSAL, at(2)), no(seconds=3))

    assert job.attempt
    assert job.attempt.status is AttemptStatus.UNKNOWN
    assert retry_s(job) is None


def test_a_refusal_for_good_closes_its_option() -> None:
    assert order(routed(claimed_option(0), no())) == [1, 2]


def test_the_job_fails_with_the_last_refusal_once_everybody_said_no() -> None:
    job = routed(
        claimed_option(0),
        no(),
        claimed_option(1, attempt=2, seconds=3),
        Refused(2, BUSY, may_retry=False, at=at(4)),
        options=2,
    )

    assert job.status is Status.FAILED
    assert job.verdict
    assert job.verdict.error == BUSY
    assert order(job) == []


def test_who_was_asked_least_comes_first_and_of_those_whom_the_route_prefers() -> None:
    job = routed(
        claimed_option(0),
        busy(1, 2),
        claimed_option(1, attempt=2, seconds=3),
        busy(2, 4),
    )

    assert order(job) == [2, 0, 1]


def test_each_option_waits_for_itself_after_it_came_to_nothing() -> None:
    job = routed(
        claimed_option(0),
        busy(1, 2),
        claimed_option(1, attempt=2, seconds=3),
        unsent(2, 4),
        options=2,
    )

    assert [(one.option, one.at) for one in openings(job)] == [(0, at(7)), (1, at(6))]
    assert retry_s(job) == 7


def test_a_wait_that_is_over_makes_nobody_travel_in_time() -> None:
    job = routed(
        claimed_option(0),
        busy(1, 2),
        claimed_option(1, attempt=2, seconds=3),
        no(2, 90),
        options=2,
    )

    assert retry_s(job) == 90


@pytest.mark.parametrize(
    ("come_to_nothing", "waits"), [(busy, REFUSED_RETRY_S), (unsent, UNSENT_RETRY_S)]
)
def test_one_provider_is_asked_at_growing_distances_and_then_no_more(
    come_to_nothing: Callable[..., Report], waits: tuple[int, ...]
) -> None:
    job = routed(options=1)
    for number, wait_s in enumerate(waits, start=1):
        asked = claimed_option(0, attempt=number, seconds=number * 1000)
        job = told(asked, come_to_nothing(number, number * 1000 + 1), job=job)
        assert retry_s(job) == number * 1000 + 1 + wait_s
    number = len(waits) + 1
    asked = claimed_option(0, attempt=number, seconds=number * 1000)
    job = told(asked, come_to_nothing(number, number * 1000 + 1), job=job)

    assert retry_s(job) is None
    assert job.status is Status.FAILED


def test_waits_grow() -> None:
    for waits in (REFUSED_RETRY_S, UNSENT_RETRY_S):
        assert [*waits] == sorted(waits)


def test_a_job_that_a_provider_has_is_given_to_nobody_else() -> None:
    job = routed(claimed_option(0), no(), claimed_option(1, attempt=2, seconds=3), accepted(2, 4))

    assert told(claimed_option(2, attempt=3, seconds=9000), job=job) == job
