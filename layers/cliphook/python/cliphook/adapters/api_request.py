"""How a client's request is read: strictly, and with every wrong field named at once."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    ValidationError,
)

from cliphook.domain.errors import FieldError, InvalidRequestError, OversizedBodyError
from cliphook.domain.request import MusicRequest, Operation, OutputFormat, Routing, VocalGender

BODY_MAX_BYTES: Final = 64 * 1024
METADATA_MAX: Final = 16

_DECIMALS_MAX: Final = 2


def _two_decimals(value: float) -> Decimal:
    exact = Decimal(str(value))
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -_DECIMALS_MAX:
        message = f"Input should have at most {_DECIMALS_MAX} decimals"
        raise ValueError(message)
    return exact


Weight = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False), AfterValidator(_two_decimals)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Note = Annotated[str, StringConstraints(max_length=512)]


class _RoutingBody(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    providers: Annotated[list[Name], Field(max_length=5)] = []


class _RequestBody(BaseModel):
    """A request in JSON; what a text may hold at most depends on the provider and its model."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    operation: Operation = Operation.GENERATE
    model: Name = "auto"
    routing: _RoutingBody = _RoutingBody()
    prompt: str | None = None
    lyrics: str | None = None
    style: str | None = None
    title: str | None = None
    instrumental: bool = False
    negative_style: Annotated[str, StringConstraints(min_length=1, max_length=1000)] | None = None
    vocal_gender: VocalGender | None = None
    style_weight: Weight | None = None
    weirdness: Weight | None = None
    audio_weight: Weight | None = None
    persona_id: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    persona_kind: Name | None = None
    duration_s: Annotated[int, Field(ge=1, le=600)] | None = None
    output_format: OutputFormat = OutputFormat.MP3
    metadata: Annotated[dict[Name, Note], Field(max_length=METADATA_MAX)] = {}


_REQUEST: Final = TypeAdapter(MusicRequest)


def read_request(body: bytes) -> MusicRequest:
    """
    Read a request.

    Raises `OversizedBodyError` above 64 KiB, and `InvalidRequestError` with every wrong field.
    """
    if len(body) > BODY_MAX_BYTES:
        raise OversizedBodyError
    try:
        read = _RequestBody.model_validate_json(body)
    except ValidationError as error:
        raise InvalidRequestError(*_field_errors(error)) from error
    values: dict[str, Any] = {name: getattr(read, name) for name in _RequestBody.model_fields}
    values["routing"] = Routing(tuple(read.routing.providers))
    return MusicRequest(**values)


def show_request(request: MusicRequest) -> Mapping[str, object]:
    """Write a request as its client would: without what was not asked for."""
    shown: dict[str, object] = _REQUEST.dump_python(request, mode="json", exclude_none=True)
    for name in ("style_weight", "weirdness", "audio_weight"):
        weight = getattr(request, name)
        if weight is not None:
            shown[name] = float(weight)
    return shown


def _field_errors(error: ValidationError) -> list[FieldError]:
    return [
        FieldError(".".join(str(part) for part in found["loc"]) or "body", found["msg"])
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]
