"""What everybody must have heard of a run, and how long after it was on the bus."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from math import ceil
from statistics import median

from tests.support.hook_server import TAKES_S, Hook
from tests.system.fan_out_run import CONTROL, DEAD, NAMES, SLOW, WELL, Detail, Run

QUEUE, FEED = "the queue of another stack", "the feed"
PLACES = (QUEUE, WELL, SLOW, FEED)
# Nobody waits longer for an answer.
ANSWERED_WITHIN_S = 15.0


def told_at(place: str, run: Run) -> list[Detail]:
    """List what was told at a place, as it came, and as often."""
    if place == FEED:
        return run.feed
    if place == QUEUE:
        return [heard.event["detail"] for heard in run.heard]
    return [json.loads(hook.body)["data"] for hook in run.hooks.got[place]]


def differing(place: str, run: Run) -> Iterator[str]:
    """Complain unless what was told at a place is what was committed: every id, every word."""
    told = told_at(place, run)
    ids = {detail["id"] for detail in told}
    yield from (f"{id_} is missing" for id_ in run.committed.keys() - ids)
    yield from (f"{id_} was never committed" for id_ in ids - run.committed.keys())
    for detail in told:
        if detail != run.committed.get(detail["id"], detail):
            yield f"{detail} was committed as {run.committed[detail['id']]}"


def misnumbered(place: str, run: Run) -> Iterator[str]:
    """Complain of jobs whose numbers have a gap, or of a number that two events have."""
    numbers: dict[str, dict[str, int]] = defaultdict(dict)
    for detail in told_at(place, run):
        numbers[detail["job"]["id"]][detail["id"]] = detail["seq"]
    for job_id in run.jobs:
        found = [*numbers[job_id].values()]
        # Only the feed has an order.
        if (found if place == FEED else sorted(found)) != [*range(1, len(found) + 1)] or not found:
            yield f"{job_id} has {found}"


def on_the_bus(run: Run) -> Mapping[str, float]:
    """Tell when the bus gave each event on: then it lay in another system's queue."""
    first: dict[str, float] = {}
    for heard in (*run.heard, *run.heard_of_control):
        id_ = heard.event["detail"]["id"]
        first[id_] = min(heard.at, first.get(id_, heard.at))
    return first


def lags(name: str, run: Run) -> list[float]:
    """Tell how long after it was on the bus each event was first brought, as they came there."""
    on_bus = on_the_bus(run)
    told = {hook.id: hook.at for hook in firsts(run.hooks.got[name])}
    return [
        told[id_] - at
        for id_, at in sorted(on_bus.items(), key=by_time)
        if id_ in told and at >= run.begins_at
    ]


def by_time(pair: tuple[str, float]) -> float:
    """Sort what happened to events by when it did."""
    return pair[1]


def firsts(hooks: Iterable[Hook]) -> list[Hook]:
    """Keep the first of those that bear the same id."""
    return [*{hook.id: hook for hook in sorted(hooks, key=lambda one: -one.at)}.values()]


def most_at_once(name: str, run: Run) -> int:
    """Count the requests that a receiver had at the same time, where that was most."""
    lasts_s = min(TAKES_S[name], ANSWERED_WITHIN_S)
    begun = sorted(hook.at for hook in run.hooks.got[name])
    return max((sum(at - lasts_s < one <= at for one in begun) for at in begun), default=0)


def report(run: Run) -> str:
    """Tell what a run was, in figures."""
    on_bus = on_the_bus(run)
    waits = [
        at - datetime.fromisoformat(run.committed[id_]["occurred_at"]).timestamp()
        for id_, at in on_bus.items()
        if id_ in run.committed
    ]
    lines = [
        f"FAN_OUT_JOBS={len(run.jobs)}, {run.took_s:.0f} s",
        f"{len(run.committed)} events; from the second of the commit to the bus {spread(waits)}",
        *(
            f"{place}: {len({detail['id'] for detail in told})} events, told {len(told)} times"
            for place in (*PLACES, DEAD)
            for told in [told_at(place, run)]
        ),
        *(
            f"{name}: first told after the bus {spread(lags(name, run))}"
            f" (in each tenth of the run {tenths(lags(name, run))}),"
            f" {most_at_once(name, run)} at once"
            for name in (*NAMES, CONTROL)
        ),
    ]
    return "\n".join(lines)


def tenths(seconds: list[float]) -> str:
    """Write the longest time of each tenth, which shows whether what waits becomes more."""
    size = ceil(len(seconds) / 10)
    return " ".join(f"{max(tenth):.1f}" for tenth in batched(seconds, max(1, size), strict=False))


def spread(seconds: list[float]) -> str:
    """Write the middle of some times, the 99th of a hundred, and the longest."""
    if not seconds:
        return "never"
    high = sorted(seconds)[round(0.99 * (len(seconds) - 1))]
    return f"{median(seconds):.2f} s, p99 {high:.2f} s, at most {max(seconds):.2f} s"
