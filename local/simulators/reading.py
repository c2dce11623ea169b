"""Reading the JSON of a request, as strictly as JSON is defined."""

import json
import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

type Body = Mapping[str, Any]


def read_body(raw: bytes, number: Callable[[str], object] = Decimal) -> Body | None:
    """Read a JSON object, with numbers as asked; None is anything else, or is no Unicode."""
    try:
        body = json.loads(raw, parse_float=number, parse_constant=_refuse_constant)
        json.dumps(body, default=str, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def finite(text: str) -> float | str:
    """Read a number as JSON can write it again; one that is too large stays a text."""
    number = float(text)
    return number if math.isfinite(number) else text


def _refuse_constant(name: str) -> None:
    raise ValueError(name)
