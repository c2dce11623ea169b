"""Amounts of credit as they are written everywhere: texts, with at most four decimals."""

import re
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BeforeValidator, Field

# The most that one job may cost, and the most that may be given or spent at once: a balance of
# millions of such still has fewer digits than DynamoDB and our own decimals keep, 38 and 28.
PRICE_MAX: Final = 1_000_000
CREDIT_MAX: Final = 1_000_000_000

_DECIMAL: Final = re.compile(r"[0-9]{1,10}(\.[0-9]{1,4})?", re.ASCII)


def _written(value: object) -> object:
    """Take an amount as a text only: a JSON number may have been something else before."""
    if not isinstance(value, str) or not _DECIMAL.fullmatch(value):
        message = "Input should be a text such as 12.5000, with at most four decimals"
        raise ValueError(message)
    return value


Price = Annotated[Decimal, Field(le=PRICE_MAX, strict=False), BeforeValidator(_written)]
Credit = Annotated[Decimal, Field(gt=0, le=CREDIT_MAX, strict=False), BeforeValidator(_written)]
Limit = Annotated[Decimal, Field(le=CREDIT_MAX, strict=False), BeforeValidator(_written)]


def write_amount(amount: Decimal | None) -> str:
    """Write an amount as clients see it: a text, with four decimals; nothing is none."""
    return f"{amount or Decimal(0):.4f}"
