"""A market for tests: all providers, no prices, everybody well, and one pace for all."""

from collections.abc import Mapping
from decimal import Decimal

from cliphook.adapters.providers import choice
from cliphook.adapters.providers.choice import Market
from cliphook.adapters.providers.table import PROVIDERS, Table
from cliphook.application.submit_job import Choice
from cliphook.domain.gate import Health
from cliphook.domain.plan import Lineage
from cliphook.domain.request import MusicRequest
from tests.support.makers import PACE


def market(
    providers: Table = PROVIDERS,
    prices: Mapping[str, str] | None = None,
    health: Mapping[str, Health] | None = None,
) -> Market:
    """Make a market in which only what a test names is as it says."""
    ill = health or {}
    return Market(
        providers=providers,
        prices={name: Decimal(price) for name, price in (prices or {}).items()},
        health=lambda name: ill.get(name, Health.GOOD),
        pace=lambda _, __: PACE,
    )


def choose(request: MusicRequest, lineage: Lineage | None = None) -> Choice:
    """Choose on a market where nothing speaks for one or another."""
    return Choice(choice.choose(request, lineage, market()), lineage)
