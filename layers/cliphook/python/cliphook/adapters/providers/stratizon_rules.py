"""What a request to stratizon may hold; a description may stand beside lyrics there."""

from collections.abc import Iterator, Mapping
from sys import maxsize
from typing import Final

from cliphook.adapters.providers import rules
from cliphook.adapters.providers.provider import Model
from cliphook.adapters.providers.stratizon_models import NAMESPACES, SUNO, Knob
from cliphook.domain.errors import FieldError
from cliphook.domain.request import MusicRequest, Operation

_TEXTS: Final = ("prompt", "lyrics", "title", "style", "negative_style")


def check(
    request: MusicRequest,
    model: str,
    models: Mapping[str, Model],
    knobs: Mapping[Knob, str],
    *,
    is_prompt_needed: bool,
) -> tuple[FieldError, ...]:
    """Name every rule that a request breaks for one model."""
    own = frozenset(knobs.values()) if model == SUNO else frozenset[str]()
    return (
        *_broken(request, models[model].limits, is_prompt_needed=is_prompt_needed),
        *rules.options(request, NAMESPACES[model], own),
    )


def _broken(
    request: MusicRequest, limits: Mapping[str, int], *, is_prompt_needed: bool
) -> Iterator[FieldError]:
    if request.operation is Operation.COVER and not request.source:
        yield rules.needs("source")
    for name in _TEXTS:
        text, most = getattr(request, name), limits.get(name, maxsize)
        yield from rules.text(name, text, most, needed=is_prompt_needed and name == "prompt")
    if request.instrumental:
        yield from rules.without(request, ("lyrics",), "cannot be sung in instrumental music")
