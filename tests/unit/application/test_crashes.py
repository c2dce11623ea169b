"""A process that dies between any two steps leaves nothing paid twice and nothing forgotten."""

from datetime import timedelta

import pytest

from cliphook.application.ports import JobRef, Promise
from cliphook.domain.job import JobError
from cliphook.domain.report import Refused, Unanswered, Unsent
from cliphook.domain.status import Status
from tests.support.hooks import Crash, Moment
from tests.support.lives import (
    LIFE_S,
    announced,
    assert_nothing_is_lost,
    points_of,
    tight_world,
)
from tests.support.makers import START
from tests.support.world import World

PROMISE = Promise("key", "body", START + timedelta(days=7))


def test_a_life_without_faults_is_announced_once_and_kept() -> None:
    world = World()
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)
    assert announced(world) == [
        "job.queued",
        "job.accepted",
        "job.text",
        "job.first",
        "job.complete",
        "clip.archived",
        "clip.archived",
        "job.archived",
    ]


@pytest.mark.parametrize(("name", "moment", "call"), points_of(World))
def test_a_process_may_die_at_any_point(name: str, moment: Moment, call: int) -> None:
    world = World(hook=Crash(name, moment, call))
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)


@pytest.mark.parametrize(("name", "moment", "call"), points_of(World)[:40])
def test_a_client_that_asks_again_after_a_crash_gets_the_same_job(
    name: str, moment: Moment, call: int
) -> None:
    world = World(hook=Crash(name, moment, call))
    world.request(PROMISE)
    world.at(5, lambda: world.request(PROMISE))

    world.run(LIFE_S)

    assert world.job() is not None
    assert_nothing_is_lost(world)


def test_a_provider_that_takes_the_job_and_does_not_answer_is_not_asked_again() -> None:
    world = World()
    error = JobError("submission_unknown", "No answer.")
    world.makers.replies["sunoapi"] = lambda _, __, at: Unanswered(1, error, at)
    world.request()
    world.run(LIFE_S)

    job = world.job()
    assert job
    assert job.status is Status.EXPIRED
    assert job.verdict
    assert job.verdict.error
    assert job.verdict.error.code == "submission_unknown"
    assert len(job.attempts) == 1


def test_a_lost_answer_is_made_up_for_by_the_callbacks() -> None:
    world = World(hook=Crash("sender.submit", Moment.AFTER))
    world.request()

    world.run(LIFE_S)

    job = world.job()
    assert job
    assert job.status is Status.ARCHIVED
    assert len(world.makers.taken) == 1


def test_a_provider_that_never_calls_back_is_polled_to_the_end() -> None:
    world = World(calls_back=False)
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)
    assert world.makers.taken


@pytest.mark.parametrize("tries", [1, 3])
def test_a_busy_provider_is_asked_again_and_paid_once(tries: int) -> None:
    world = World(calls_back=False)
    busy = JobError("provider_rate_limited", "Busy.", "430")
    world.makers.replies["sunoapi"] = lambda job, url, at: (
        Refused(len(job.attempts), busy, may_retry=True, at=at)
        if len(job.attempts) <= tries
        else world.makers.take(job, url, at)
    )
    world.request()
    world.run(LIFE_S)

    assert_nothing_is_lost(world)
    job = world.job()
    assert job
    assert job.status is Status.ARCHIVED
    assert len(job.attempts) == tries + 1


def test_a_provider_that_cannot_be_reached_is_given_up_after_two_minutes() -> None:
    world = World()
    down = JobError("provider_unreachable", "Down.")
    world.makers.replies["sunoapi"] = lambda job, _, at: Unsent(len(job.attempts), down, at)
    world.request()

    world.run(180)

    job = world.job()
    assert job
    assert job.status is Status.FAILED
    assert len(job.attempts) == 6


@pytest.mark.parametrize("lost", range(6))
def test_an_order_that_gets_lost_is_given_again(lost: int) -> None:
    world = World(calls_back=lost % 2 == 0, lost_order=lost)
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)


class Rival:
    """A hook that lets another invocation submit the same job, once, at a given point."""

    def __init__(self, name: str, moment: Moment, call: int) -> None:
        """Wait for that point."""
        self.at = (name, moment)
        self.left = call
        self.world: World | None = None

    def __call__(self, name: str, moment: Moment) -> None:
        """Let the rival in when the time has come."""
        if (name, moment) != self.at or not self.world:
            return
        self.left -= 1
        job = self.world.job()
        if not self.left and job:
            self.world.dispatch(JobRef(job.account_id, job.id))


PORT_CALLS = ["jobs.add", "jobs.load", "jobs.commit", "sender.submit", "gates.load", "gates.swap"]


@pytest.mark.parametrize("call", range(1, 4))
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("name", PORT_CALLS)
@pytest.mark.parametrize("is_tight", [False, True])
def test_of_two_who_submit_at_once_only_one_does(
    name: str,
    moment: Moment,
    call: int,
    is_tight: bool,  # noqa: FBT001
) -> None:
    rival = Rival(name, moment, call)
    world = tight_world(rival) if is_tight else World(rival)
    rival.world = world
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)
    assert len(world.makers.taken) == 1
