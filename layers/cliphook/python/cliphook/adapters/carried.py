"""
What a newer version wrote into a document and this one does not know: it is carried through.

During an upgrade both versions write the same rows. Whatever an older one forgot would be lost.
"""

from collections.abc import Mapping
from typing import Any

type Document = Mapping[str, Any]


def unknown_of(document: Document, known: Document) -> dict[str, Any]:
    """
    Find what a document has beyond what this version would write of it, at any depth.

    Lists are gone through by their places, which stand as texts in what is found.
    """
    found: dict[str, Any] = {}
    for name, value in document.items():
        if name not in known:
            found[name] = value
        elif deeper := _inside(value, known[name]):
            found[name] = deeper
    return found


def carry(known: Document, unknown: Document) -> dict[str, Any]:
    """Put what was found back into what this version writes, as far as its place is still there."""
    return {
        **{name: value for name, value in unknown.items() if name not in known},
        **{name: _with(value, unknown.get(name)) for name, value in known.items()},
    }


def _inside(value: object, known: object) -> dict[str, Any] | None:
    if isinstance(value, Mapping) and isinstance(known, Mapping):
        return unknown_of(value, known)  # pyright: ignore[reportUnknownArgumentType]
    if isinstance(value, list) and isinstance(known, list):
        return unknown_of(_by_place(value), _by_place(known))  # pyright: ignore[reportUnknownArgumentType]
    return None


def _with(value: Any, unknown: Document | None) -> Any:  # noqa: ANN401 - a document's part is anything
    if not unknown:
        return value
    if isinstance(value, list):
        carried = carry(_by_place(value), unknown)  # pyright: ignore[reportUnknownArgumentType]
        return [carried[place] for place in _by_place(value)]  # pyright: ignore[reportUnknownArgumentType]
    return carry(value, unknown) if isinstance(value, Mapping) else value  # pyright: ignore[reportUnknownArgumentType]


def _by_place(values: list[Any]) -> dict[str, Any]:
    return {str(place): value for place, value in enumerate(values)}
