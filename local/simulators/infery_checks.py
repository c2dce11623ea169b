"""Is a request to infery as documented? Every field, limit and choice, and who may have which."""

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from local.simulators.infery_facts import (
    CUSTOM_PROMPT_MAX,
    FIELDS,
    IMAGES_MAX,
    MODELS,
    OPERATIONS,
    PLAIN_PROMPT_MAX,
    PROBLEMS,
    PROSE_GENDERS,
    Family,
    Field,
    Operation,
    Problem,
)
from local.simulators.infery_switches import InferySwitches
from local.simulators.reading import Body
from local.simulators.scenario import Refusal

_REQUIRED: Final = ("model", "prompt")
_KINDS: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "text": ((str,), "a string"),
    "flag": ((bool,), "a boolean"),
    "number": ((int, Decimal), "a number"),
    "integer": ((int, Decimal), "an integer"),
    "images": ((list,), "an array"),
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a request is held against beside the facts."""

    own: InferySwitches
    strict: bool = True
    """Refuse fields nobody documents, and those of another model or of custom mode."""


def check(body: Body | None, choices: Choices) -> Problem | None:
    """Find the first thing that is wrong with a request; None is nothing."""
    if body is None:
        return _wrong("The body must be a JSON object.", "invalid_json")
    checks = (_missing, _types, _values, _models, _images, _described, _needs, _foreign)
    for look in (*checks, _families, _lengths, _unknown):
        for problem in look(body, choices):
            return problem
    return None


def _missing(body: Body, _choices: Choices) -> Iterator[Problem]:
    for name in _REQUIRED:
        if name not in body:
            yield _required(name)


def _types(body: Body, _choices: Choices) -> Iterator[Problem]:
    for name, field in _given(body):
        if not _fits(body[name], field.kind):
            said = _KINDS[field.kind][1]
            yield _wrong(f"Invalid type for '{name}': expected {said}.", "invalid_type")


def _fits(value: object, kind: str) -> bool:
    types = _KINDS[kind][0]
    # True is a number in Python, and none in JSON.
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        return False
    whole = not isinstance(value, Decimal) or value == value.to_integral_value()
    return whole or kind != "integer"


def _values(body: Body, choices: Choices) -> Iterator[Problem]:
    for name, field in _given(body):
        options = _options(name, field, choices)
        if options and body[name] not in options:
            yield _wrong(f"'{name}' must be one of {', '.join(options)}.")
        if field.span and not field.span[0] <= body[name] <= field.span[1]:
            yield _wrong(f"'{name}' must be from {field.span[0]} to {field.span[1]}.")


def _models(body: Body, _choices: Choices) -> Iterator[Problem]:
    name = body["model"]
    if name not in MODELS:
        message = f"The model '{name[:64]}' does not exist."
        yield replace(PROBLEMS[Refusal.NOT_FOUND], code="model_not_found", message=message)
        return
    if body.get("response_format", "mp3") not in MODELS[name].formats:
        yield _wrong(f"'response_format' of {name} must be {' or '.join(MODELS[name].formats)}.")
    if _is_suno(body) and "images" in body:
        yield _wrong(f"'images' is not available for {name}.")


def _images(body: Body, _choices: Choices) -> Iterator[Problem]:
    images = body.get("images", [])
    if len(images) > IMAGES_MAX:
        yield _wrong(f"'images' must have at most {IMAGES_MAX} items.", "array_above_max_length")
    for number, image in enumerate(images):
        if not isinstance(image, dict) or not _is_base64(image.get("data")):
            yield _wrong(f"'images[{number}].data' must be base64.")
        elif not str(image.get("mime_type", "image/jpeg")).startswith("image/"):
            yield _wrong(f"'images[{number}].mime_type' must be a type of image.")


def _described(body: Body, _choices: Choices) -> Iterator[Problem]:
    name = body.get("operation", "generate")
    if name != "generate" and not _is_suno(body):
        yield _wrong(f"'operation' {name} is not available for {body['model']}.")
    if OPERATIONS[name].described and not body.get("custom_mode") and not body["prompt"].strip():
        yield _wrong("'prompt' must not be empty.")


def _needs(body: Body, choices: Choices) -> Iterator[Problem]:
    operation = _operation(body)
    needs = operation.needs if choices.own.strict_operation_fields else ()
    upstream = choices.own.upstream_operation_fields
    for name in (*needs, *(_needs_upstream(body, operation) if upstream else ())):
        if body.get(name) in {None, ""}:
            yield _required(name)


def _needs_upstream(body: Body, operation: Operation) -> tuple[str, ...]:
    if not (operation.custom and body.get("custom_mode")):
        return operation.needs_upstream
    sung = not body.get("instrumental") and not body["prompt"].strip()
    return (*operation.needs_upstream, "style", "title", *(("lyrics",) if sung else ()))


def _foreign(body: Body, choices: Choices) -> Iterator[Problem]:
    operation = body.get("operation", "generate")
    for name, field in _given(body):
        foreign = field.operations and operation not in field.operations
        if foreign and choices.own.strict_operation_fields:
            yield _wrong(f"'{name}' is not available for the operation {operation}.")


def _families(body: Body, choices: Choices) -> Iterator[Problem]:
    plain = _operation(body).custom and not body.get("custom_mode")
    for name, field in _given(body):
        if choices.strict and field.suno and not _is_suno(body):
            yield _wrong(f"'{name}' is not available for {body['model']}.")
        if choices.strict and field.custom and plain and body[name]:
            yield _wrong(f"'{name}' needs 'custom_mode'.")


def _lengths(body: Body, _choices: Choices) -> Iterator[Problem]:
    limits = {name: field.chars_max for name, field in FIELDS.items() if field.chars_max}
    if _is_suno(body):
        limits["prompt"] = CUSTOM_PROMPT_MAX if body.get("custom_mode") else PLAIN_PROMPT_MAX
    for name, most in limits.items():
        # len counts code points: neither bytes nor what a reader takes for one letter.
        if len(body.get(name, "")) > most:
            message = f"'{name}' must have at most {most} characters."
            yield replace(PROBLEMS[Refusal.TOO_LONG], message=message)


def _unknown(body: Body, choices: Choices) -> Iterator[Problem]:
    for name in body:
        if choices.strict and name not in FIELDS:
            yield _wrong(f"Unknown parameter: '{name[:64]}'.", "unknown_parameter")


def _is_suno(body: Body) -> bool:
    return MODELS[body["model"]].family is Family.SUNO


def _operation(body: Body) -> Operation:
    return OPERATIONS[body.get("operation", "generate")]


def _given(body: Body) -> Iterator[tuple[str, Field]]:
    return ((name, field) for name, field in FIELDS.items() if name in body)


def _options(name: str, field: Field, choices: Choices) -> tuple[str, ...]:
    prose = name == "vocal_gender" and choices.own.prose_words
    return (*field.choices, *(PROSE_GENDERS if prose else ()))


def _is_base64(data: object) -> bool:
    try:
        return isinstance(data, str) and bool(base64.b64decode(data, validate=True))
    except (binascii.Error, ValueError):
        return False


def _required(name: str) -> Problem:
    return _wrong(f"Missing required parameter: '{name}'.", "missing_required_parameter")


def _wrong(message: str, code: str = "invalid_value") -> Problem:
    return replace(PROBLEMS[Refusal.INVALID], code=code, message=message)
