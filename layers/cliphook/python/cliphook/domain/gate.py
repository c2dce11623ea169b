"""
The gate before a provider: how many submissions it takes in a time, and whether it answers well.

A gate is one value for each provider, shared by all functions by compare-and-swap. It never tells
whether a job may be made, only when: who is not let in now is told when to come again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cliphook.domain.job import FailureCode
from cliphook.domain.report import Accepted, Answer, Refused, Unanswered, Unsent

# The circuit opens when of so many calls within the time so large a share went wrong.
WINDOW_S: Final = 30
CALLS_MIN: Final = 20
FAILURE_SHARE: Final = 0.5
OPEN_S: Final = 30

# Below this, a few bad calls say nothing; above it, others are asked first.
STRAINED_CALLS_MIN: Final = 4
STRAINED_SHARE: Final = 0.25

# What a gate remembers of calls; more would only be more of the same.
CALLS_KEPT: Final = 100

# Within this time of its slot a submission counts as in time. Slots are spaced for the latest use
# of one and the earliest use of another, so that no window ever holds more than the provider says.
SLOT_S: Final = 2


# How many long submissions to one provider may be under way at a time: each holds somebody for
# minutes, and five providers must leave room for each other. One of which nobody hears again counts
# for as long as its invocation can have lived; whoever finds no room looks again after a while.
LONG_MAX: Final = 40
LONG_S: Final = 900
LOOK_AGAIN_S: Final = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `count` submissions in any `span_s` seconds."""

    count: int
    span_s: int


class Outcome(StrEnum):
    """How a call to a provider went: `broke` means that it answers, but not to this operator."""

    WELL = "well"
    UNWELL = "unwell"
    BROKE = "broke"


