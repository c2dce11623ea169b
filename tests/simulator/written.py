"""
Decisions as text, one line for all of them: what a report prints can be played again.

    submit#1.3 kv.transact_write_items: fail-after; bus#2.0 rule.poll: delay 60
"""

import re
from collections.abc import Iterable
from typing import Final

from tests.simulator.decisions import Decision, Kind, Point

BETWEEN: Final = "; "

_DECISION: Final = re.compile(
    r"(?P<actor>\S+)#(?P<turn>\d+)\.(?P<call>\d+) (?P<operation>\S*): (?P<kind>[a-z-]+)"
    r"(?: (?P<rest>.+))?"
)


def write(decisions: Iterable[Decision]) -> str:
    """Write decisions in one line."""
    return BETWEEN.join(map(str, decisions))


def read(text: str) -> tuple[Decision, ...]:
    """Read what `write` has written; raises `ValueError` for anything else."""
    return tuple(_read(part) for part in text.split(BETWEEN.strip()) if part.strip())


def _read(text: str) -> Decision:
    found = _DECISION.fullmatch(text.strip())
    if not found:
        message = f"no decision: {text.strip()}"
        raise ValueError(message)
    at = Point(found["actor"], int(found["turn"]), int(found["call"]), found["operation"])
    kind, rest = Kind(found["kind"]), found["rest"] or ""
    # Only a choice has a name, and it has no number.
    if kind is Kind.CHOICE:
        return Decision(at, kind, name=rest)
    return Decision(at, kind, float(rest or 0))
