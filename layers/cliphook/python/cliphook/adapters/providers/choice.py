"""Who may make a request: every provider that can honour all of it, the best one first."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from cliphook.adapters.providers import origin
from cliphook.adapters.providers.able import able_for, able_to, list_names
from cliphook.adapters.providers.provider import Provider
from cliphook.adapters.providers.table import Table
from cliphook.domain.errors import FieldError, InvalidRequestError
from cliphook.domain.gate import Health
from cliphook.domain.plan import Lineage, Option, Pace
from cliphook.domain.price import Prices, price_of
from cliphook.domain.request import MusicRequest, Operation, asked_fields

AUTO: Final = "auto"

_HEALTHS: Final = tuple(Health)
# How many clips these give depends on what they start from.
_OPEN_ENDED: Final = frozenset({Operation.SEPARATE, Operation.LYRICS, Operation.SOUNDS})
_DEAREST: Final = Decimal("Infinity")

type Candidate = tuple[Provider, str]
# By what options are put in order: health, price, place in the table, and the provider's name.
type Rank = tuple[int, Decimal, int, str]


@dataclass(frozen=True, slots=True)
class Market:
    """
    What a choice depends on besides the request; `pace` tells how a provider is dealt with.

    `caps` are what an account may spend at a provider in a day, where the operator set a limit.
    """

    providers: Table
    prices: Prices
    health: Callable[[str], Health]
    pace: Callable[[Provider, MusicRequest], Pace]
    caps: Mapping[str, Decimal] = field(default_factory=dict[str, Decimal])


def choose(request: MusicRequest, lineage: Lineage | None, market: Market) -> tuple[Option, ...]:
    """
    List who may make a request: by health, then by price, then as the table has them.

    Each provider stands there once, with the first of its models that can honour every field.
    Without fallback, or where the request names a model of a provider, only the best one does.
    Raises `InvalidRequestError` with every broken rule; where several providers could be meant,
    with those of the one that comes nearest.
    """
    routed = _routed(request, market.providers)
    candidates = tuple(
        one for one in _candidates(request, routed) if origin.allows(lineage, request, *one)
    )
    misled = tuple(_misled(request, lineage, market.providers, candidates))
    # Who asked for no model that there is still wants to know what else is wrong.
    anybody = ((provider, model) for provider in routed for model in provider.models)
    findings = [(_errors(request, lineage, one, market), one) for one in candidates or anybody]
    able = [one for errors, one in findings if not errors]
    if misled or not able:
        nearest = min((errors for errors, _ in findings), key=len, default=())
        raise InvalidRequestError(*misled, *nearest)
    options = _ranked(request, able, market)
    is_bound = request.model.partition("/")[0] in market.providers
    return options if request.routing.fallback and not is_bound else options[:1]


def _routed(request: MusicRequest, providers: Table) -> tuple[Provider, ...]:
    named = [row for row in providers.values() if row.name in request.routing.providers]
    return tuple(named or providers.values())


def _candidates(request: MusicRequest, routed: Iterable[Provider]) -> Iterator[Candidate]:
    for provider in routed:
        for model, row in provider.models.items():
            if request.model in {AUTO, row.family, f"{provider.name}/{model}"}:
                yield provider, model


def _misled(
    request: MusicRequest,
    lineage: Lineage | None,
    providers: Table,
    candidates: tuple[Candidate, ...],
) -> Iterator[FieldError]:
    """Name what leads nowhere: a provider that there is not, or a model that none of them has."""
    if set(request.routing.providers) - providers.keys():
        yield FieldError("routing.providers", f"are known by the names {list_names(providers)}")
    if candidates:
        return
    if any(_candidates(request, providers.values())) and lineage and lineage.provider:
        yield origin.elsewhere(lineage, request)
        return
    families = {model.family for row in providers.values() for model in row.models.values()}
    names = {f"{row.name}/{model}" for row in providers.values() for model in row.models}
    known = f"is one of {AUTO}, {list_names(families)}, {list_names(names)}"
    if request.routing.providers:
        known += "; of the providers in routing none has the one asked for"
    yield FieldError("model", known)


def _errors(
    request: MusicRequest, lineage: Lineage | None, candidate: Candidate, market: Market
) -> tuple[FieldError, ...]:
    provider, model = candidate
    able = provider.models[model].abilities.get(request.operation)
    if able is None:
        return (_unable(request, lineage, provider, market.providers),)
    refused = [
        FieldError(name, _cannot(provider, able_for(name, request.operation, market.providers)))
        for name in asked_fields(request)
        if name not in able
    ]
    found = (
        origin.check(lineage, request, provider),
        _dear(request, _price(request, candidate, market)),
    )
    return (*refused, *provider.check(request, model), *filter(None, found))


def _unable(
    request: MusicRequest, lineage: Lineage | None, provider: Provider, providers: Table
) -> FieldError:
    if lineage and lineage.provider:
        return origin.unable(lineage, request, providers)
    return FieldError("operation", _cannot(provider, able_to(request.operation, providers)))


def _dear(request: MusicRequest, price: Decimal | None) -> FieldError | None:
    most = request.routing.max_price
    if most is None or (price is not None and price <= most):
        return None
    told = "unknown" if price is None else f"{price:f}"
    return FieldError("routing.max_price", f"is below the price, which is {told}")


def _ranked(request: MusicRequest, able: Iterable[Candidate], market: Market) -> tuple[Option, ...]:
    first_of = {provider.name: (provider, model) for provider, model in reversed([*able])}
    ranked = sorted(
        (
            _HEALTHS.index(market.health(name)),
            _DEAREST if (price := _price(request, first_of[name], market)) is None else price,
            place,
            name,
        )
        for place, name in enumerate(name for name in market.providers if name in first_of)
    )
    return tuple(
        _option(request, first_of[one[-1]], _reason(one, ranked), market) for one in ranked
    )


def _reason(one: Rank, ranked: Iterable[Rank]) -> str:
    """Say why an option stands where it does, and before whom only since that one is not well."""
    health, price, *_ = one
    told = "without a price" if price == _DEAREST else f"price {price:f}"
    passed = [
        f"{other[-1]} ({_HEALTHS[other[0]]})"
        for other in ranked
        if other[0] > health and other[1:] < one[1:]
    ]
    before = f"; asked before {list_names(passed)}" if passed else ""
    return f"can honour every field; health {_HEALTHS[health]}, {told}{before}"


def _price(request: MusicRequest, candidate: Candidate, market: Market) -> Decimal | None:
    provider, model = candidate
    return price_of(market.prices, provider.name, model, request.operation)


def _option(request: MusicRequest, candidate: Candidate, reason: str, market: Market) -> Option:
    provider, model = candidate
    return Option(
        provider=provider.name,
        model=model,
        pace=market.pace(provider, request),
        price=_price(request, candidate, market),
        reason=reason,
        clips=None if request.operation in _OPEN_ENDED else provider.models[model].clips,
        cap=market.caps.get(provider.name),
        companions=tuple(provider.recipes),
    )


def _cannot(provider: Provider, able: list[str]) -> str:
    others = f"providers that can: {list_names(able)}" if able else "no provider here can"
    return f"is nothing that {provider.name} can honour; {others}"
