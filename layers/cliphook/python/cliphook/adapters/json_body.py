"""How the body of a client's request is read, whatever is asked for."""

from collections.abc import Mapping
from typing import Final, cast

from pydantic import ValidationError

from cliphook.adapters.wire import DEPTH_MAX, parse_json
from cliphook.domain.errors import (
    FieldError,
    InvalidRequestError,
    OversizedBodyError,
    UnreadableReportError,
)

BODY_MAX_BYTES: Final = 64 * 1024

_PREFIX: Final = "Value error, "
_OF_KEY: Final = ".[key]"
_NO_OBJECT: Final = FieldError(
    "body", f"is one JSON object in UTF-8: no key twice, at most {DEPTH_MAX} levels deep"
)


def read_object(body: bytes) -> Mapping[str, object]:
    """
    Read one JSON object.

    Raises `OversizedBodyError` above 64 KiB, and `InvalidRequestError` for anything else.
    """
    if len(body) > BODY_MAX_BYTES:
        raise OversizedBodyError
    try:
        values = parse_json(body)
    except UnreadableReportError as error:
        raise InvalidRequestError(_NO_OBJECT) from error
    if not isinstance(values, dict):
        raise InvalidRequestError(_NO_OBJECT)
    return cast("Mapping[str, object]", values)


def field_errors(error: ValidationError) -> list[FieldError]:
    """Name every wrong field, without what was sent in it."""
    return [
        FieldError(
            ".".join(map(str, found["loc"])).removesuffix(_OF_KEY),
            found["msg"].removeprefix(_PREFIX),
        )
        for found in error.errors(include_url=False, include_input=False, include_context=False)
    ]
