"""
The lane to one receiver: how many attempts are on it, and whether it is given a rest.

All attempts are made by a limited number of processes. A receiver that does not answer would have
them all, so two are on a new lane at once, and one more after each that is taken, up to ten. One
that was silent three times in a row is left alone for a minute, and then asked by a single attempt
at a time until it answers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cliphook.domain.delivery import Response

FLIGHTS_FIRST: Final = 2
FLIGHTS_MAX: Final = 10
# A flight that has not ended by then never will: its process died.
FLIGHT_S: Final = 45
STRIKES: Final = 3
REST: Final = timedelta(seconds=60)

# When somebody whose lane is full comes again.
FULL: Final = timedelta(seconds=1)
PROBED: Final = timedelta(seconds=15)
# And how much later at most, the longer it has waited the later. What waits for somebody who is
# silent may wait longer: with a rest before it no longer than a queue holds a message.
LATER_MAX: Final = timedelta(seconds=60)
SILENT_LATER_MAX: Final = timedelta(minutes=14)

NOTICED_AFTER: Final = timedelta(hours=24)
DISABLED_AFTER: Final = timedelta(days=5)
# Failures so far apart are not one time of failing: nothing was tried in between.
APART: Final = timedelta(hours=48)


class Standing(StrEnum):
    """What is to be thought of a receiver, by how long nothing but failures came of it."""

    WELL = "well"
    FAILING = "failing"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Lane:
    """
    The lane to one receiver.

    `flights` tells until when each attempt may be under way, and `room` how many may be. `strikes`
    counts how often in a row it was silent; `failing_since` and `failed_at` are the first and the
    last of its failures since it last took something.
    """

    name: str
    flights: Mapping[str, datetime] = field(default_factory=dict[str, datetime])
    room: int = FLIGHTS_FIRST
    strikes: int = 0
    rests_until: datetime | None = None
    failing_since: datetime | None = None
    failed_at: datetime | None = None
    changed_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class Busy:
    """There is no room on a lane; when to come again, and how much later at most."""

    until: datetime
    later_max: timedelta = LATER_MAX


def enter(lane: Lane, flight: str, now: datetime) -> Lane | Busy:
    """Let an attempt onto a lane, if there is room."""
    is_probed = lane.strikes >= STRIKES
    later_max = SILENT_LATER_MAX if is_probed else LATER_MAX
    if lane.rests_until and now < lane.rests_until:
        return Busy(lane.rests_until, later_max)
    flights = {name: until for name, until in lane.flights.items() if now < until}
    if len(flights) >= (1 if is_probed else lane.room):
        return Busy(now + (PROBED if is_probed else FULL), later_max)
    flights[flight] = now + timedelta(seconds=FLIGHT_S)
    return replace(lane, flights=flights, changed_at=now, version=lane.version + 1)


def leave(lane: Lane, flight: str, response: Response, now: datetime) -> Lane:
    """Take an attempt off its lane, and learn from what became of it."""
    flights = {name: until for name, until in lane.flights.items() if name != flight}
    left = replace(lane, flights=flights, changed_at=now, version=lane.version + 1)
    if response.is_taken:
        room = min(FLIGHTS_MAX, lane.room + 1)
        well = replace(left, room=room, strikes=0, rests_until=None)
        return replace(well, failing_since=None, failed_at=None)
    is_apart = lane.failed_at is None or now - lane.failed_at > APART
    strikes = lane.strikes + 1 if response.is_late else 0
    return replace(
        left,
        room=FLIGHTS_FIRST if response.is_late else lane.room,
        strikes=strikes,
        rests_until=now + REST if response.is_busy or strikes >= STRIKES else lane.rests_until,
        failing_since=now if is_apart else lane.failing_since,
        failed_at=now,
    )


def standing(lane: Lane, now: datetime) -> Standing:
    """Judge a receiver by how long nothing but failures came of it."""
    if not lane.failing_since:
        return Standing.WELL
    lasts = now - lane.failing_since
    if lasts >= DISABLED_AFTER:
        return Standing.DEAD
    return Standing.FAILING if lasts >= NOTICED_AFTER else Standing.WELL
