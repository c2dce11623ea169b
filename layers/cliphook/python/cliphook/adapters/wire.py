"""How foreign JSON is read: strictly as JSON, tolerantly as a body."""

import json
import math
import re
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Annotated, Any, Final, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from cliphook.domain.errors import UnreadableReportError

DEPTH_MAX: Final = 20
TITLE_MAX: Final = 1_000
TEXT_MAX: Final = 20_000
URL_MAX: Final = 2_048
DURATION_S_MAX: Final = 86_400
NUMBER_CHARACTERS_MAX: Final = 40
EXPONENT_MAX: Final = 308


# Without spaces and control characters, which would break out of a header that leads there.
_LINK: Final = re.compile(r"https?://[^\x00-\x20\x7f-\x9f]+", re.IGNORECASE)


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
    Read JSON as it is written down: UTF-8, no key twice, no NaN, not nested deeper than a limit.

    Numbers with a point or an exponent become decimals, and none is beyond what a double can
    hold. Raises `UnreadableReportError`, and nothing else.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8-sig"))
        # Lone surrogates are legal JSON escapes, and no text; only as escapes can they come.
        if b"\\u" in body:
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


def _decimal(text: str) -> Decimal:
    """Read a number; written out, one such as 1e999999999 would keep us busy for hours."""
    number = Decimal(_short(text))
    if abs(number.adjusted()) > EXPONENT_MAX or math.isinf(float(number)):
        message = "a number is out of range"
        raise ValueError(message)
    return number


def _integer(text: str) -> int:
    return int(_short(text))


def _short(text: str) -> str:
    if len(text) > NUMBER_CHARACTERS_MAX:
        message = "a number has too many digits"
        raise ValueError(message)
    return text


# One for all: to make it costs as much as to read a short body.
_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_pairs,
    parse_constant=_refuse_constant,
    parse_float=_decimal,
    parse_int=_integer,
)


def _depth(value: object) -> int:
    """Count how many lists and objects stand inside each other, up to one more than may."""
    level = _inner([value])
    depth = 0
    while level and depth <= DEPTH_MAX:
        depth += 1
        level = [inner for outer in level for inner in _inner(outer)]
    return depth


def _inner(value: object) -> list[object]:
    """List the lists and objects directly inside one."""
    inside: Iterable[object] = ()
    if isinstance(value, dict):
        inside = cast("dict[str, object]", value).values()
    elif isinstance(value, list):
        inside = cast("list[object]", value)
    return [inner for inner in inside if isinstance(inner, dict | list)]


def _cut_to(length_max: int) -> Callable[[object], str | None]:
    def cut(value: object) -> str | None:
        return value[:length_max] or None if isinstance(value, str) else None

    return cut


def _link(value: object) -> str | None:
    """Drop what no client should be led to; a download looks at its link again by itself."""
    if not isinstance(value, str) or len(value) > URL_MAX:
        return None
    return value if _LINK.fullmatch(value) else None


def _duration(value: object) -> Decimal | None:
    """Read seconds, to the millisecond: a job's row has no room for endless digits."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        seconds = Decimal(value)
        return round(seconds, 3) if 0 <= seconds <= DURATION_S_MAX else None
    except ArithmeticError:
        return None


# What only describes the music must never keep it from being delivered: a value that cannot be
# used counts as absent, as an empty one does, and what is too long is cut.
Title = Annotated[str | None, BeforeValidator(_cut_to(TITLE_MAX))]
Text = Annotated[str | None, BeforeValidator(_cut_to(TEXT_MAX))]
Link = Annotated[str | None, BeforeValidator(_link)]
Duration = Annotated[Decimal | None, BeforeValidator(_duration)]
