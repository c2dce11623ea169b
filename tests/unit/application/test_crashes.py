"""A process that dies between any two steps leaves nothing paid twice and nothing forgotten."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from cliphook.adapters import schema
from cliphook.application.ports import JobRef, Promise
from cliphook.domain.job import Job, JobError
from cliphook.domain.report import Accepted, Answer, Refused, Unanswered, Unsent
from cliphook.domain.status import Status
from tests.support.hooks import Crash, Moment
from tests.support.makers import START
from tests.support.world import World

LIFE_S = 3 * 3600
PROMISE = Promise("key", "body", START + timedelta(days=7))


@dataclass
class Points:
    """A hook that counts every point at which a process could die."""

    reached: Counter[str] = field(default_factory=Counter)

    def __call__(self, name: str, moment: Moment) -> None:
        """Count one call."""
        if moment is Moment.BEFORE:
            self.reached[name] += 1


def points_of_a_life() -> list[tuple[str, Moment, int]]:
    """Name every point that a job reaches when nothing goes wrong, and a few after them."""
    points = Points()
    world = World(hook=points)
    world.request()
    world.run(LIFE_S)
    return [
        (name, moment, call)
        for name, calls in points.reached.items()
        # The sweep goes on for ever: only its first calls differ from each other.
        for call in range(1, min(calls, 30) + 1)
        for moment in Moment
    ]


def assert_nothing_is_lost(world: World) -> None:
    job = world.job()
    if job is None:
        assert not world.answered
        assert not world.taken
        return
    assert job.is_done
    assert len(world.taken) <= 1
    assert not world.table.unsent
    if world.taken:
        assert job.status is Status.ARCHIVED
        kept = {clip.passport.key for clip in job.clips.values() if clip.passport}
        assert kept == set(world.shelf.files)
    announced = {row.event_id for row in world.bus.sent if row.source == schema.EVENT_SOURCE}
    assert len(announced) == job.seq


def test_a_life_without_faults_is_announced_once_and_kept() -> None:
    world = World()
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)
    types = [row.detail_type for row in world.bus.sent if row.source == schema.EVENT_SOURCE]
    assert types == [
        "job.queued",
        "job.accepted",
        "job.text",
        "job.first",
        "job.complete",
        "clip.archived",
        "clip.archived",
        "job.archived",
    ]


@pytest.mark.parametrize(("name", "moment", "call"), points_of_a_life())
def test_a_process_may_die_at_any_point(name: str, moment: Moment, call: int) -> None:
    world = World(hook=Crash(name, moment, call))
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)


@pytest.mark.parametrize(("name", "moment", "call"), points_of_a_life()[:40])
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

    world.answer = lambda _, at: Unanswered(1, JobError("submission_unknown", "No answer."), at)
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
    assert len(world.taken) == 1


def test_a_provider_that_never_calls_back_is_polled_to_the_end() -> None:
    world = World(calls_back=False)
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)
    assert world.taken


@pytest.mark.parametrize("tries", [1, 3])
def test_a_busy_provider_is_asked_again_and_paid_once(tries: int) -> None:
    world = World()
    left = tries

    def be_busy(job: Job, at: datetime) -> Answer:
        nonlocal left
        if left:
            left -= 1
            error = JobError("provider_rate_limited", "Busy.", "430")
            return Refused(len(job.attempts), error, may_retry=True, at=at)
        task_id = f"task-{len(job.attempts)}"
        world.taken[task_id] = (job, at)
        return Accepted(len(job.attempts), task_id, at)

    world.answer = be_busy
    world.request()
    world.run(LIFE_S)

    assert_nothing_is_lost(world)
    job = world.job()
    assert job
    assert len(job.attempts) == tries + 1


def test_a_provider_that_cannot_be_reached_is_given_up_after_two_minutes() -> None:
    world = World()
    world.answer = lambda job, _: Unsent(
        len(job.attempts), JobError("provider_unreachable", "Down."), world.now
    )
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


@pytest.mark.parametrize("call", range(1, 4))
@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("name", ["jobs.add", "jobs.load", "jobs.commit", "sender.submit"])
def test_of_two_who_submit_at_once_only_one_does(name: str, moment: Moment, call: int) -> None:
    rival = Rival(name, moment, call)
    world = World(hook=rival)
    rival.world = world
    world.request()

    world.run(LIFE_S)

    assert_nothing_is_lost(world)
    assert len(world.taken) == 1
