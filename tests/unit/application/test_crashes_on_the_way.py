"""A process may die while a job waits for its turn, goes to the next provider, or gets music."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from cliphook.domain.job import AttemptStatus, JobError
from cliphook.domain.report import Unanswered
from cliphook.domain.status import Status
from tests.support.hooks import Crash, Hook, Moment, no_hook
from tests.support.lives import (
    LIFE_S,
    announced,
    assert_nothing_is_lost,
    assert_nothing_is_paid_twice,
    blocking_world,
    fallback_world,
    mixed_world,
    points_of,
    tight_world,
)
from tests.support.makers import PACE, at
from tests.support.world import World

# Long enough for everything to have happened, the sweep's mending of it too.
SHORT_S = 900
# A submission that was cut off is given up after this time.
DOUBT_S = PACE.unknown_deadline_s + 300
# Between these a provider has made the music, and nobody but the invocation that died knows.
DOUBTFUL = {"sender.submit", "shelf.put", "jobs.load", "jobs.commit"}


def lived(world: World, seconds: float) -> World:
    world.request()
    world.run(seconds)
    return world


def test_a_job_over_the_budget_waits_for_its_turn_and_goes_the_same_way() -> None:
    world = lived(tight_world(no_hook), SHORT_S)

    assert_nothing_is_lost(world)
    assert [when for _, _, when in world.makers.asked] == [at(12)]
    job = world.job()
    assert job
    assert job.attempts[0].reason == "its turn came: sunoapi: its rate is used up"
    assert announced(world)[:3] == ["job.queued", "job.accepted", "job.text"]


@pytest.mark.parametrize(("name", "moment", "call"), points_of(tight_world, SHORT_S, 6))
def test_a_process_may_die_at_any_point_of_the_wait(name: str, moment: Moment, call: int) -> None:
    world = lived(tight_world(Crash(name, moment, call)), LIFE_S)

    assert_nothing_is_lost(world)
    assert world.makers.taken or name in {"jobs.add", *DOUBTFUL}


@pytest.mark.parametrize("lost", range(4))
def test_an_order_that_gets_lost_costs_a_turn_and_no_job(lost: int) -> None:
    world = tight_world(no_hook)
    world.lost_order = lost

    lived(world, SHORT_S)

    assert_nothing_is_lost(world)
    assert world.makers.taken


def closed_for(seconds: float) -> World:
    """Make a world whose one provider answers nobody well for so long."""
    world = World()

    def fail() -> None:
        gate = world.gates.load("sunoapi")
        shut = replace(gate, opened_at=world.now, probed_at=None, version=gate.version + 1)
        world.gates.swap(shut, gate.version)

    for second in range(0, int(seconds), 20):
        world.at(second, fail)
    return world


def test_a_job_that_nobody_takes_for_ten_minutes_has_failed_unsent() -> None:
    world = lived(closed_for(SHORT_S), SHORT_S)

    assert_nothing_is_paid_twice(world)
    assert world.makers.asked == []
    job = world.job()
    assert job
    assert job.verdict
    assert job.verdict.error
    assert (job.status, job.verdict.error.code) == (Status.FAILED, "provider_unavailable")
    assert at(600) <= job.verdict.at <= at(660)


def test_a_job_goes_on_when_its_provider_is_well_again() -> None:
    world = lived(closed_for(300), SHORT_S)

    assert_nothing_is_lost(world)
    ((_, _, asked_at),) = world.makers.asked
    assert at(280) < asked_at <= at(340)


def test_a_refusal_leads_to_the_next_provider() -> None:
    world = lived(fallback_world(no_hook), SHORT_S)

    assert_nothing_is_lost(world)
    assert [provider for provider, _, _ in world.makers.asked] == ["sunoapi", "apikley"]
    job = world.job()
    assert job
    assert (job.status, job.provider) == (Status.ARCHIVED, "apikley")
    assert job.attempts[1].reason == "sunoapi ended with provider_out_of_credit"


@pytest.mark.parametrize(("name", "moment", "call"), points_of(fallback_world, SHORT_S, 6))
def test_a_process_may_die_at_any_point_between_two_providers(
    name: str, moment: Moment, call: int
) -> None:
    world = lived(fallback_world(Crash(name, moment, call)), LIFE_S)

    assert_nothing_is_lost(world)
    assert world.makers.taken or name in {"jobs.add", *DOUBTFUL}
    asked = [provider for provider, _, _ in world.makers.asked]
    assert asked in ([], ["sunoapi"], ["sunoapi", "apikley"])


def test_an_outcome_that_is_not_known_never_leads_to_the_next_provider() -> None:
    world = fallback_world(no_hook)
    error = JobError("submission_unknown", "No answer.")
    world.makers.replies["sunoapi"] = lambda _, __, when: Unanswered(1, error, when)

    lived(world, LIFE_S)

    assert [provider for provider, _, _ in world.makers.asked] == ["sunoapi"]
    job = world.job()
    assert job
    assert job.status is Status.EXPIRED


@pytest.mark.parametrize("moment", Moment)
def test_a_submission_that_was_cut_off_never_leads_to_the_next_provider(moment: Moment) -> None:
    world = fallback_world(Crash("sender.submit", moment))
    world.makers.replies.clear()

    lived(world, LIFE_S)

    assert {provider for provider, _, _ in world.makers.asked} <= {"sunoapi"}


def test_an_answer_that_is_the_music_is_kept_and_announced_step_by_step() -> None:
    world = lived(blocking_world(no_hook), SHORT_S)

    assert_nothing_is_lost(world)
    assert announced(world) == [
        "job.queued",
        "job.accepted",
        "job.complete",
        "clip.archived",
        "clip.archived",
        "job.archived",
    ]


def test_a_provider_that_takes_minutes_is_asked_outside_the_request_that_led_to_it() -> None:
    world = lived(mixed_world(no_hook), SHORT_S)

    assert_nothing_is_lost(world)
    assert [provider for provider, _, _ in world.makers.asked] == ["infery"]


BLOCKING_POINTS = [
    (make, *point)
    for make in (blocking_world, mixed_world)
    for point in points_of(make, SHORT_S, 6)
]


@pytest.mark.parametrize(("make", "name", "moment", "call"), BLOCKING_POINTS)
def test_a_process_may_die_at_any_point_around_an_answer_that_is_the_music(
    make: Callable[[Hook], World], name: str, moment: Moment, call: int
) -> None:
    world = lived(make(Crash(name, moment, call)), DOUBT_S)

    if not world.job():
        assert_nothing_is_lost(world)
        return
    assert_nothing_is_paid_twice(world)
    job = world.job()
    assert job
    assert len(job.attempts) == 1
    if job.attempts[0].status is AttemptStatus.ACCEPTED:
        assert_nothing_is_lost(world)
        return
    assert name in DOUBTFUL
    assert job.status is Status.EXPIRED
    assert job.verdict
    assert job.verdict.error
    assert job.verdict.error.code == "submission_unknown"
