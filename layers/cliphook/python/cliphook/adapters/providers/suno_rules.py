"""The rules of the suno format for a request: what its fields may hold, and what they need."""

from collections.abc import Iterator, Mapping
from typing import Final

from cliphook.adapters.providers import rules
from cliphook.adapters.providers.suno_format import is_custom
from cliphook.domain.errors import FieldError
from cliphook.domain.request import MusicRequest

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


type Limits = Mapping[str, int]

# The oldest model takes less than the others.
_OLDEST: Final = "V4"


def limits(model: str, prompt_max: int, title_max: int) -> Limits:
    """Tell how many characters (code points) a model takes; lyrics are its custom prompt."""
    oldest = model == _OLDEST
    return {
        "prompt": prompt_max,
        "lyrics": 3000 if oldest else 5000,
        "style": 200 if oldest else 1000,
        "title": title_max,
    }


def check(
    request: MusicRequest, model: str, limits: Mapping[str, Limits]
) -> tuple[FieldError, ...]:
    """Name every rule of the format that a request breaks for one model."""
    broken = _custom_rules if is_custom(request) else _simple_rules
    return tuple(broken(request, limits[model]))


def _simple_rules(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    yield from rules.text("prompt", request.prompt, limits["prompt"], needed=True)
    why = "needs style and title beside it, or it would have no effect"
    yield from rules.without(request, _CUSTOM_ONLY, why)


def _custom_rules(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    why = "has no place beside lyrics, style or title, which already say what to make"
    yield from rules.without(request, ("prompt",), why)
    if request.instrumental:
        yield from rules.without(request, ("lyrics",), "cannot be sung in instrumental music")
    else:
        yield from rules.text("lyrics", request.lyrics, limits["lyrics"], needed=True)
    yield from rules.text("style", request.style, limits["style"], needed=True)
    yield from rules.text("title", request.title, limits["title"], needed=True)
