"""The list of gaps as README.md shows it; started as a program, this writes it there."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.contract.aws.case import TAKEN
from tests.contract.aws.cases import BOOKS
from tests.contract.aws.gaps import GAPS, UNPROVEN

README: Final = Path(__file__).parents[1] / "README.md"

BEGIN: Final = "<!-- gaps: written by `python -m tests.contract.aws.readme` -->"
END: Final = "<!-- end of gaps -->"
SHOWN: Final = ("fake", "moto", "MiniStack")
CELL_MAX: Final = 60


def render() -> str:
    """Write both tables."""
    head = ["| promise | fake | moto | MiniStack |", "|---|---|---|---|"]
    tail = ["| what no case can show | fake | AWS |", "|---|---|---|"]
    unproven = [f"| {' | '.join(row)} |" for row in UNPROVEN]
    return "\n".join([BEGIN, *head, *_rows(), "", *tail, *unproven, END])


def _rows() -> Iterator[str]:
    for book in BOOKS:
        sentences = [case.sentence for case in book.cases]
        rows = {one: _cells(one) for one in sentences if any(_cells(one))}
        if len(rows) == len(sentences) and len({*rows.values()}) == 1:
            yield f"| {book.service}: all of it | {' | '.join(rows[sentences[0]])} |"
            continue
        for sentence, cells in rows.items():
            yield f"| {sentence.replace('|', '/')} | {' | '.join(cells)} |"


def _cells(sentence: str) -> tuple[str, ...]:
    return tuple(_words(GAPS[name][sentence]) if sentence in GAPS[name] else "" for name in SHOWN)


def _words(instead: object) -> str:
    if instead == TAKEN:
        return "takes it"
    if isinstance(instead, str) and instead.endswith("!"):
        return f"breaks down: `{instead[:-1]}`"
    shown = instead if isinstance(instead, str) else repr(instead)
    return f"`{shown if len(shown) <= CELL_MAX else shown[:CELL_MAX] + '…'}`"


def written_into(document: str) -> str:
    """Put the tables where a document has them."""
    before, _, rest = document.partition(BEGIN)
    return before + render() + rest.partition(END)[2]


if __name__ == "__main__":
    README.write_text(written_into(README.read_text(encoding="utf-8")), encoding="utf-8")
