"""Is a request to apiin as documented? Which of its two shapes it has, every field and limit."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from local.simulators.apiin_facts import DESCRIPTION_MAX, SOURCE_S, Model
from local.simulators.reading import Body

type Wrong = Iterator[str]

_CUSTOM: Final = ("prompt", "style", "title", "tags")
_CREATE: Final = {
    "model": str, "make_instrumental": bool, "callback_url": str, "gpt_description_prompt": str,
    **dict.fromkeys(_CUSTOM, str),
}  # fmt: skip
_EXTEND: Final = {
    "origin_task_id": str, "extend_audio_index": int, "custom_mode": bool, "callback_url": str,
    "extensionStartTime": Decimal, **dict.fromkeys(_CUSTOM, str),
}  # fmt: skip
_COVER: Final = {
    "audio_id": str, "custom_mode": bool, "callback_url": str,
    **dict.fromkeys(_CUSTOM[:3], str),
}  # fmt: skip
_CALLED: Final = {str: "a string", bool: "a boolean", int: "an integer", Decimal: "a number"}


@dataclass(frozen=True, slots=True)
class Source:
    """What is extended or covered: its model, and how long it is."""

    model: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Rules:
    """What a request is held against."""

    models: Mapping[str, Model]
    strict: bool = True
    task: Callable[[str, int], Source | None] = lambda _task_id, _index: None
    """Finds the track of a finished task, by its task and index."""
    audio: Callable[[str], Source | None] = lambda _audio_id: None
    """Finds an uploaded or finished track by its own id."""

    @property
    def default(self) -> str:
        """Name the model of a request that names none."""
        return next(iter(self.models))


def check_create(body: Body | None, rules: Rules) -> str | None:
    """Find the first thing that is wrong with a request for music; None is nothing."""
    return _first(body, rules, (_create_fields, _model, _callback, _shape, _create_lengths))


def check_extend(body: Body | None, rules: Rules) -> str | None:
    """Find the first thing that is wrong with a request to extend; None is nothing."""
    return _first(body, rules, (_extend_fields, _callback, _mode, _origin))


def check_cover(body: Body | None, rules: Rules) -> str | None:
    """Find the first thing that is wrong with a request for a cover; None is nothing."""
    return _first(body, rules, (_cover_fields, _callback, _mode, _audio))


def _first(
    body: Body | None, rules: Rules, checks: tuple[Callable[[Body, Rules], Wrong], ...]
) -> str | None:
    if body is None:
        return "The body must be a JSON object."
    return next((wrong for find in checks for wrong in find(body, rules)), None)


def _create_fields(body: Body, rules: Rules) -> Wrong:
    yield from _fields(body, rules, _CREATE)


def _extend_fields(body: Body, rules: Rules) -> Wrong:
    yield from _missing(body, ("origin_task_id", "extend_audio_index"))
    yield from _fields(body, rules, _EXTEND)


def _cover_fields(body: Body, rules: Rules) -> Wrong:
    yield from _missing(body, ("audio_id",))
    yield from _fields(body, rules, _COVER)


def _missing(body: Body, names: tuple[str, ...]) -> Wrong:
    for name in names:
        if body.get(name) is None:
            yield f"{name} is required."


def _fields(body: Body, rules: Rules, known: Mapping[str, type]) -> Wrong:
    for name, value in body.items():
        kind = known.get(name)
        if kind is None:
            if rules.strict:
                yield f"Unknown parameter {name[:64]}."
        elif not _is(value, kind):
            yield f"{name} must be {_CALLED[kind]}."


def _is(value: object, kind: type) -> bool:
    if kind is bool or isinstance(value, bool):
        return kind is bool and isinstance(value, bool)
    return isinstance(value, int | Decimal if kind is Decimal else kind)


def _model(body: Body, rules: Rules) -> Wrong:
    if body.get("model", rules.default) not in rules.models:
        yield f"model must be one of {', '.join(rules.models)}."


def _callback(body: Body, _rules: Rules) -> Wrong:
    if "callback_url" not in body:
        return
    try:
        address = urlsplit(body["callback_url"])
        named = address.scheme in {"http", "https"} and bool(address.hostname)
    except ValueError:
        named = False
    if not named:
        yield "callback_url must be a URL."


def _shape(body: Body, _rules: Rules) -> Wrong:
    if "gpt_description_prompt" not in body:
        if not body.get("prompt", "").strip():
            yield "Either gpt_description_prompt or prompt is required."
        return
    for name in _CUSTOM:
        if name in body:
            yield f"gpt_description_prompt and {name} cannot be used together."
    if not body["gpt_description_prompt"].strip():
        yield "gpt_description_prompt is required."


def _create_lengths(body: Body, rules: Rules) -> Wrong:
    yield from _lengths(body, rules.models[body.get("model", rules.default)])


def _lengths(body: Body, model: Model) -> Wrong:
    limits = {
        "gpt_description_prompt": DESCRIPTION_MAX,
        "prompt": model.prompt_max,
        "style": model.style_max,
        "title": model.title_max,
    }
    for name, most in limits.items():
        # len counts code points: neither bytes nor what a reader takes for one letter.
        if len(body.get(name, "")) > most:
            yield f"{name} exceeds {most} characters."


def _mode(body: Body, rules: Rules) -> Wrong:
    if body.get("custom_mode"):
        if not body.get("prompt", "").strip():
            yield "prompt is required when custom_mode is true."
    elif rules.strict:
        for name in (*_CUSTOM, "extensionStartTime"):
            if name in body:
                yield f"{name} is only used when custom_mode is true."


def _origin(body: Body, rules: Rules) -> Wrong:
    if body["extend_audio_index"] not in {0, 1}:
        yield "extend_audio_index must be 0 or 1."
        return
    source = rules.task(body["origin_task_id"], body["extend_audio_index"])
    if source is None:
        yield "origin_task_id is not a completed music task."
        return
    yield from _lengths(body, rules.models[source.model])
    if "extensionStartTime" in body and not 0 < body["extensionStartTime"] < source.seconds:
        yield "extensionStartTime must be above 0 and below the duration of the original audio."


def _audio(body: Body, rules: Rules) -> Wrong:
    source = rules.audio(body["audio_id"])
    if source is None:
        yield "audio_id is not an uploaded audio."
        return
    least, most = SOURCE_S
    if not least <= source.seconds <= most:
        yield f"The audio must be between {least:g} and {most:g} seconds."
    yield from _lengths(body, rules.models[source.model])
