"""Which providers can do what, as a refusal names them."""

from collections.abc import Iterable

from cliphook.adapters.providers.provider import Provider
from cliphook.adapters.providers.table import Table
from cliphook.domain.request import Operation


def able_to(operation: Operation, providers: Table) -> list[str]:
    """Name the providers with a model that can do an operation."""
    return [
        row.name
        for row in providers.values()
        if any(operation in model.abilities for model in row.models.values())
    ]


def able_for(name: str, operation: Operation, providers: Table) -> list[str]:
    """Name the providers with a model that honours a field in an operation."""
    return [row.name for row in providers.values() if name in _fields(row, operation)]


def list_names(names: Iterable[str]) -> str:
    """Write names in a row."""
    return ", ".join(sorted(names))


def _fields(provider: Provider, operation: Operation) -> frozenset[str]:
    found = (model.abilities.get(operation, frozenset()) for model in provider.models.values())
    return frozenset[str]().union(*found)
