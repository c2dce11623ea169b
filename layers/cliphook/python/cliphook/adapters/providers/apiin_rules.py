"""
What a request to apiin may hold, for each of the shapes that it can have.

Which shape a submission has follows from its fields, so each request has exactly one: described
(our `prompt` alone), or custom as soon as it has lyrics, style or title. The one text that the
custom shape requires is "lyrics or a detailed prompt": sung music has its lyrics there, and
instrumental music, in which nothing is sung, its description.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from cliphook.adapters.providers import rules
from cliphook.adapters.providers.provider import Material
from cliphook.domain.errors import FieldError
from cliphook.domain.request import MusicRequest, Operation

NAMESPACE: Final = "apiin"
OPTIONS: Final = f"provider_options.{NAMESPACE}"

ABILITIES: Final[Mapping[Operation, frozenset[str]]] = {
    Operation.GENERATE: frozenset(
        {"prompt", "lyrics", "style", "title", "instrumental", "negative_style", OPTIONS}
    ),
    Operation.EXTEND: frozenset(
        {
            *("source.clip_id", "continue_at_s", "keep_source_settings"),
            *("lyrics", "style", "title", "negative_style", OPTIONS),
        }
    ),
}

# What our own fields are written into, so that options may not be.
WRITTEN: Final[Mapping[Operation, frozenset[str]]] = {
    Operation.GENERATE: frozenset(
        {
            *("model", "callback_url", "make_instrumental", "gpt_description_prompt"),
            *("prompt", "style", "title", "tags"),
        }
    ),
    Operation.EXTEND: frozenset(
        {
            *("origin_task_id", "extend_audio_index", "custom_mode", "extensionStartTime"),
            *("callback_url", "prompt", "style", "title", "tags"),
        }
    ),
}

# A task has two tracks, and an extension names one of them.
PLACES: Final = range(2)

_NEW_SETTINGS: Final = ("lyrics", "style", "title", "negative_style", "continue_at_s")

type Limits = Mapping[str, int]


def is_custom(request: MusicRequest) -> bool:
    """Tell whether a request says what to sing, or how, or its name."""
    return any(text is not None for text in (request.lyrics, request.style, request.title))


def check(
    request: MusicRequest, model: str, limits: Mapping[str, Limits]
) -> tuple[FieldError, ...]:
    """Name every rule that a request breaks for one model."""
    if request.operation is Operation.EXTEND:
        broken = _kept if request.keep_source_settings else _extended
    else:
        broken = _custom if is_custom(request) else _described
    own = WRITTEN.get(request.operation, frozenset[str]())
    return (*broken(request, limits[model]), *rules.options(request, NAMESPACE, own))


def check_source(material: Material, operation: Operation) -> FieldError | None:
    """Refuse to extend a clip that the provider does not know by its task and its place there."""
    if operation is not Operation.EXTEND or (material.task_id and material.index in PLACES):
        return None
    return FieldError("source.clip_id", "is a clip for which its provider has no id of its own")


def _described(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    yield from rules.text("prompt", request.prompt, limits["prompt"], needed=True)
    why = "needs lyrics, style or title beside it, or it would have no effect"
    yield from rules.without(request, ("negative_style",), why)


def _custom(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    if request.instrumental:
        yield from rules.without(request, ("lyrics",), "cannot be sung in instrumental music")
        yield from rules.text("prompt", request.prompt, limits["lyrics"], needed=True)
    else:
        why = "has no place beside lyrics, style or title, unless the music is instrumental"
        yield from rules.without(request, ("prompt",), why)
        yield from rules.text("lyrics", request.lyrics, limits["lyrics"], needed=True)
    yield from _named(request, limits)


def _extended(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    yield from _source(request)
    yield from rules.text("lyrics", request.lyrics, limits["lyrics"], needed=True)
    yield from _named(request, limits)
    if request.continue_at_s is not None and request.continue_at_s <= 0:
        yield FieldError("continue_at_s", "is after the beginning of the source")


def _kept(request: MusicRequest, _: Limits) -> Iterator[FieldError]:
    yield from _source(request)
    yield from rules.without(request, _NEW_SETTINGS, "has no effect with keep_source_settings")


def _source(request: MusicRequest) -> Iterator[FieldError]:
    if not request.source or not request.source.clip_id:
        yield rules.needs("source.clip_id")


def _named(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    yield from rules.text("style", request.style, limits["style"], needed=False)
    yield from rules.text("title", request.title, limits["title"], needed=False)
