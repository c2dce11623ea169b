"""What a job costs: the narrowest name in the operator's table counts."""

from decimal import Decimal

import pytest

from cliphook.domain.price import price_of
from cliphook.domain.request import Operation

PRICES = {
    "sunoapi": Decimal("12.0000"),
    "sunoapi/V5": Decimal("15.0000"),
    "sunoapi/*/lyrics": Decimal("0.4000"),
    "sunoapi/V5/cover": Decimal("20.0000"),
    "apikley/V5": Decimal(0),
}


@pytest.mark.parametrize(
    ("provider", "model", "operation", "price"),
    [
        ("sunoapi", "V4", Operation.GENERATE, "12"),
        ("sunoapi", "V5", Operation.GENERATE, "15"),
        ("sunoapi", "V4", Operation.LYRICS, "0.4"),
        ("sunoapi", "V5", Operation.LYRICS, "0.4"),
        ("sunoapi", "V5", Operation.COVER, "20"),
        ("sunoapi", "V4", Operation.COVER, "12"),
        ("apikley", "V5", Operation.GENERATE, "0"),
    ],
)
def test_the_narrowest_name_counts(
    provider: str, model: str, operation: Operation, price: str
) -> None:
    assert price_of(PRICES, provider, model, operation) == Decimal(price)


@pytest.mark.parametrize(("provider", "model"), [("apikley", "V4"), ("infery", "music-1")])
def test_what_is_not_in_the_table_has_no_price(provider: str, model: str) -> None:
    assert price_of(PRICES, provider, model, Operation.GENERATE) is None


def test_an_empty_table_has_no_prices() -> None:
    assert price_of({}, "sunoapi", "V5", Operation.GENERATE) is None
