"""
What a newer version wrote into a document and this one does not know: it is carried through.

During an upgrade both versions write the same rows. Whatever an older one forgot would be lost.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, cast

type Document = Mapping[str, Any]
# The names, and in lists the places, that lead from the top of a document to a part of it.
type Path = tuple[str, ...]


def unknown_of(document: Document, known: Document) -> dict[Path, Any]:
    """Find what a document has beyond what this version would write of it, at any depth."""
    # Nearly always there is nothing, and to compare is cheap.
    return {} if document == known else dict(_beyond((), document, known))


def carry(known: Document, unknown: Mapping[Path, Any]) -> dict[str, Any]:
    """
    Put what was found back into what this version writes.

    Where the part that it belongs to is gone, it goes too: half of a part is none. What this
    version has come to write itself stays.
    """
    document = deepcopy(dict(known))
    for (*way, name), value in unknown.items():
        part = _find(document, way)
        if isinstance(part, dict):
            cast("dict[str, Any]", part).setdefault(name, value)
    return document


def _beyond(path: Path, value: object, known: object) -> Iterator[tuple[Path, Any]]:
    ours = _parts(known)
    for name, part in _parts(value).items():
        if name in ours:
            yield from _beyond((*path, name), part, ours[name])
        else:
            yield (*path, name), part


def _find(document: object, way: list[str]) -> object:
    part = document
    for step in way:
        part = _parts(part).get(step)
    return part


def _parts(value: object) -> Mapping[str, object]:
    if isinstance(value, Mapping):
        return cast("Mapping[str, object]", value)
    if isinstance(value, list):
        places = cast("list[object]", value)
        return {str(place): part for place, part in enumerate(places)}
    return {}
