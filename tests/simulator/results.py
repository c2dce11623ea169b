"""What a nightly run has found, as a table and as a document."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from tests.simulator.source import ROOT, machine

DOCUMENT: Final = ROOT / "docs" / "reliability-results.md"

_HEAD: Final = """\
# What the simulator has found

Written by `make simulate NIGHTLY=1` when it was done; [reliability.md](reliability.md) says what
is played, and what the words mean.

| commit | begun | done | machine |
|---|---|---|---|
| `{commit}` | {began} | {done} | {machine} |

| part | histories | violations | seconds | seconds of cores' time | histories a second |
|---|--:|--:|--:|--:|--:|
{rows}

With n random schedules and no violation, fewer than three in n of such schedules show one, with
95 % confidence. Single faults and pairs are all that there are, of every kind; 'credit for a job
that fails' is the path that money takes there and back. A run that was ended early lists what it
had done by then.
"""

type State = Mapping[str, Any]


def violations(state: State) -> int:
    """Count what went wrong, also in what was played before an interruption."""
    return sum(int(row["violations"]) for row in state["parts"].values())


def table(state: State) -> str:
    """Write it for a terminal."""
    return "\n".join(
        f"  {part:<44} {row['played']:>10,} played, {row['violations']} violations,"
        f" {row['cpu_s']:,.0f} s of cores' time"
        for part, row in state["parts"].items()
    )


def write(state: State, path: Path = DOCUMENT) -> None:
    """Write it for people to read."""
    path.write_text(document(state, datetime.now(UTC)), encoding="utf-8")


def document(state: State, done: datetime) -> str:
    """Write the document of a run that was done at an instant."""
    return _HEAD.format(
        commit=state["commit"],
        began=state["began"],
        done=done.isoformat(timespec="seconds"),
        machine=machine(),
        rows="\n".join(_rows(state)),
    )


def _rows(state: State) -> Iterator[str]:
    for part, row in state["parts"].items():
        wall_s = row["wall_s"] or 1.0
        told = (
            f"{row['played']:,}",
            f"{row['violations']}",
            f"{row['wall_s']:,.0f}",
            f"{row['cpu_s']:,.0f}",
            f"{row['played'] / wall_s:.1f}",
        )
        yield f"| {part} | {' | '.join(told)} |"
