"""
The index of invariants: what each one says, and all that would notice if it did not hold.

`python -m tests.simulation.invariants` writes it into docs/reliability.md anew.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.simulator.checks.rules import RULES
from tests.simulator.planted.catalogue import PATCHES
from tests.simulator.planted_runs import remembered
from tests.simulator.source import ROOT

DOCUMENT: Final = ROOT / "docs" / "reliability.md"
INDEX: Final = Path(__file__).with_suffix(".json")
BEGIN: Final = "<!-- index -->"
END: Final = "<!-- end of index -->"


@dataclass(frozen=True, slots=True)
class Row:
    """An invariant, and tests besides the simulator's own: files, and names in them."""

    id: str
    name: str
    says: str
    tests: tuple[str, ...]

    @property
    def checks(self) -> list[str]:
        """Name its checks."""
        return [rule.name for rule in RULES if rule.invariant == self.id]

    def bugs(self, caught: Mapping[str, str]) -> list[str]:
        """Name the planted bugs that have broken it."""
        return [patch.name for patch in PATCHES if caught.get(patch.name) == self.id]


def read_rows() -> tuple[Row, ...]:
    """Read the index."""
    told = json.loads(INDEX.read_text(encoding="utf-8"))
    return tuple(
        Row(name, row["name"], row["says"], tuple(row["tests"])) for name, row in told.items()
    )


ROWS: Final = read_rows()


def caught() -> Mapping[str, str]:
    """Tell which invariant each planted bug has broken."""
    return {name: row["invariant"] for name, row in remembered().items()}


def table() -> str:
    """Write the index as docs/reliability.md has it."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    by = caught()
    yield "| | invariant | checks | other tests | planted bugs that break it |"
    yield "|---|---|---|---|---|"
    for row in ROWS:
        tests = [f"[{_short(test)}](../{test.partition('::')[0]})" for test in row.tests]
        told = (
            f"**{row.name}**: {row.says}",
            ", ".join(f"`{name}`" for name in row.checks),
            ", ".join(dict.fromkeys(tests)),
            ", ".join(row.bugs(by)),
        )
        yield f"| {row.id} | {' | '.join(told)} |"


def _short(test: str) -> str:
    return test.partition("::")[0].rpartition("/")[2].removesuffix(".py").removeprefix("test_")


def rendered(document: str) -> str:
    """Put the index into the document, in the place of the one that stands there."""
    head, _, rest = document.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}\n{table()}\n{END}{tail}"


if __name__ == "__main__":
    DOCUMENT.write_text(rendered(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
