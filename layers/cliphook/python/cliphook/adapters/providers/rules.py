"""Rules that the pages share: what a text, a number or a field beside others may be."""

import json
from collections.abc import Collection, Iterator

from cliphook.domain.errors import FieldError
from cliphook.domain.request import MusicRequest, asked_fields


def text(name: str, value: str | None, length_max: int, *, needed: bool) -> Iterator[FieldError]:
    """Hold a text to a length in code points; white space alone is no text."""
    if value is None or not value.strip():
        if needed:
            yield needs(name)
    elif len(value) > length_max:
        message = f"has {len(value)} characters, of which this model takes at most {length_max}"
        yield FieldError(name, message)


def needs(name: str) -> FieldError:
    """Say that a field is missing."""
    return FieldError(name, "is needed for this kind of request")


def number(
    name: str, value: float | None, least: float, most: float, unit: str
) -> Iterator[FieldError]:
    """Hold a number to a range, both ends included."""
    if value is not None and not least <= value <= most:
        yield FieldError(name, f"is from {least:g} to {most:g} {unit} at this provider")


def without(request: MusicRequest, names: Collection[str], why: str) -> Iterator[FieldError]:
    """Refuse fields that would have no effect beside the others."""
    for name in asked_fields(request):
        if name in names:
            yield FieldError(name, why)


def options(request: MusicRequest, namespace: str, own: Collection[str]) -> Iterator[FieldError]:
    """Refuse options that would speak over what the request says by its own fields."""
    for name in read_options(request, namespace):
        if name in own:
            field = f"provider_options.{namespace}.{name}"
            yield FieldError(field, "is written from the request's own fields")


def read_options(request: MusicRequest, namespace: str) -> dict[str, object]:
    """Read a request's free options for one namespace; empty if there are none."""
    found: dict[str, object] = json.loads(request.provider_options.get(namespace, "{}"))
    return found
