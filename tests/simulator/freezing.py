"""What was found once stays a test for ever."""

import re
from pathlib import Path
from textwrap import dedent
from typing import Final

from tests.simulator import written
from tests.simulator.cases import Case
from tests.simulator.play import Violation
from tests.simulator.report import says
from tests.simulator.source import ROOT

FOLDER: Final = ROOT / "tests" / "simulation" / "regressions"

_TEXT: Final = '''\
"""{invariant}: {says}"""

from tests.simulator.cases import Case, run
from tests.simulator.written import read

SCENARIO = "{scenario}"
SEED = {seed}
DECISIONS = (
{decisions}
)


def test_{name}() -> None:
    outcome = run(Case(SCENARIO, SEED, read("; ".join(DECISIONS))))

    assert outcome.violations == ()
'''


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
