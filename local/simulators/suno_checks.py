"""Is a create request as documented? Every field, every limit, and which fields need which."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

from local.simulators.reading import Body
from local.simulators.scenario import Refusal
from local.simulators.suno_facts import Facts, Model, Verdict

_FLAGS: Final = ("customMode", "instrumental")
_TEXTS: Final = (
    "model", "callBackUrl", "prompt", "style", "title", "personaId", "personaModel",
    "negativeTags", "vocalGender",
)  # fmt: skip
_WEIGHTS: Final = ("styleWeight", "weirdnessConstraint", "audioWeight")
_CUSTOM_ONLY: Final = ("style", "title", "personaId", "personaModel")
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "vocalGender": ("m", "f"),
    "personaModel": ("style_persona", "voice_persona"),
}


@dataclass(frozen=True, slots=True)
class Rules:
    """What a request is held against."""

    facts: Facts
    strict: bool = True
    prompt_always_required: bool = False


def check(body: Body | None, rules: Rules) -> Verdict | None:
    """Find the first thing that is wrong with a request; None is nothing."""
    if body is None:
        return _invalid(rules.facts, "The body must be a JSON object.")
    checks = (_missing, _types, _choices, _weights, _callback, _matrix, _lengths, _unknown)
    return next((wrong for find in checks for wrong in find(body, rules)), None)


def _missing(body: Body, rules: Rules) -> Iterator[Verdict]:
    required = list(rules.facts.required)
    if rules.prompt_always_required:
        required.append("prompt")
    for name in required:
        if body.get(name) is None:
            yield _invalid(rules.facts, f"{name} cannot be null.")
        elif body[name] == "" and name != "prompt":
            yield _invalid(rules.facts, f"Please enter {name}.")


def _types(body: Body, rules: Rules) -> Iterator[Verdict]:
    for name in _FLAGS:
        if not isinstance(body[name], bool):
            yield _invalid(rules.facts, f"{name} must be a boolean.")
    for name in _TEXTS:
        if not isinstance(body.get(name, ""), str):
            yield _invalid(rules.facts, f"{name} must be a string.")


def _choices(body: Body, rules: Rules) -> Iterator[Verdict]:
    if body["model"] not in rules.facts.models:
        yield _invalid(rules.facts, f"The model must be one of {', '.join(rules.facts.models)}.")
    for name, options in _CHOICES.items():
        if name in body and body[name] not in options:
            yield _invalid(rules.facts, f"{name} must be one of {', '.join(options)}.")
    takes_persona = not rules.facts.persona_models or body["model"] in rules.facts.persona_models
    if "personaModel" in body and not takes_persona:
        yield _invalid(rules.facts, "personaModel is not available for this model.")


def _weights(body: Body, rules: Rules) -> Iterator[Verdict]:
    for name in _WEIGHTS:
        if name not in body:
            continue
        weight = body[name]
        if isinstance(weight, bool) or not isinstance(weight, int | Decimal):
            yield _invalid(rules.facts, f"{name} must be a number.")
        elif not 0 <= weight <= 1:
            yield _invalid(rules.facts, f"{name} must be between 0 and 1.")
        elif Decimal(weight) * 100 % 1:
            yield _invalid(rules.facts, f"{name} must be a multiple of 0.01.")


def _callback(body: Body, rules: Rules) -> Iterator[Verdict]:
    try:
        address = urlsplit(body["callBackUrl"])
        named = address.scheme in {"http", "https"} and bool(address.hostname)
    except ValueError:
        named = False
    if not named:
        yield _invalid(rules.facts, "callBackUrl must be a URL.")


def _matrix(body: Body, rules: Rules) -> Iterator[Verdict]:
    needed: tuple[str, ...] = ("prompt",)
    if body["customMode"]:
        needed = ("style", "title") if body["instrumental"] else ("style", "title", "prompt")
    for name in needed:
        if not body.get(name, "").strip():
            yield _invalid(rules.facts, f"Please enter {name}.")
    if body["customMode"] or not rules.strict:
        return
    for name in _CUSTOM_ONLY:
        if body.get(name):
            yield _invalid(rules.facts, f"{name} must be left empty unless customMode is true.")


def _lengths(body: Body, rules: Rules) -> Iterator[Verdict]:
    model: Model = rules.facts.models[body["model"]]
    custom = body["customMode"]
    limits = {"prompt": model.prompt_max if custom else rules.facts.plain_prompt_max}
    if custom:
        limits |= {"style": model.style_max, "title": model.title_max}
    for name, most in limits.items():
        # len counts code points: neither bytes nor what a reader takes for one letter.
        if len(body.get(name, "")) > most:
            code = rules.facts.refusals[Refusal.TOO_LONG].code
            yield Verdict(code, f"The {name} exceeds {most} characters.")


def _unknown(body: Body, rules: Rules) -> Iterator[Verdict]:
    if not rules.strict:
        return
    known = {*_FLAGS, *_TEXTS, *_WEIGHTS}
    if not rules.facts.persona_models:
        known.discard("personaModel")
    for name in body:
        if name not in known:
            yield _invalid(rules.facts, f"Unknown field {name[:64]}.")


def _invalid(facts: Facts, message: str) -> Verdict:
    return Verdict(facts.refusals[Refusal.INVALID].code, message)
