"""The rules of the suno format for a request: what its fields may hold, and what they need."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from cliphook.adapters.providers.suno_format import is_custom
from cliphook.domain.errors import FieldError
from cliphook.domain.request import MusicRequest

NON_CUSTOM_PROMPT_MAX: Final = 500

# The fields which the format has a place for.
FIELDS: Final = frozenset(
    {
        "prompt",
        "lyrics",
        "style",
        "title",
        "instrumental",
        "negative_style",
        "vocal_gender",
        "style_weight",
        "weirdness",
        "audio_weight",
        "persona_id",
    }
)

# Outside custom mode the format leaves these unread, so to accept them would be to drop them.
_CUSTOM_ONLY: Final = (
    "negative_style",
    "vocal_gender",
    "style_weight",
    "weirdness",
    "audio_weight",
    "persona_id",
)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many characters (code points) a model takes; `lyrics_max` is its custom prompt's."""

    lyrics_max: int
    style_max: int
    title_max: int


def check(
    request: MusicRequest, model: str, limits: Mapping[str, Limits]
) -> tuple[FieldError, ...]:
    """Name every rule of the format that a request breaks for one model."""
    rules = _custom_rules if is_custom(request) else _simple_rules
    return tuple(rules(request, limits[model]))


def _simple_rules(request: MusicRequest, _: Limits) -> Iterator[FieldError]:
    yield from _text("prompt", request.prompt, NON_CUSTOM_PROMPT_MAX, needed=True)
    for name in _CUSTOM_ONLY:
        if getattr(request, name) is not None:
            yield FieldError(name, "needs style and title beside it, or it would have no effect")


def _custom_rules(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    if request.prompt is not None:
        message = "has no place beside lyrics, style or title, which already say what to make"
        yield FieldError("prompt", message)
    if request.instrumental and request.lyrics is not None:
        yield FieldError("lyrics", "cannot be sung in instrumental music")
    else:
        needed = not request.instrumental
        yield from _text("lyrics", request.lyrics, limits.lyrics_max, needed=needed)
    yield from _text("style", request.style, limits.style_max, needed=True)
    yield from _text("title", request.title, limits.title_max, needed=True)


def _text(name: str, text: str | None, length_max: int, *, needed: bool) -> Iterator[FieldError]:
    if text is None or not text.strip():
        if needed:
            yield FieldError(name, "is needed for this kind of request")
    elif len(text) > length_max:
        message = f"has {len(text)} characters, of which this model takes at most {length_max}"
        yield FieldError(name, message)
