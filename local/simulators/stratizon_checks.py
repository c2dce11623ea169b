"""Is a request to Stratizon as documented? Fields, types, options of known namespaces, limits."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from local.simulators.callbacks import is_loopback
from local.simulators.reading import Body
from local.simulators.scenario import Refusal
from local.simulators.stratizon_facts import MODELS, REFUSALS, Verdict

type Rule = Callable[[object], str | None]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a request is held against."""

    is_reference: bool = False
    strict: bool = True
    namespace_error_status: int = 422


def check(body: Body | None, rules: Rules) -> Verdict | None:
    """Find the first thing that is wrong with a request; None is nothing."""
    if body is None:
        return invalid("The body must be a JSON object.")
    checks = (_required, _types, _model, _namespaces, _options, _lengths, _reference, _unknown)
    return next((wrong for find in checks for wrong in find(body, rules)), None)


def invalid(message: str) -> Verdict:
    """Refuse for a reason."""
    return replace(REFUSALS[Refusal.INVALID], message=message)


def _text(most: int | None = None) -> Rule:
    def rule(value: object) -> str | None:
        if not isinstance(value, str):
            return "must be a string"
        return f"exceeds {most} characters" if most is not None and len(value) > most else None

    return rule


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be a boolean"


def _object(value: object) -> str | None:
    return None if isinstance(value, Mapping) else "must be an object"


def _weight(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "must be a number"
    return None if 0 <= value <= 1 else "must be between 0 and 1"


def _one_of(*options: object) -> Rule:
    def rule(value: object) -> str | None:
        is_one = any(type(value) is type(option) and value == option for option in options)
        return None if is_one else f"must be one of {', '.join(map(str, options))}"

    return rule


_TOP: Final[Mapping[str, Rule]] = {
    "model": _text(),
    "prompt": _text(),
    "lyrics": _text(),
    "instrumental": _flag,
    "title": _text(),
    "metadata": _object,
    "model_options": _object,
}
# Which options the models take here is not published: these are what the models take elsewhere.
_OPTIONS: Final[Mapping[str, Mapping[str, Rule]]] = {
    "suno": {
        "style": _text(1000),
        "negative_tags": _text(),
        "vocal_gender": _one_of("m", "f"),
        "style_weight": _weight,
        "weirdness_constraint": _weight,
        "audio_weight": _weight,
        "persona_id": _text(),
        "persona_model": _one_of("style_persona", "voice_persona"),
    },
    "minimax": {
        "is_instrumental": _flag,
        "lyrics_optimizer": _flag,
        "audio_setting": _object,
        # hex, which the model has too, is not simulated, nor is its audio format pcm.
        "output_format": _one_of("url"),
    },
}
_AUDIO: Final[Mapping[str, Rule]] = {
    "sample_rate": _one_of(16000, 24000, 32000, 44100),
    "bitrate": _one_of(32000, 64000, 128000, 256000),
    "format": _one_of("mp3", "wav"),
}


def _required(body: Body, rules: Rules) -> Iterator[Verdict]:
    for name in ("model", "prompt", *(("reference_audio",) if rules.is_reference else ())):
        if body.get(name) is None or body[name] == "":
            yield invalid(f"{name} is required.")


def _types(body: Body, rules: Rules) -> Iterator[Verdict]:
    del rules
    yield from _broken(body, _TOP)
    if not str(body["prompt"]).strip():
        yield invalid("prompt must not be blank.")


def _model(body: Body, rules: Rules) -> Iterator[Verdict]:
    del rules
    if body["model"] not in MODELS:
        yield invalid(f"model must be one of {', '.join(MODELS)}.")


def _namespaces(body: Body, rules: Rules) -> Iterator[Verdict]:
    for name in body.get("model_options", {}):
        if name not in _OPTIONS:
            yield Verdict(
                rules.namespace_error_status,
                "unknown_option_namespace",
                f"There are no options model_options.{name[:64]}.",
            )
        elif rules.strict and name != MODELS[body["model"]].namespace:
            yield invalid(f"model_options.{name} is not for {body['model']}.")


def _options(body: Body, rules: Rules) -> Iterator[Verdict]:
    for name, options in body.get("model_options", {}).items():
        if problem := _object(options):
            yield invalid(f"model_options.{name} {problem}.")
            return
        yield from _group(options, _OPTIONS[name], f"model_options.{name}.", rules)
        audio = options.get("audio_setting", {}) if name == "minimax" else {}
        yield from _group(audio, _AUDIO, f"model_options.{name}.audio_setting.", rules)


def _group(body: Body, table: Mapping[str, Rule], prefix: str, rules: Rules) -> Iterator[Verdict]:
    yield from _broken(body, table, prefix)
    if rules.strict:
        yield from (invalid(f"Unknown field {prefix}{name[:64]}.") for name in body.keys() - table)


def _lengths(body: Body, rules: Rules) -> Iterator[Verdict]:
    del rules
    model = MODELS[body["model"]]
    # A length counts code points: neither bytes nor what a reader takes for one letter.
    limits = {
        "prompt": _text(model.prompt_max),
        "lyrics": _text(model.lyrics_max),
        "title": _text(model.title_max),
    }
    yield from _broken(body, limits)


def _reference(body: Body, rules: Rules) -> Iterator[Verdict]:
    if not rules.is_reference:
        return
    reference: Any = body["reference_audio"]
    if not isinstance(reference, Mapping) or len(reference.keys() & {"artifact_id", "url"}) != 1:
        yield invalid("reference_audio must have either artifact_id or url.")
        return
    yield from _group(
        reference, {"artifact_id": _text(), "url": _address}, "reference_audio.", rules
    )


def _address(value: object) -> str | None:
    try:
        address = urlsplit(value if isinstance(value, str) else "")
        is_sound = bool(address.hostname) and (
            address.scheme == "https" or (address.scheme == "http" and is_loopback(str(value)))
        )
    except ValueError:
        is_sound = False
    # A server on this machine has no certificate.
    return None if is_sound else "must be an https URL"


def _unknown(body: Body, rules: Rules) -> Iterator[Verdict]:
    known = {*_TOP, *(("reference_audio",) if rules.is_reference else ())}
    if rules.strict:
        yield from (invalid(f"Unknown field {name[:64]}.") for name in body if name not in known)


def _broken(body: Body, table: Mapping[str, Rule], prefix: str = "") -> Iterator[Verdict]:
    for name, rule in table.items():
        if name in body and (problem := rule(body[name])):
            yield invalid(f"{prefix}{name} {problem}.")
