"""docs/providers.md, written from the rows that the code goes by: `make docs` writes it anew."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Final

from pydantic_core import PydanticUndefined, to_jsonable_python

from cliphook.adapters.providers import table
from cliphook.adapters.providers.able import able_to
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.adapters.providers.provider import Model, Provider
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.request import Operation

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs/providers.md"
INTRODUCTION: Final = ROOT / "docs/examples/providers.md"
EXAMPLE: Final = ROOT / "docs/examples/sixth_provider"

NOTHING: Final = "-"


def text() -> str:
    """Write the whole page."""
    before, after = INTRODUCTION.read_text(encoding="utf-8").split("<!-- the rows -->\n")
    parts = [before.rstrip(), *_operations(), *map(_provider, PROVIDERS.values()), after.strip()]
    return "\n\n".join(parts).replace("<!-- the example -->", _example()) + "\n"


def _operations() -> Iterator[str]:
    yield "## Who can do what"
    yield "A 422 with the field `operation` names those who can, wherever there is a dash."
    yield _table(
        ("operation", *PROVIDERS),
        (
            (f"`{operation}`", *(_models_for(operation, row) for row in PROVIDERS.values()))
            for operation in Operation
        ),
    )


def _models_for(operation: Operation, row: Provider) -> str:
    able = [name for name, model in row.models.items() if operation in model.abilities]
    if operation not in Operation or row.name not in able_to(operation, PROVIDERS):
        return NOTHING
    return "all models" if len(able) == len(row.models) else ", ".join(f"`{one}`" for one in able)


def _provider(row: Provider) -> str:
    models = [_model(row, name, model) for name, model in row.models.items()]
    parts = [
        f"## {row.name}",
        _facts(row),
        "### Models",
        _table(("model", "family", "clips", "limits in characters"), models),
        "### Fields",
        "A field that is not listed is a 422 that names it, and the providers that can honour it.",
        _fields(row),
        "### Refusals",
        _table(
            ("code", "becomes", "tried again"),
            (
                (f"`{code}`", f"`{one.code}`", "yes" if one.may_retry else "no")
                for code, one in sorted(row.refusals.items())
            ),
        ),
        "### Settings",
        _table(("name", "default"), _settings(row.name)),
    ]
    return "\n\n".join(parts)


def _facts(row: Provider) -> str:
    told = [("base_url", row.base_url or "none published: the operator names it in ProviderUrls")]
    told += [(fact.name, _fact(getattr(row.facts, fact.name))) for fact in fields(row.facts)]
    return _table(("fact", "is"), ((f"`{name}`", value) for name, value in told))


def _fact(value: object) -> str:
    if value is None or value == ():
        return NOTHING
    if isinstance(value, frozenset):
        return ", ".join(sorted(map(str, value)))
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    plain = to_jsonable_python(value)
    if isinstance(plain, dict):
        return ", ".join(f"{name} {one}" for name, one in plain.items())
    return str(plain).lower() if isinstance(plain, bool) else str(plain)


def _model(row: Provider, name: str, model: Model) -> tuple[str, ...]:
    limits = ", ".join(f"{text} {most}" for text, most in model.limits.items()) or NOTHING
    return f"`{row.name}/{name}`", f"`{model.family}`", str(model.clips or NOTHING), limits


def _fields(row: Provider) -> str:
    """List each operation's fields once for all models that have the same ones."""
    lines: list[tuple[str, ...]] = []
    for operation in Operation:
        by_fields: dict[frozenset[str], list[str]] = {}
        for name, model in row.models.items():
            if operation in model.abilities:
                by_fields.setdefault(model.abilities[operation], []).append(name)
        for able, models in by_fields.items():
            shown = ", ".join(f"`{name}`" for name in sorted(able))
            who = "all" if len(models) == len(row.models) else ", ".join(models)
            lines.append((f"`{operation}`", who, shown))
    return _table(("operation", "models", "fields"), lines)


def _settings(name: str) -> Iterator[tuple[str, ...]]:
    model: type[PageSettings] = table.PAGES[name][0]
    for setting, info in model.model_fields.items():
        default = sorted(info.default) if isinstance(info.default, frozenset) else info.default
        shown = NOTHING if default is PydanticUndefined else json.dumps(to_jsonable_python(default))
        yield f"`{setting}`", f"`{shown}`"


def _example() -> str:
    page = (EXAMPLE / "hummingbird.py").read_text(encoding="utf-8").rstrip()
    return f"```python\n{page}\n```"


def _table(head: tuple[str, ...], lines: Iterable[tuple[str, ...]]) -> str:
    rule = tuple("---" for _ in head)
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *lines))


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
