"""Which provider and model a request goes to: the first that can honour every field of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cliphook.adapters.providers.provider import Provider
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.application.submit_job import Choice
from cliphook.domain.errors import FieldError, InvalidRequestError
from cliphook.domain.request import MusicRequest, Operation, asked_fields

AUTO: Final = "auto"


def choose(request: MusicRequest, providers: Mapping[str, Provider] = PROVIDERS) -> Choice:
    """
    Choose a provider and its model for a request.

    Raises `InvalidRequestError` with every broken rule; where several providers could be meant,
    with those of the one that comes nearest.
    """
    routed = _routed(request, providers)
    candidates = tuple(_candidates(request, routed))
    misled = tuple(_misled(request, providers, found=bool(candidates)))
    # Who asked for no model that there is still wants to know what else is wrong.
    anybody = ((provider, model) for provider in routed for model in provider.models)
    findings = [
        (_errors(request, provider, model, providers), Choice(provider.name, model))
        for provider, model in candidates or anybody
    ]
    errors, choice = min(findings, key=lambda finding: len(finding[0]))
    if misled or errors:
        raise InvalidRequestError(*misled, *errors)
    return choice


def _routed(request: MusicRequest, providers: Mapping[str, Provider]) -> tuple[Provider, ...]:
    named = [row for row in providers.values() if row.name in request.routing.providers]
    return tuple(named or providers.values())


def _candidates(
    request: MusicRequest, routed: Iterable[Provider]
) -> Iterator[tuple[Provider, str]]:
    for provider in routed:
        for model, row in provider.models.items():
            if request.model in {AUTO, row.family, f"{provider.name}/{model}"}:
                yield provider, model


def _misled(
    request: MusicRequest, providers: Mapping[str, Provider], *, found: bool
) -> Iterator[FieldError]:
    """Name what leads nowhere: a provider that there is not, or a model that none of them has."""
    if set(request.routing.providers) - providers.keys():
        yield FieldError("routing.providers", f"are known by the names {_list(providers)}")
    if not found:
        families = {model.family for row in providers.values() for model in row.models.values()}
        names = {f"{row.name}/{model}" for row in providers.values() for model in row.models}
        known = f"is one of {AUTO}, {_list(families)}, {_list(names)}"
        if request.routing.providers:
            known += "; of the providers in routing none has the one asked for"
        yield FieldError("model", known)


def _errors(
    request: MusicRequest, provider: Provider, model: str, providers: Mapping[str, Provider]
) -> tuple[FieldError, ...]:
    able = provider.models[model].abilities.get(request.operation)
    if able is None:
        others = [row.name for row in providers.values() if _fields(row, request.operation)]
        return (FieldError("operation", _cannot(provider, others)),)
    refused = [
        FieldError(name, _cannot(provider, _able(name, request.operation, providers)))
        for name in asked_fields(request)
        if name not in able
    ]
    return (*refused, *provider.check(request, model))


def _able(name: str, operation: Operation, providers: Mapping[str, Provider]) -> list[str]:
    return [row.name for row in providers.values() if name in _fields(row, operation)]


def _fields(provider: Provider, operation: Operation) -> frozenset[str]:
    """Gather the fields that any model of a provider honours for an operation."""
    found = (model.abilities.get(operation, frozenset()) for model in provider.models.values())
    return frozenset().union(*found)


def _cannot(provider: Provider, able: list[str]) -> str:
    others = f"providers that can: {_list(able)}" if able else "no provider here can"
    return f"is nothing that {provider.name} can honour; {others}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
