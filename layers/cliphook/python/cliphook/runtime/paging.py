"""How long a page of a list is."""

import re
from typing import Final

from cliphook.domain.errors import FieldError, InvalidRequestError

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
