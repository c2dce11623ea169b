"""How foreign JSON is read: strictly as JSON, tolerantly as a body."""

import json
from decimal import Decimal
from typing import Annotated, Any, Final, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from cliphook.domain.errors import UnreadableReportError

DEPTH_MAX: Final = 20
TITLE_MAX: Final = 1_000
TEXT_MAX: Final = 20_000
URL_MAX: Final = 2_048
DURATION_S_MAX: Final = 86_400


class Wire(BaseModel):
    """A body in somebody else's words: fields that we do not use are passed over."""

    # A refused body may hold lyrics or signed links, which an error must not quote.
    model_config = ConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, hide_input_in_errors=True
    )


def parse_wire[T: Wire](model: type[T], body: bytes) -> T:
    """Read a body; raises `UnreadableReportError` for anything else, and no other error."""
    try:
        return model.model_validate(parse_json(body))
    except ValidationError as error:
        raise UnreadableReportError from error


def parse_json(body: bytes) -> object:
    """
    Read JSON as it is written down: no key twice, no NaN, and not nested deeper than a limit.

    Numbers with a point become decimals. Raises `UnreadableReportError`.
    """
    try:
        value = json.loads(
            body,
            object_pairs_hook=_pairs,
            parse_constant=_refuse_constant,
            parse_float=Decimal,
        )
        # Lone surrogates are legal JSON escapes, and no text.
        json.dumps(value, ensure_ascii=False, default=str).encode()
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise UnreadableReportError from error
    if _depth(value) > DEPTH_MAX:
        raise UnreadableReportError
    return value


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a key stands twice"
        raise ValueError(message)
    return found


def _refuse_constant(name: str) -> object:
    message = f"{name} is not a JSON number"
    raise ValueError(message)


def _depth(value: object) -> int:
    level: list[object] = [value]
    depth = 0
    while level and depth <= DEPTH_MAX:
        depth += 1
        level = [inner for outer in level for inner in _inner(outer)]
    return depth


def _inner(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(cast("dict[str, object]", value).values())
    return cast("list[object]", value) if isinstance(value, list) else []


def _absent_if_empty(value: object) -> object:
    return None if value == "" else value


def _absent_if_no_link(value: object) -> object:
    """Drop what no client should be led to; a download looks at its link again by itself."""
    is_link = isinstance(value, str) and value.lower().startswith(("https://", "http://"))
    return value if is_link else None


Empty = BeforeValidator(_absent_if_empty)
Title = Annotated[Annotated[str, StringConstraints(max_length=TITLE_MAX)] | None, Empty]
Text = Annotated[Annotated[str, StringConstraints(max_length=TEXT_MAX)] | None, Empty]
Link = Annotated[
    Annotated[str, StringConstraints(max_length=URL_MAX)] | None,
    BeforeValidator(_absent_if_no_link),
]
Duration = Annotated[Annotated[Decimal, Field(ge=0, le=DURATION_S_MAX)] | None, Empty]
