"""Credit through the life of a job: taken once, given back once, wherever a process dies."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Final

import pytest

from cliphook.application.ports import Promise
from cliphook.domain.errors import CapReachedError, InsufficientBalanceError
from cliphook.domain.job import FailureCode
from cliphook.domain.ledger import Entry, EntryKind
from cliphook.domain.plan import Option
from cliphook.domain.status import Status
from tests.support.hooks import Crash, Hook, Moment, no_hook
from tests.support.lives import LIFE_S, points_of
from tests.support.makers import ACCOUNT, PACE, START
from tests.support.world import World

GRANTED: Final = Decimal(25)
PRICE: Final = Decimal(10)
FIRST: Final = Option("sunoapi", "V5", PACE, PRICE, clips=2)
SECOND: Final = Option("apikley", "V5", PACE, Decimal(12), clips=2)
PROMISE: Final = Promise("key", "body", START + timedelta(days=7))
# What becomes of a job, and what its account has then.
MADE: Final = (Status.ARCHIVED, GRANTED - PRICE)
NOT_MADE: Final = (Status.FAILED, GRANTED)


def paid_world(hook: Hook = no_hook, route: tuple[Option, ...] = (FIRST,)) -> World:
    """Make a world in which music has a price, and the client credit for two jobs."""
    world = World(hook, route)
    grant = Entry(ACCOUNT, EntryKind.GRANT, "invoice-1", GRANTED, START)
    world.table.entries[ACCOUNT, EntryKind.GRANT, "invoice-1"] = grant
    return world


def fallback_world(hook: Hook = no_hook) -> World:
    """Make one in which the first provider refuses, and a dearer one makes the music."""
    world = paid_world(hook, (FIRST, SECOND))
    world.makers.replies["sunoapi"] = world.makers.refuse
    return world


def refusing_world(hook: Hook = no_hook) -> World:
    """Make one in which everybody refuses."""
    world = fallback_world(hook)
    world.makers.replies["apikley"] = world.makers.refuse
    return world


def capped_world(hook: Hook = no_hook) -> World:
    """Make one in which who would be asked next may be paid no more today."""
    world = paid_world(hook, (FIRST, replace(SECOND, cap=Decimal("11.9999"))))
    world.makers.replies["sunoapi"] = world.makers.refuse
    return world


WORLDS: Final[dict[str, tuple[Callable[[Hook], World], tuple[Status, Decimal]]]] = {
    "made": (paid_world, MADE),
    "made by another": (fallback_world, MADE),
    "refused by all": (refusing_world, NOT_MADE),
    "capped": (capped_world, NOT_MADE),
}


def moved(world: World) -> list[tuple[str, Decimal]]:
    """List what moved the account's credit after its grant."""
    _, *entries = world.table.entries.values()
    return [(entry.kind.value, entry.amount) for entry in entries]


def settled(world: World) -> tuple[Status, Decimal]:
    job = world.job()
    assert job
    assert job.is_done
    assert (job.charge, job.refund) == (PRICE, PRICE if job.verdict else 0)
    return job.status, world.table.balance(ACCOUNT)


@pytest.mark.parametrize(("make", "outcome"), WORLDS.values(), ids=WORLDS)
def test_a_job_costs_its_price_or_nothing(
    make: Callable[[Hook], World], outcome: tuple[Status, Decimal]
) -> None:
    world = make(no_hook)
    world.request()

    world.run(LIFE_S)

    assert settled(world) == outcome
    refund = [("refund", PRICE)] if outcome == NOT_MADE else []
    assert moved(world) == [("charge", PRICE), *refund]


POINTS: Final = [
    pytest.param(make, outcome, *point, id=f"{name}: {point[1]} {point[0]} {point[2]}")
    for name, (make, outcome) in WORLDS.items()
    for point in points_of(make, calls_max=6)
]


@pytest.mark.parametrize(("make", "outcome", "name", "moment", "call"), POINTS)
def test_wherever_a_process_dies_credit_is_neither_lost_nor_made(
    make: Callable[[Hook], World],
    outcome: tuple[Status, Decimal],
    name: str,
    moment: Moment,
    call: int,
) -> None:
    world = make(Crash(name, moment, call))
    world.request(PROMISE)
    world.at(5, lambda: world.request(PROMISE))

    world.run(LIFE_S)

    status, balance = settled(world)
    # Whoever dies between the claim and the answer leaves it open what the provider took.
    assert status in {outcome[0], Status.EXPIRED}
    assert balance == (GRANTED - PRICE if status is Status.ARCHIVED else GRANTED)


def test_a_job_that_is_failed_by_a_cap_says_so_and_its_next_provider_hears_nothing() -> None:
    world = capped_world()
    world.request()

    world.run(LIFE_S)

    job = world.job()
    assert job
    assert job.verdict
    assert job.verdict.error
    assert job.verdict.error.code == FailureCode.CAP_REACHED
    assert [attempt.provider for attempt in job.attempts] == ["sunoapi"]
    assert world.table.spent == {}


def test_who_has_not_enough_gets_no_job_and_nobody_is_asked() -> None:
    world = paid_world(route=(replace(FIRST, price=Decimal("25.0001")),))
    world.request()

    with pytest.raises(InsufficientBalanceError):
        world.run(1)

    assert world.job() is None
    assert moved(world) == []
    assert not world.makers.asked


def test_who_may_spend_no_more_today_gets_no_job_and_nobody_is_asked() -> None:
    world = paid_world(route=(replace(FIRST, cap=Decimal(9)),))
    world.request()

    with pytest.raises(CapReachedError):
        world.run(1)

    assert world.job() is None
    assert moved(world) == []
    assert not world.makers.asked
