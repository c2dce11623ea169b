"""
Fewer decisions that still show the same: delta debugging, by what tells the most first.

First the faults go, then what parties outside did besides, then who went first; last, numbers.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final

from tests.simulator.decisions import Decision, Kind
from tests.simulator.sizes import DRAWN

LIMIT_S: Final = 60.0

type Decisions = tuple[Decision, ...]
type Shows = Callable[[Decisions], bool]


class _OutOfTimeError(Exception):
    """There was no time for another try."""


def shrink(
    decisions: Iterable[Decision],
    shows: Shows,
    *,
    limit_s: float = LIMIT_S,
    clock_s: Callable[[], float] = time.monotonic,
) -> Decisions:
    """
    Find a short list of decisions that shows what the whole list does.

    The result always shows it. Within the time, none of its decisions can be left out.
    """
    best = tuple(decisions)
    ends_at_s = clock_s() + limit_s

    def try_it(fewer: Decisions) -> bool:
        nonlocal best
        if clock_s() > ends_at_s:
            raise _OutOfTimeError
        if not shows(fewer):
            return False
        best = fewer
        return True

    try:
        before: Decisions | None = None
        while best != before:
            before = best
            for group in _GROUPS:
                _thin_out(best, group, try_it)
            _ease(best, try_it)
    except _OutOfTimeError:
        pass
    return best


def _is_fault(decision: Decision) -> bool:
    return decision.kind not in {Kind.CHOICE, Kind.PAUSE}


def _is_choice(decision: Decision) -> bool:
    return decision.kind is Kind.CHOICE


def _is_pause(decision: Decision) -> bool:
    return decision.kind is Kind.PAUSE


_GROUPS: Final = (_is_fault, _is_choice, _is_pause)


def _thin_out(
    decisions: Decisions, is_meant: Callable[[Decision], bool], try_it: Callable[[Decisions], bool]
) -> None:
    """Leave out ever smaller parts of a group, as long as that goes."""
    left = [decision for decision in decisions if is_meant(decision)]
    others = [decision for decision in decisions if not is_meant(decision)]
    size = len(left)
    while size:
        start = 0
        while start < len(left):
            kept = left[:start] + left[start + size :]
            if try_it(_in_order(decisions, kept + others)):
                left = kept
            else:
                start += size
        size //= 2


def _in_order(decisions: Decisions, kept: Sequence[Decision]) -> Decisions:
    keep = set(kept)
    return tuple(decision for decision in decisions if decision in keep)


def _ease(decisions: Decisions, try_it: Callable[[Decisions], bool]) -> None:
    """Make numbers the smallest that show it."""
    current = list(decisions)
    for place, decision in enumerate(current):
        for number in sorted(DRAWN.get(decision.kind, ()), key=abs):
            if not 0 < abs(number) < abs(decision.number):
                continue
            eased = replace(decision, number=number)
            if try_it((*current[:place], eased, *current[place + 1 :])):
                current[place] = eased
                break
