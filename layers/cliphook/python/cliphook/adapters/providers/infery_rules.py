"""What a request to infery may hold: what is documented, and what would have no effect."""

from collections.abc import Iterator, Mapping
from typing import Final

from cliphook.adapters.providers import rules
from cliphook.adapters.providers.infery_fields import (
    MIX,
    NAMESPACE,
    PERSONA,
    VOICE,
    Form,
    Forms,
    is_custom,
)
from cliphook.adapters.providers.infery_names import ids_of
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.adapters.providers.provider import Material
from cliphook.domain.errors import FieldError
from cliphook.domain.request import MusicRequest, Operation, Sound

IMAGES_MAX: Final = 10
DURATION_S: Final = (30, 180)
TEMPO_BPM: Final = (1, 300)
# What the prompt of a request with texts of its own is held to.
CUSTOM_PROMPT: Final = "custom.prompt"

_TEXTS: Final = ("lyrics", "style", "title")
_OWN_SETTINGS: Final = (*_TEXTS, "instrumental", *MIX, *VOICE, *PERSONA)

# What the provider behind this one needs, by its own documents; of these, what a request with
# texts of its own needs beside them.
_UPSTREAM: Final[Mapping[Operation, tuple[str, ...]]] = {
    Operation.EXTEND_UPLOAD: ("continue_at_s",),
    Operation.ADD_INSTRUMENTAL: ("style", "title", "negative_style"),
    Operation.ADD_VOCALS: ("style", "title", "negative_style"),
}
_UPSTREAM_CUSTOM: Final[Mapping[Operation, tuple[str, ...]]] = {
    Operation.GENERATE: ("style", "title"),
    Operation.COVER: ("style", "title"),
    Operation.EXTEND: ("style", "title", "continue_at_s"),
    Operation.EXTEND_UPLOAD: ("style", "title"),
}


class Needs(PageSettings):
    """
    How long a text is assumed to be at most, and what else is assumed to be needed.

    No limits are published on lyrics and on what Lyria is told: they are those of a custom prompt.
    With `needs_upstream`, what the provider behind this one needs is needed.
    """

    prompt_max: int = 500
    custom_prompt_max: int = 5000
    lyrics_max: int = 5000
    style_max: int = 1000
    title_max: int = 100
    lyria_prompt_max: int = 5000
    needs_upstream: bool = False


def suno_limits(needs: Needs) -> Mapping[str, int]:
    """Tell how many characters (code points) each text may have."""
    return {
        "prompt": needs.prompt_max,
        CUSTOM_PROMPT: needs.custom_prompt_max,
        "lyrics": needs.lyrics_max,
        "style": needs.style_max,
        "title": needs.title_max,
    }


def abilities(forms: Forms) -> Mapping[Operation, frozenset[str]]:
    """Tell which fields of a request a model honours in each operation."""
    free = f"provider_options.{NAMESPACE}"
    return {
        operation: frozenset({*form.fields, *form.sources, free})
        for operation, form in forms.items()
    }


def check(
    request: MusicRequest, form: Form, limits: Mapping[str, int], *, needs_upstream: bool
) -> tuple[FieldError, ...]:
    """Name every rule that a request breaks."""
    return (
        *_texts(request, form, limits),
        *_source(request, form),
        *_without_effect(request, form),
        *_numbers(request),
        *(_upstream(request, form) if needs_upstream else ()),
        *rules.options(request, NAMESPACE, form.own),
    )


def check_source(material: Material, operation: Operation, forms: Forms) -> FieldError | None:
    """Refuse to go on from a clip which infery did not give the ids for, as it mostly does not."""
    ids = ids_of(material)
    if all(ids.get(name, "upload_url") for name in forms[operation].told):
        return None
    return FieldError("source.clip_id", "is a clip for which its provider has no id of its own")


def _texts(request: MusicRequest, form: Form, limits: Mapping[str, int]) -> Iterator[FieldError]:
    needed = "prompt" in form.fields and not request.keep_source_settings
    prompt_max = limits["prompt"]
    if form.has_modes and is_custom(request):
        needed, prompt_max = False, limits[CUSTOM_PROMPT]
    yield from rules.text("prompt", request.prompt, prompt_max, needed=needed)
    for name in _TEXTS:
        if name in form.fields:
            yield from rules.text(name, getattr(request, name), limits[name], needed=False)


def _source(request: MusicRequest, form: Form) -> Iterator[FieldError]:
    if form.sources and request.source is None:
        yield rules.needs("source")
    if request.continue_at_s is not None and request.continue_at_s <= 0:
        yield FieldError("continue_at_s", "is after the beginning of the source")


def _without_effect(request: MusicRequest, form: Form) -> Iterator[FieldError]:
    if request.instrumental:
        why = "cannot be sung in instrumental music"
        yield from rules.without(request, ("lyrics", "vocal_gender"), why)
    if request.keep_source_settings:
        why = "has no effect beside keep_source_settings"
        yield from rules.without(request, _OWN_SETTINGS, why)
    elif form.has_modes and not is_custom(request):
        why = "needs lyrics, style or title beside it, or it would have no effect"
        yield from rules.without(request, tuple(PERSONA), why)
    if request.persona_kind and request.persona_id is None:
        yield rules.needs("persona_id")


def _numbers(request: MusicRequest) -> Iterator[FieldError]:
    tempo_bpm = (request.sound or Sound()).tempo_bpm
    yield from rules.number("duration_s", request.duration_s, *DURATION_S, "seconds")
    yield from rules.number("sound.tempo_bpm", tempo_bpm, *TEMPO_BPM, "beats per minute")
    if len(request.images) > IMAGES_MAX:
        yield FieldError("images", f"are at most {IMAGES_MAX} at this provider")


def _upstream(request: MusicRequest, form: Form) -> Iterator[FieldError]:
    needed = _UPSTREAM.get(request.operation, ())
    if form.has_modes and is_custom(request):
        needed += _UPSTREAM_CUSTOM.get(request.operation, ())
        is_sung = "instrumental" in form.fields and not request.instrumental
        needed += ("lyrics",) if is_sung else ()
    for name in needed:
        value = getattr(request, name)
        if value is None or not str(value).strip():
            yield rules.needs(name)
