"""How a client's request is read: strictly, and with every wrong field named at once."""

import re
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Annotated, Any, Final, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from cliphook.adapters.wire import DEPTH_MAX, parse_json
from cliphook.application.submit_job import Choose
from cliphook.domain.errors import (
    FieldError,
    InvalidRequestError,
    OversizedBodyError,
    UnreadableReportError,
)
from cliphook.domain.request import MusicRequest, Operation, OutputFormat, Routing, VocalGender

BODY_MAX_BYTES: Final = 64 * 1024
METADATA_MAX: Final = 16

_CUSTOM_TEXTS: Final = ("lyrics", "style", "title")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_PREFIX: Final = "Value error, "
_OF_KEY: Final = ".[key]"
_NO_OBJECT: Final = FieldError(
    "body", f"is one JSON object in UTF-8: no key twice, at most {DEPTH_MAX} levels deep"
)


def _number(value: object) -> object:
    """Take numbers only, and not their digits as text."""
    if not isinstance(value, int | Decimal):
        message = "Input should be a valid number"
        raise ValueError(message)  # noqa: TRY004 - pydantic converts no other kind of error
    return value


def _legible(text: str) -> str:
    if _CONTROL.search(text):
        message = "Input should not contain control characters"
        raise ValueError(message)
    return text


Weight = Annotated[
    Decimal, Field(ge=0, le=1, decimal_places=2, strict=False), BeforeValidator(_number)
]
Legible = AfterValidator(_legible)
Text = Annotated[str, Legible]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64), Legible]
Note = Annotated[str, StringConstraints(max_length=512), Legible]
Style = Annotated[str, StringConstraints(min_length=1, max_length=1000), Legible]
Persona = Annotated[str, StringConstraints(min_length=1, max_length=200), Legible]


class _RoutingBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    providers: Annotated[list[Name], Field(max_length=5)] = []


class _RequestBody(BaseModel):
    """A request in JSON; what a text may hold at most depends on the provider and its model."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    operation: Annotated[Operation, Field(strict=False)] = Operation.GENERATE
    model: Name = "auto"
    routing: _RoutingBody = _RoutingBody()
    prompt: Text | None = None
    lyrics: Text | None = None
    style: Text | None = None
    title: Text | None = None
    instrumental: bool = False
    negative_style: Style | None = None
    vocal_gender: Annotated[VocalGender, Field(strict=False)] | None = None
    style_weight: Weight | None = None
    weirdness: Weight | None = None
    audio_weight: Weight | None = None
    persona_id: Persona | None = None
    persona_kind: Name | None = None
    duration_s: Annotated[int, Field(ge=1, le=600)] | None = None
    output_format: Annotated[OutputFormat, Field(strict=False)] = OutputFormat.MP3
    metadata: Annotated[dict[Name, Note], Field(max_length=METADATA_MAX)] = {}


_REQUEST: Final = TypeAdapter(MusicRequest)


def read_request(body: bytes, *, choose: Choose) -> MusicRequest:
    """
    Read a request.

    Raises `OversizedBodyError` above 64 KiB, and `InvalidRequestError` with every wrong field:
    those of the wrong shape, and those of the rest that no provider would take, as `choose` says.
    """
    if len(body) > BODY_MAX_BYTES:
        raise OversizedBodyError
    values = _read_object(body)
    try:
        return _request(_RequestBody.model_validate(values))
    except ValidationError as error:
        rest, wrong = _without_wrong(values, error)
        raise InvalidRequestError(
            *_field_errors(error),
            *(broken for broken in _broken_rules(rest, choose) if broken.field not in wrong),
        ) from error


def show_request(request: MusicRequest) -> Mapping[str, object]:
    """Write a request as its client would: without what was not asked for."""
    shown: dict[str, object] = _REQUEST.dump_python(request, mode="json", exclude_none=True)
    for name in ("style_weight", "weirdness", "audio_weight"):
        weight = getattr(request, name)
        if weight is not None:
            shown[name] = float(weight)
    return shown


def _read_object(body: bytes) -> Mapping[str, object]:
    try:
        values = parse_json(body)
    except UnreadableReportError as error:
        raise InvalidRequestError(_NO_OBJECT) from error
    if not isinstance(values, dict):
        raise InvalidRequestError(_NO_OBJECT)
    return cast("Mapping[str, object]", values)


def _request(read: _RequestBody) -> MusicRequest:
    values: dict[str, Any] = {name: getattr(read, name) for name in _RequestBody.model_fields}
    values["routing"] = Routing(tuple(read.routing.providers))
    return MusicRequest(**values)


def _without_wrong(
    values: Mapping[str, object], error: ValidationError
) -> tuple[Mapping[str, object], Collection[str]]:
    """
    Take the fields of the wrong shape out, and name them.

    What else a request needs depends on which texts it has, so a wrong text counts as one.
    """
    rest: dict[str, Any] = {k: {**v} if isinstance(v, dict) else v for k, v in values.items()}
    paths = [tuple(map(str, found["loc"][:2])) for found in error.errors()]
    for name, *inner in paths:
        if inner:
            rest[name].pop(inner[0], None)
        else:
            rest.pop(name, None)
    wrong = {".".join(path) for path in paths}
    rest |= {name: "?" for name in _CUSTOM_TEXTS if name in wrong}
    if "instrumental" in wrong:
        rest["instrumental"] = rest.get("lyrics") is None
    return rest, wrong


def _broken_rules(values: Mapping[str, object], choose: Choose) -> tuple[FieldError, ...]:
    try:
        choose(_request(_RequestBody.model_validate(values)))
    except InvalidRequestError as error:
        return error.errors
    return ()


def _field_errors(error: ValidationError) -> list[FieldError]:
    return [
        FieldError(
            ".".join(map(str, found["loc"])).removesuffix(_OF_KEY),
            found["msg"].removeprefix(_PREFIX),
        )
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]
