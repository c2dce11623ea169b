"""What docs/providers.md promises of each provider, read from its own tables."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PAGE: Final = Path(__file__).parents[2] / "docs/providers.md"
OVERVIEW: Final = "Who can do what"
NOBODY: Final = "-"
EVERY_MODEL: Final = "all models"

_TABLE: Final = re.compile(r"(?:^\|.*\n)+", re.MULTILINE)
_QUOTED: Final = re.compile(r"`([^`]+)`")

type Row = tuple[str, ...]
type Fields = frozenset[str]


@dataclass(frozen=True, slots=True)
class Ability:
    """What one model can do: the fields that it honours, by operation; and its number of clips."""

    fields: Mapping[str, Fields]
    # Not every provider says how many there are.
    clips: int | None


@dataclass(frozen=True, slots=True)
class Documented:
    """The page: for each operation who can do it with which models, and what each model can."""

    operations: Mapping[str, Mapping[str, str]]
    models: Mapping[str, Mapping[str, Ability]]

    def able(self, operation: str, provider: str) -> tuple[str, ...]:
        """Name the models that can do an operation, as the overview has it."""
        told = self.operations[operation][provider]
        if told == EVERY_MODEL:
            return tuple(self.models[provider])
        return () if told == NOBODY else tuple(_QUOTED.findall(told))

    def able_to(self, operation: str) -> list[str]:
        """Name the providers that can do an operation."""
        return sorted(row for row in self.models if self.able(operation, row))

    def able_for(self, field: str, operation: str) -> list[str]:
        """Name the providers of which some model honours a field in an operation."""
        return sorted(
            provider
            for provider, models in self.models.items()
            if any(field in model.fields.get(operation, ()) for model in models.values())
        )


def read() -> Documented:
    """Read the page."""
    sections = dict(_sections(PAGE.read_text(encoding="utf-8"), "## "))
    (head, *lines) = _rows(sections[OVERVIEW])
    operations = {
        operation.strip("`"): dict(zip(head[1:], told, strict=True)) for operation, *told in lines
    }
    return Documented(
        operations, {provider: _models(sections[provider], provider) for provider in head[1:]}
    )


def _models(section: str, provider: str) -> Mapping[str, Ability]:
    parts = dict(_sections(section, "### "))
    (_, *models), (_, *fields) = _rows(parts["Models"]), _rows(parts["Fields"])
    clips = {name.strip("`").removeprefix(f"{provider}/"): count for name, _, count, _ in models}
    return {
        name: Ability(
            {
                operation.strip("`"): frozenset(_QUOTED.findall(told))
                for operation, who, told in fields
                if who == "all" or name in who.split(", ")
            },
            None if count == NOBODY else int(count),
        )
        for name, count in clips.items()
    }


def _sections(text: str, mark: str) -> Iterator[tuple[str, str]]:
    for part in re.split(rf"^{mark}", text, flags=re.MULTILINE)[1:]:
        title, _, body = part.partition("\n")
        yield title, body


def _rows(text: str) -> list[Row]:
    """Read the first table of a text, without the rule below its head."""
    found = _TABLE.search(text)
    lines = found.group().splitlines() if found else []
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in lines]
    return [rows[0], *rows[2:]] if rows else []
