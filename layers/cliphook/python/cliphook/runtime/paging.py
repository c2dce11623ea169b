"""What a list is asked for, and how long a page of it is."""

import json
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from cliphook.domain.errors import FieldError, InvalidRequestError

# Lambda hands on answers of 6 MB, with its own escapes of our text counted in.
PAGE_MAX_BYTES: Final = 3 * 1024 * 1024

LIMIT_MAX: Final = 100
LIMIT_DEFAULT: Final = 20

# As many digits as the largest has; more would not even be read as a number.
_LIMIT: Final = re.compile(r"[0-9]{1,3}", re.ASCII)


def read_limit(text: str | None) -> int:
    """Read a `limit`; raises `InvalidRequestError`."""
    if text is None:
        return LIMIT_DEFAULT
    if not _LIMIT.fullmatch(text) or not 1 <= int(text) <= LIMIT_MAX:
        raise InvalidRequestError(FieldError("limit", f"is a number from 1 to {LIMIT_MAX}"))
    return int(text)


def read_choice[E: StrEnum](choices: type[E], field: str, text: str | None) -> E | None:
    """Read one of several words, if there is any; raises `InvalidRequestError`."""
    if text is None:
        return None
    try:
        return choices(text)
    except ValueError as error:
        words = ", ".join(choices)
        raise InvalidRequestError(FieldError(field, f"is one of {words}")) from error


def fitting(shown: Sequence[Mapping[str, object]]) -> int:
    """Count how many fit into one answer; the first one always does."""
    total_bytes = 0
    for count, one in enumerate(shown):
        total_bytes += len(json.dumps(one, ensure_ascii=False).encode())
        if count and total_bytes > PAGE_MAX_BYTES:
            return count
    return len(shown)
