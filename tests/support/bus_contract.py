"""
What may change about a published schema: a property that no event needs to have may come.

Everything else breaks somebody. During an upgrade a new event reaches a consumer that knows the
old schema, and out of the archive an old event reaches one that knows the new schema; so each must
fit both.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

type Schema = Mapping[str, Any]

# What only explains.
WORDS: Final = frozenset({"$schema", "title", "description", "examples"})
# What is looked into.
PARTS: Final = frozenset({"properties", "required", "items"})


def promised(schema: Schema) -> dict[str, Any]:
    """Write a schema as it is published: without the examples, which may become others."""
    return {key: value for key, value in schema.items() if key != "examples"}


def breaks(published: Schema, generated: Schema, where: str = "detail") -> Iterator[str]:
    """Say what of a published schema no longer holds."""
    for key in sorted((published.keys() | generated.keys()) - WORDS - PARTS):
        before, after = published.get(key), generated.get(key)
        if before != after:
            yield f"{where}: `{key}` was {before}, and is {after}"
    yield from _needs(published, generated, where)
    known, parts = _inside(published), _inside(generated)
    for name in sorted(known.keys() - parts.keys()):
        yield f"{where}{name}: is gone"
    for name in sorted(known.keys() & parts.keys()):
        yield from breaks(known[name], parts[name], f"{where}{name}")


def _needs(published: Schema, generated: Schema, where: str) -> Iterator[str]:
    before, after = set(published.get("required", ())), set(generated.get("required", ()))
    for name in sorted(before - after):
        yield f"{where}.{name}: was in every event, and need not be any more"
    for name in sorted(after - before):
        yield f"{where}.{name}: must be in every event now, and archived ones do not have it"


def _inside(schema: Schema) -> Mapping[str, Schema]:
    parts = {f".{name}": part for name, part in schema.get("properties", {}).items()}
    return parts | ({"[]": schema["items"]} if "items" in schema else {})


def broken(published: Mapping[str, Schema], generated: Mapping[str, Schema]) -> list[str]:
    """
    Say which files break a promise, by what.

    A version that is announced no more stays published; but of every type there is one that is.
    """
    found = [
        f"{name}: {complaint}. Raise EVENT_VERSION: what is new is the next version's."
        for name, schema in sorted(published.items())
        if name in generated
        for complaint in breaks(schema, generated[name])
    ]
    types = {name.rpartition(".v")[0] for name in generated}
    gone = sorted(name for name in published if name.rpartition(".v")[0] not in types)
    return [*found, *(f"{name}: is not announced any more, in any version." for name in gone)]
