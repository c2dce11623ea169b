"""A job may be canceled at any moment: what is said of it is true, and money is right."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import Final

import pytest

from cliphook.application.cancel_job import cancel_job
from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.ports import JobRef
from cliphook.domain.cancellation import Reach, reach_of
from cliphook.domain.change import begin
from cliphook.domain.errors import AlreadyDoneError, UnknownResourceError
from cliphook.domain.job import Job
from cliphook.domain.ledger import Entry, EntryKind
from cliphook.domain.plan import Option
from cliphook.domain.status import Status
from tests.support.fakes import FakeGates, FakeJobs, FakeSender, FakeTable
from tests.support.hooks import Hook, Moment, no_hook
from tests.support.interleaving import Interleaving
from tests.support.lives import (
    announced,
    assert_nothing_is_paid_twice,
    blocking_world,
    fallback_world,
    mixed_world,
    points_of,
    tight_world,
)
from tests.support.makers import ACCOUNT, JOB, PACE, START, new_job
from tests.support.world import World

PRICE: Final = Decimal(10)
REF: Final = JobRef(ACCOUNT, JOB)
# Long enough for everything to have happened, but for the deadline of what is in doubt.
SHORT_S: Final = 900
GRANT: Final = Entry(ACCOUNT, EntryKind.GRANT, "invoice-1", PRICE, START)

type Make = Callable[[Hook], World]


def priced(make: Make, hook: Hook) -> World:
    """Make a world in which music has a price, and the client credit for one job."""
    world = make(hook)
    world.route = tuple(replace(option, price=PRICE, clips=2) for option in world.route)
    world.table.entries[ACCOUNT, EntryKind.GRANT, "invoice-1"] = GRANT
    return world


def plain_world(hook: Hook) -> World:
    return World(hook)


WORLDS: Final[dict[str, Make]] = {
    "called back": plain_world,
    "waits for a turn": tight_world,
    "refused at first": fallback_world,
    "answered with the music": blocking_world,
    "waits, then goes elsewhere": mixed_world,
}


class Owner:
    """A hook: an owner who cancels once, at a given point of the job's life."""

    def __init__(self, name: str, moment: Moment, call: int) -> None:
        self.at = (name, moment)
        self.left = call
        self.world: World | None = None
        # What the job was when it was canceled, or why it was not.
        self.told: Job | type[Exception] | None = None

    def __call__(self, name: str, moment: Moment) -> None:
        if (name, moment) != self.at or not self.world:
            return
        self.left -= 1
        if self.left == 0:
            ref = next(iter(self.world.table.jobs), REF)
            try:
                self.told = cancel_job(ref, jobs=self.world.jobs, now=self.world.now)
            except (AlreadyDoneError, UnknownResourceError) as error:
                self.told = type(error)


POINTS: Final = [
    pytest.param(make, *point, id=f"{name}: {point[1]} {point[0]} {point[2]}")
    for name, make in WORLDS.items()
    for point in points_of(partial(priced, make), SHORT_S, calls_max=6)
]


@pytest.mark.parametrize(("make", "name", "moment", "call"), POINTS)
def test_whenever_a_job_is_canceled_what_is_said_is_true_and_money_is_right(
    make: Make, name: str, moment: Moment, call: int
) -> None:
    owner = Owner(name, moment, call)
    owner.world = world = priced(make, owner)
    world.request()

    world.run(SHORT_S)

    job = world.job()
    assert job
    assert_nothing_is_paid_twice(world)
    if isinstance(owner.told, Job):
        assert_canceled(world, job, owner.told)
    else:
        assert job.status is Status.ARCHIVED
    assert_money_is_right(world, job)


