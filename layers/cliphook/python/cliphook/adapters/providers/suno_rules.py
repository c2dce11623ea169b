"""The rules of the suno format for a request: what its fields may hold, and what they need."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from cliphook.adapters.providers import rules
from cliphook.adapters.providers.provider import Material
from cliphook.adapters.providers.suno_fields import FORMS, MIX, PERSONA, is_custom
from cliphook.adapters.providers.suno_format import has_own_id
from cliphook.domain.errors import FieldError
from cliphook.domain.request import MusicRequest, Operation, Sound

type Limits = Mapping[str, int]
type Rule = Callable[[MusicRequest, Limits], Iterator[FieldError]]

# The oldest model takes less than the others.
_OLDEST: Final = "V4"
# No length is documented for it.
_ANY_LENGTH: Final = 1_000_000

SOUND_PROMPT_MAX: Final = 500
LYRICS_PROMPT_MAX: Final = 200
TEMPO_BPM_MAX: Final = 300

# What only some models can do, as the pages of these operations have it.
ONLY: Final[Mapping[Operation, frozenset[str]]] = {
    Operation.ADD_INSTRUMENTAL: frozenset({"V5", "V4_5PLUS"}),
    Operation.ADD_VOCALS: frozenset({"V5", "V4_5PLUS"}),
    Operation.SOUNDS: frozenset({"V5"}),
}

# Outside custom mode the format leaves these unread, so to accept them would be to drop them.
_CUSTOM_ONLY: Final = (*MIX, *PERSONA)
_TEXTS: Final = ("lyrics", "style", "title")
_UNREAD: Final = "needs style and title beside it, or it would have no effect"
_KEPT: Final = "has no effect beside keep_source_settings"


def limits(model: str, title_max: int, prompt_max: int) -> Limits:
    """
    Tell how many characters (code points) a model takes; lyrics are its custom prompt.

    Where an operation has a limit of its own, its name stands before the field's.
    """
    oldest = model == _OLDEST
    return {
        "prompt": prompt_max,
        "lyrics": 3000 if oldest else 5000,
        "style": 200 if oldest else 1000,
        "title": title_max,
        f"{Operation.SOUNDS}.prompt": SOUND_PROMPT_MAX,
        f"{Operation.LYRICS}.prompt": LYRICS_PROMPT_MAX,
    }


def abilities(
    model: str, namespace: str, operations: Iterable[Operation], persona_kinds: Iterable[str]
) -> Mapping[Operation, frozenset[str]]:
    """Tell which fields a model honours in each operation; `persona_kinds` are models, too."""
    unread = set[str]() if model in persona_kinds else {"persona_kind"}
    free = f"provider_options.{namespace}"
    return {
        operation: frozenset({*FORMS[operation].fields, *FORMS[operation].start.sources, free})
        - unread
        for operation in operations
        if model in ONLY.get(operation, {model})
    }


def check(
    request: MusicRequest, model: str, *, namespace: str, limits: Mapping[str, Limits]
) -> tuple[FieldError, ...]:
    """Name every rule of the format that a request breaks for one model."""
    form = FORMS[request.operation]
    errors = [*_RULES[request.operation](request, limits[model])]
    if form.start.sources and request.source is None:
        errors.append(rules.needs("source"))
    if request.persona_kind and request.persona_id is None:
        errors.append(rules.needs("persona_id"))
    return (*errors, *rules.options(request, namespace, form.own))


def check_source(material: Material, operation: Operation) -> FieldError | None:
    """Refuse to start from a clip for which the provider has no id, such as a stem."""
    told = FORMS[operation].start.told.values()
    ids = [getattr(material, name) for name in told if name != "url"]
    if all(ids) and (not ids or has_own_id(material.provider_clip_id)):
        return None
    return FieldError("source.clip_id", "is a clip for which its provider has no id of its own")


def _song(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    broken = _custom if is_custom(request) else _described
    return broken(request, limits)


def _described(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    yield from _needed(request, limits, "prompt")
    yield from rules.without(request, _CUSTOM_ONLY, _UNREAD)


def _custom(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    why = "has no place beside lyrics, style or title, which already say what to make"
    yield from rules.without(request, ("prompt",), why)
    if request.instrumental:
        yield from rules.without(request, ("lyrics",), "cannot be sung in instrumental music")
    else:
        yield from _needed(request, limits, "lyrics")
    yield from _needed(request, limits, "style", "title")


def _extended(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    if request.keep_source_settings:
        yield from rules.without(request, (*_TEXTS, *_CUSTOM_ONLY, "continue_at_s"), _KEPT)
    else:
        yield from _needed(request, limits, *_TEXTS)
        yield from _continued(request)


def _extended_upload(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    if request.keep_source_settings:
        yield from _described(request, limits)
        yield from rules.without(request, _TEXTS, _KEPT)
    else:
        yield from _song(request, limits)
    yield from _continued(request)


def _continued(request: MusicRequest) -> Iterator[FieldError]:
    if request.continue_at_s is None:
        yield rules.needs("continue_at_s")
    elif request.continue_at_s <= 0:
        yield FieldError("continue_at_s", "is after the beginning of the source")


def _sound(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
    yield from _needed(request, limits, "prompt")
    tempo_bpm = (request.sound or Sound()).tempo_bpm
    yield from rules.number("sound.tempo_bpm", tempo_bpm, 1, TEMPO_BPM_MAX, "beats per minute")


def _needing(*names: str) -> Rule:
    def check(request: MusicRequest, limits: Limits) -> Iterator[FieldError]:
        return _needed(request, limits, *names)

    return check


def _needed(request: MusicRequest, limits: Limits, *names: str) -> Iterator[FieldError]:
    for name in names:
        usual = limits.get(name, _ANY_LENGTH)
        length_max = limits.get(f"{request.operation}.{name}", usual)
        yield from rules.text(name, getattr(request, name), length_max, needed=True)


_RULES: Final[Mapping[Operation, Rule]] = {
    Operation.GENERATE: _song,
    Operation.COVER: _song,
    Operation.EXTEND: _extended,
    Operation.EXTEND_UPLOAD: _extended_upload,
    Operation.ADD_INSTRUMENTAL: _needing("style", "title", "negative_style"),
    Operation.ADD_VOCALS: _needing(*_TEXTS, "negative_style"),
    Operation.SOUNDS: _sound,
    Operation.SEPARATE: _needing(),
    Operation.LYRICS: _needing("prompt"),
}
