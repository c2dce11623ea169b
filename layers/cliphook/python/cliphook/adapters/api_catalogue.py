"""How providers and models are shown to clients: from the rows that the code itself goes by."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from cliphook.adapters.amounts import write_amount
from cliphook.adapters.documents import write_time
from cliphook.adapters.providers.provider import Model, Provider
from cliphook.domain.gate import OPEN_S, Gate, circuit, counts, health
from cliphook.domain.price import Prices, price_of
from cliphook.domain.request import Operation


def show_provider(provider: Provider, gate: Gate, now: datetime) -> Mapping[str, object]:
    """Write a provider: how it delivers, what it can do, its limits, and how it did lately."""
    facts = provider.facts
    able = {operation for model in provider.models.values() for operation in model.abilities}
    return {
        "name": provider.name,
        "arrival": facts.arrival,
        "callbacks": facts.callbacks,
        "stages": [stage for stage in ("text", "first", "complete") if stage in facts.stages],
        "operations": [operation for operation in Operation if operation in able],
        "models": [f"{provider.name}/{model}" for model in provider.models],
        "rate": {"count": facts.rate.count, "span_s": facts.rate.span_s} if facts.rate else None,
        "file_retention_days": facts.file_retention_days,
        "health": _health(gate, now),
    }


def show_models(provider: Provider, prices: Prices) -> Iterator[Mapping[str, object]]:
    """Write a provider's models, the preferred one first."""
    for name, model in provider.models.items():
        yield {
            "id": f"{provider.name}/{name}",
            "provider": provider.name,
            "name": name,
            "family": model.family,
            "clips": model.clips,
            "limits": dict(model.limits),
            "operations": _operations(provider, name, model, prices),
        }


def _operations(
    provider: Provider, name: str, model: Model, prices: Prices
) -> Mapping[str, object]:
    shown: dict[str, object] = {}
    for operation, fields in model.abilities.items():
        price = price_of(prices, provider.name, name, operation)
        shown[operation] = {
            "fields": sorted(fields),
            "price": None if price is None else write_amount(price),
        }
    return shown


def _health(gate: Gate, now: datetime) -> Mapping[str, object]:
    calls, failures = counts(gate, now)
    opened_at = gate.opened_at
    return {
        "status": health(gate, now),
        "circuit": circuit(gate, now),
        "calls": calls,
        "failures": failures,
        "retry_at": write_time(opened_at + timedelta(seconds=OPEN_S)) if opened_at else None,
    }
