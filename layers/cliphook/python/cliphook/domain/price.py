"""What making music costs a client: a table from the operator, in credits."""

from collections.abc import Mapping
from decimal import Decimal

from cliphook.domain.request import Operation

# Named by `provider`, `provider/model`, `provider/*/operation` or `provider/model/operation`; the
# narrowest name counts. An empty table charges nothing.
type Prices = Mapping[str, Decimal]


def price_of(prices: Prices, provider: str, model: str, operation: Operation) -> Decimal | None:
    """Find the price of one job; `None` where the table has none."""
    names = (
        f"{provider}/{model}/{operation}",
        f"{provider}/*/{operation}",
        f"{provider}/{model}",
        provider,
    )
    return next((prices[name] for name in names if name in prices), None)