class Circuit(StrEnum):
    """Whether calls go through; a half-open one lets a single call try."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Health(StrEnum):
    """How well a provider did lately, the better the earlier."""

    GOOD = "good"
    STRAINED = "strained"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class Gate:
    """
    What is known of one provider: the slots that were given away last, and the last calls.

    `under_way` says of every long submission how long it may last at most.
    """

    provider: str
    slots: tuple[datetime, ...] = ()
    calls: tuple[tuple[datetime, Outcome], ...] = ()
    opened_at: datetime | None = None
    probed_at: datetime | None = None
    version: int = 0
    under_way: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Turned:
    """
    Not now: come again then, for this reason.

    Where it is the rate, a slot can be reserved; `is_unwell` is where the provider did not answer
    well.
    """

    until: datetime
    reason: str
    is_rate: bool = False
    is_unwell: bool = False


_OUTCOMES: Final[Mapping[str, Outcome]] = {
    FailureCode.OUT_OF_CREDIT: Outcome.BROKE,
    FailureCode.UNAUTHORIZED: Outcome.BROKE,
    FailureCode.RATE_LIMITED: Outcome.UNWELL,
    FailureCode.UNAVAILABLE: Outcome.UNWELL,
}


def outcome_of(answer: Answer) -> Outcome | None:
    """
    Tell how a submission's answer speaks of its provider, whatever it means for the job.

    A source that could not be made ready says nothing of the provider, which was not asked.
    """
    match answer:
        case Accepted():
            return Outcome.WELL
        case Refused(error=error):
            return _OUTCOMES.get(error.code, Outcome.WELL)
        case Unsent(error=error) if error.code == FailureCode.SOURCE_UNAVAILABLE:
            return None
        case Unsent() | Unanswered():
            return Outcome.UNWELL


def circuit(gate: Gate, now: datetime) -> Circuit:
    """Tell whether calls go through."""
    if not gate.opened_at:
        return Circuit.CLOSED
    return Circuit.OPEN if now < gate.opened_at + timedelta(seconds=OPEN_S) else Circuit.HALF_OPEN


def health(gate: Gate, now: datetime) -> Health:
    """Tell how well a provider did in the last half minute; one that nobody asked is well."""
    if circuit(gate, now) is Circuit.OPEN:
        return Health.DOWN
    calls, failures = counts(gate, now)
    is_strained = calls >= STRAINED_CALLS_MIN and failures >= STRAINED_SHARE * calls
    return Health.STRAINED if is_strained else Health.GOOD


def counts(gate: Gate, now: datetime) -> tuple[int, int]:
    """Count the calls of the last half minute, and those of them that went wrong."""
    recent = _recent(gate, now)
    return len(recent), sum(1 for outcome in recent if outcome is not Outcome.WELL)


def enter(
    gate: Gate,
    rate: Rate | None,
    now: datetime,
    *,
    has_slot: bool = False,
    is_long: bool = False,
) -> Gate | Turned:
    """Let one submission in, if it may go now; whoever has a slot needs no other, but a circuit."""
    state = circuit(gate, now)
    if state is Circuit.OPEN and gate.opened_at:
        until = gate.opened_at + timedelta(seconds=OPEN_S)
        return Turned(until, "its circuit is open", is_unwell=True)
    if is_long:
        under_way = tuple(end for end in gate.under_way if end > now)
        if len(under_way) >= LONG_MAX:
            until = now + timedelta(seconds=LOOK_AGAIN_S)
            return Turned(until, "as many long submissions as may be are under way")
        gate = replace(gate, under_way=(*under_way, now + timedelta(seconds=LONG_S)))
    if state is Circuit.HALF_OPEN:
        if gate.probed_at and now < gate.probed_at + timedelta(seconds=OPEN_S):
            until = gate.probed_at + timedelta(seconds=OPEN_S)
            return Turned(until, "its circuit lets one call try", is_unwell=True)
        gate = replace(gate, probed_at=now)
    if has_slot:
        return gate
    slot = next_slot(gate, rate, now)
    if slot > now:
        return Turned(slot, "its rate is used up", is_rate=True)
    return _with_slot(gate, rate, now)


def reserve(gate: Gate, rate: Rate | None, now: datetime) -> tuple[Gate, datetime]:
    """Give the next free slot away, so that whoever waits for it need not compete again."""
    slot = next_slot(gate, rate, now)
    reserved = _with_slot(gate, rate, slot)
    return reserved, reserved.slots[-1] if rate else slot


def next_slot(gate: Gate, rate: Rate | None, now: datetime) -> datetime:
    """Tell when the rate allows the next submission."""
    if rate is None or len(gate.slots) < rate.count:
        return now
    return max(now, gate.slots[-rate.count] + timedelta(seconds=rate.span_s + SLOT_S))


def leave(gate: Gate) -> Gate:
    """Take note that a long submission is over; whose it was does not matter."""
    return replace(gate, under_way=tuple(sorted(gate.under_way))[1:])


def tell(gate: Gate, outcome: Outcome, now: datetime) -> Gate:
    """Take note of how a call went; enough of those that went wrong open the circuit."""
    calls = (*gate.calls, (now, outcome))[-CALLS_KEPT:]
    noted = replace(gate, calls=calls)
    if gate.opened_at:
        return _after_probe(noted, outcome, now)
    recent = _recent(noted, now)
    unwell = sum(1 for one in recent if one is Outcome.UNWELL)
    if len(recent) >= CALLS_MIN and unwell >= FAILURE_SHARE * len(recent):
        return replace(noted, opened_at=now, probed_at=None)
    return noted


def _after_probe(gate: Gate, outcome: Outcome, now: datetime) -> Gate:
    """
    Close the circuit after a call that went well, and forget what opened it.

    While it is open only calls from before are answered, and half of those may well go well.
    """
    if circuit(gate, now) is Circuit.OPEN:
        return gate
    if outcome is Outcome.UNWELL:
        return replace(gate, opened_at=now, probed_at=None)
    return replace(gate, calls=((now, outcome),), opened_at=None, probed_at=None)


def _recent(gate: Gate, now: datetime) -> list[Outcome]:
    since = now - timedelta(seconds=WINDOW_S)
    return [outcome for at, outcome in gate.calls if at > since]


def _with_slot(gate: Gate, rate: Rate | None, slot: datetime) -> Gate:
    if rate is None:
        return gate
    # Who read the clock a moment before another and came after it counts with that one, so that
    # slots stay in order. A clock that is far ahead must not put everybody's off, though.
    last = gate.slots[-1] if gate.slots else slot
    if slot < last <= slot + timedelta(seconds=SLOT_S):
        slot = last
    return replace(gate, slots=(*gate.slots, slot)[-rate.count :])
