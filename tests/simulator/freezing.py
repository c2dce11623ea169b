"""What was found once stays a test for ever."""

import re
from dataclasses import replace
from pathlib import Path
from textwrap import dedent
from typing import Final

from tests.simulator import written
from tests.simulator.cases import Case, Outcome, run
from tests.simulator.decisions import Point
from tests.simulator.play import Violation
from tests.simulator.report import says
from tests.simulator.source import ROOT
from tests.simulator.sweep import Points

FOLDER: Final = ROOT / "tests" / "simulation" / "regressions"

_TEXT: Final = '''\
"""{invariant}: {says}"""

from tests.simulator.freezing import replay

DECISIONS = (
{decisions}
)


def test_{name}() -> None:
    assert replay("{scenario}", {seed}, *DECISIONS).violations == ()
'''


class StaleCaseError(Exception):
    """A decision has nowhere to strike any more."""


def replay(scenario: str, seed: int, *decisions: str) -> Outcome:
    """
    Play a case that was frozen when the product made other calls.

    A decision whose call has moved strikes at the nearest one of its kind in that invocation.
    Raises `StaleCaseError` where there is none.
    """
    case = Case(scenario, seed)
    for text in decisions:
        (wanted,) = written.read(text)
        found = replace(wanted, at=_nearest(wanted.at, run(case).points))
        case = case.fixed((*(case.decisions or ()), found))
    return run(case)


def _nearest(wanted: Point, points: Points) -> Point:
    alike = [at for at, _ in points if replace(at, call=wanted.call) == wanted]
    if not alike:
        raise StaleCaseError(str(wanted))
    return min(alike, key=lambda at: abs(at.call - wanted.call))


def freeze(case: Case, violation: Violation, name: str) -> Path:
    """Write a case as a test, which is to say by its name what must hold."""
    words = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    path = FOLDER / f"test_{words}.py"
    text = _TEXT.format(
        invariant=violation.invariant,
        says=says(violation),
        scenario=case.scenario,
        seed=case.seed,
        name=words,
        decisions="\n".join(f'    "{written.write([one])}",' for one in case.decisions or ()),
    )
    path.write_text(dedent(text), encoding="utf-8")
    return path.relative_to(ROOT)