def assert_canceled(world: World, job: Job, told: Job) -> None:
    assert (told.status, job.status) == (Status.CANCELED, Status.CANCELED)
    assert told.verdict == job.verdict
    if reach_of(told) is not Reach.UNANNOUNCED:
        assert not world.makers.taken
        assert len(world.makers.asked) == len(told.attempts)
    if reach_of(job) is not Reach.UNANNOUNCED:
        assert not world.makers.taken
    heard = announced(world)
    after = heard[heard.index("job.canceled") + 1 :]
    late = [clip for clip in job.clips.values() if job.is_late(clip)]
    assert after.count("clip.recovered") == len(late)
    assert set(after) <= {"clip.recovered", "clip.archived"}
    assert all(clip.passport for clip in job.clips.values() if clip.is_delivered)


def assert_money_is_right(world: World, job: Job) -> None:
    grant, charge, *refunds = world.table.entries.values()
    in_time = [clip for clip in job.clips.values() if clip.is_delivered and not job.is_late(clip)]
    back = PRICE * (2 - len(in_time)) / 2
    assert (grant, charge.amount, job.refund) == (GRANT, PRICE, back)
    assert [entry.amount for entry in refunds] == ([back] if back else [])
    assert world.table.balance(ACCOUNT) == back


def test_some_of_these_cancel_in_time_and_some_too_late() -> None:
    told: list[object] = []
    for param in POINTS[::4]:
        make, name, moment, call = param.values
        owner = Owner(name, moment, call)  # type: ignore[arg-type]
        owner.world = world = priced(make, owner)  # type: ignore[arg-type]
        world.request()
        world.run(SHORT_S)
        told.append(reach_of(owner.told) if isinstance(owner.told, Job) else owner.told)

    assert set(told) == {*Reach, AlreadyDoneError, UnknownResourceError}


class Crowd:
    """Two who submit the same job, and its owner, who cancels it, all at the same time."""

    def __init__(self, seed: int) -> None:
        self.crowd = Interleaving(seed)
        self.table = FakeTable(hook=self.crowd)
        self.table.entries[ACCOUNT, EntryKind.GRANT, "invoice-1"] = GRANT
        self.jobs = FakeJobs(self.table)
        self.sender = FakeSender(self.crowd)
        self.told: Job | None = None
        route = (Option("sunoapi", "V5", PACE, PRICE, clips=2),)
        self.jobs.add(begin(new_job(route=route, charge=PRICE)), None)
        for act in (partial(self.dispatch, "one"), partial(self.dispatch, "two"), self.cancel):
            self.crowd.at(START, act)

    def dispatch(self, owner: str) -> None:
        dispatch_job(
            REF,
            jobs=self.jobs,
            sender=self.sender,
            gates=FakeGates(self.table),
            rates=lambda _: None,
            callback_url=lambda _, __: "https://music.test/",
            owner=owner,
            clock=lambda: self.crowd.now,
            sleep=lambda _: None,
        )

    def cancel(self) -> None:
        self.told = cancel_job(REF, jobs=self.jobs, now=self.crowd.now)


@pytest.mark.parametrize("seed", range(80))
def test_of_a_cancellation_and_a_claim_at_once_either_counts_and_never_both(seed: int) -> None:
    crowd = Crowd(seed)

    crowd.crowd.run()

    job = crowd.table.jobs[REF]
    assert crowd.told
    assert (job.status, job.refund) == (Status.CANCELED, PRICE)
    is_asked = len(crowd.sender.submitted) == 1
    assert len(crowd.sender.submitted) <= 1
    assert reach_of(job) is (Reach.UNANNOUNCED if is_asked else Reach.NEVER_SENT)
    if reach_of(crowd.told) is Reach.NEVER_SENT:
        assert not is_asked
    assert crowd.table.balance(ACCOUNT) == PRICE


def test_both_of_these_happen() -> None:
    crowds = [Crowd(seed) for seed in range(80)]
    for crowd in crowds:
        crowd.crowd.run()

    assert {len(crowd.sender.submitted) for crowd in crowds} == {0, 1}


def test_a_job_that_nobody_knows_cannot_be_canceled() -> None:
    world = priced(plain_world, no_hook)

    with pytest.raises(UnknownResourceError):
        cancel_job(REF, jobs=world.jobs, now=START)
