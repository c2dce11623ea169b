"""Who may submit now: a gate is read, changed and stored, and again if others were first."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from cliphook.application.ports import Gates
from cliphook.domain import gate as gates_rules
from cliphook.domain.gate import Gate, Outcome, Rate, Turned

# Each lost race means that another one was let in, so whoever loses this often is early anyway.
RACES_MAX: Final = 20
CONTENDED_S: Final = 1


def enter_gate(provider: str, rate: Rate | None, now: datetime, *, gates: Gates) -> Turned | None:
    """Let one submission in, if it may go now; else say when it might."""
    for _ in range(RACES_MAX):
        gate = gates.load(provider)
        entered = gates_rules.enter(gate, rate, now)
        if isinstance(entered, Turned):
            return entered
        if entered == gate or _swap(gate, entered, gates):
            return None
    return Turned(now + timedelta(seconds=CONTENDED_S), "many submit at once")


def reserve_slot(provider: str, rate: Rate | None, now: datetime, *, gates: Gates) -> datetime:
    """Give a submission the next free slot of a provider's rate, and tell when that is."""
    for _ in range(RACES_MAX):
        gate = gates.load(provider)
        reserved, slot = gates_rules.reserve(gate, rate, now)
        if _swap(gate, reserved, gates):
            return slot
    return now + timedelta(seconds=CONTENDED_S)


def tell_gate(provider: str, outcome: Outcome, now: datetime, *, gates: Gates) -> None:
    """Take note of how a call went. Under a rush some are not noted: they would say the same."""
    _change(provider, lambda gate: gates_rules.tell(gate, outcome, now), gates)


def _change(provider: str, change: Callable[[Gate], Gate], gates: Gates) -> None:
    for _ in range(RACES_MAX):
        gate = gates.load(provider)
        if _swap(gate, change(gate), gates):
            return


def _swap(before: Gate, after: Gate, gates: Gates) -> bool:
    return gates.swap(replace(after, version=before.version + 1), before.version)
