"""Who may submit now: a gate is read, changed and stored, and again if others were first."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cliphook.application.ports import Gates
from cliphook.domain import gate as gates_rules
from cliphook.domain.gate import Gate, Outcome, Rate, Turned

# Each lost race means that another one was let in, so whoever loses this often is early anyway.
RACES_MAX: Final = 20
CONTENDED: Final = timedelta(seconds=1)

# Slots are given away so far ahead and no further: the order for a later one would come by the
# sweep, a minute late, so that whoever has to wait long would miss every turn and waste it.
TURNS_AHEAD: Final = timedelta(minutes=10)
COME_AGAIN: Final = timedelta(minutes=5)


def enter_gate(
    provider: str,
    rate: Rate | None,
    now: datetime,
    *,
    gates: Gates,
    has_slot: bool = False,
    is_long: bool = False,
) -> Turned | None:
    """Let one submission in, if it may go now; else say when it might."""
    for _ in range(RACES_MAX):
        gate = gates.load(provider)
        entered = gates_rules.enter(gate, rate, now, has_slot=has_slot, is_long=is_long)
        if isinstance(entered, Turned):
            return entered
        if entered == gate or _swap(gate, entered, gates):
            return None
    return _contended(now)


def reserve_slot(
    provider: str, rate: Rate | None, now: datetime, latest: datetime, *, gates: Gates
) -> datetime | Turned:
    """
    Give a submission the next free slot of a provider's rate, and tell when that is.

    None is given where it would come later than is of use; then it says when to ask again.
    """
    for _ in range(RACES_MAX):
        gate = gates.load(provider)
        reserved, slot = gates_rules.reserve(gate, rate, now)
        if slot > min(latest, now + TURNS_AHEAD):
            return Turned(now + COME_AGAIN, "many wait for their turn", is_rate=True)
        if _swap(gate, reserved, gates):
            return slot
    return _contended(now)


def tell_gate(
    provider: str,
    outcome: Outcome | None,
    now: datetime,
    *,
    gates: Gates,
    is_long: bool = False,
) -> None:
    """
    Take note of how a call went, and that it is over.

    Under a rush some are not noted: they would say the same.
    """
    if outcome is None and not is_long:
        return
    for _ in range(RACES_MAX):
        gate = gates.load(provider)
        told = gates_rules.tell(gate, outcome, now) if outcome else gate
        if _swap(gate, gates_rules.leave(told) if is_long else told, gates):
            return


def _contended(now: datetime) -> Turned:
    return Turned(now + CONTENDED, "many submit at once")


def _swap(before: Gate, after: Gate, gates: Gates) -> bool:
    return gates.swap(replace(after, version=before.version + 1), before.version)
