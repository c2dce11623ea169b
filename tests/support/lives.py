"""Lives of a job in the little world: how each goes, where it could be cut, and what must hold."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from cliphook.adapters import schema
from cliphook.domain.gate import Gate, Rate
from cliphook.domain.plan import Option
from cliphook.domain.status import Status
from tests.support.hooks import Hook, Moment
from tests.support.makers import PACE, START
from tests.support.world import World

LIFE_S: Final = 3 * 3600
FALLBACK: Final = (Option("sunoapi", "V5", PACE), Option("apikley", "V5", PACE))
# A submission whose answer is the music takes longer than a client waits.
BLOCKING: Final = (Option("infery", "music-2", replace(PACE, dispatch_after_s=0)),)
TIGHT: Final = {"sunoapi": Rate(1, 10)}
USED_UP: Final = Gate("sunoapi", slots=(START,), version=1)
# The sweep goes on for ever: only its first calls differ from each other.
CALLS_MAX: Final = 30

type Point = tuple[str, Moment, int]


def tight_world(hook: Hook) -> World:
    """Make a world in which the one slot of a provider's rate has just been taken."""
    world = World(hook=hook, rates=TIGHT)
    world.table.gates["sunoapi"] = USED_UP
    return world


def fallback_world(hook: Hook) -> World:
    """Make a world in which the first provider refuses every job, and the second takes it."""
    world = World(hook=hook, route=FALLBACK, rates={"sunoapi": Rate(20, 10)})
    world.makers.replies["sunoapi"] = world.makers.refuse
    return world


def blocking_world(hook: Hook) -> World:
    """Make a world in which the answer to a submission is the music itself."""
    world = World(hook=hook, route=BLOCKING)
    world.makers.replies["infery"] = world.makers.make_at_once
    return world


def mixed_world(hook: Hook) -> World:
    """Make a world in which a turn is long in coming, and the next provider takes minutes."""
    world = World(hook=hook, route=(FALLBACK[0], *BLOCKING), rates=TIGHT)
    world.table.gates["sunoapi"] = USED_UP
    world.makers.replies["infery"] = world.makers.make_at_once
    return world


@dataclass
class Points:
    """A hook that counts every point at which a process could die."""

    reached: Counter[str] = field(default_factory=Counter)

    def __call__(self, name: str, moment: Moment) -> None:
        """Count one call."""
        if moment is Moment.BEFORE:
            self.reached[name] += 1


def points_of(
    make: Callable[[Hook], World], life_s: float = LIFE_S, calls_max: int = CALLS_MAX
) -> list[Point]:
    """Name every point that a job reaches when nothing goes wrong, and a few after them."""
    points = Points()
    world = make(points)
    world.request()
    world.run(life_s)
    return [
        (name, moment, call)
        for name, calls in points.reached.items()
        for call in range(1, min(calls, calls_max) + 1)
        for moment in Moment
    ]


def announced(world: World) -> list[str]:
    """List what subscribers heard, once each."""
    rows = {row.event_id: row for row in world.bus.sent if row.source == schema.EVENT_SOURCE}
    return [row.detail_type for row in rows.values()]


def assert_nothing_is_lost(world: World) -> None:
    """See the job done, taken once at most, kept if it was taken, and announced without gaps."""
    job = world.job()
    if job is None:
        assert not world.answered
        assert not world.makers.taken
        return
    assert_nothing_is_paid_twice(world)
    if world.makers.taken:
        assert job.status is Status.ARCHIVED
        kept = {clip.passport.key for clip in job.clips.values() if clip.passport}
        assert kept == set(world.shelf.files)


def assert_nothing_is_paid_twice(world: World) -> None:
    """See the job done, taken once at most, and announced without gaps."""
    job = world.job()
    assert job
    assert job.is_done
    assert len(world.makers.taken) <= 1
    assert not world.table.unsent
    assert len(announced(world)) == job.seq
