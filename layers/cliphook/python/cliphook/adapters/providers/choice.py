"""Which provider and model a request goes to: the first that can honour every field of it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from cliphook.adapters.providers.provider import Provider
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.application.submit_job import Choice
from cliphook.domain.errors import FieldError, InvalidRequestError
from cliphook.domain.request import MusicRequest, asked_fields

AUTO: Final = "auto"


def choose(request: MusicRequest, providers: Mapping[str, Provider] = PROVIDERS) -> Choice:
    """
    Choose a provider and its model for a request.

    Raises `InvalidRequestError` with every broken rule; where several providers could be meant,
    with those of the one that comes nearest.
    """
    candidates = tuple(_candidates(request, providers))
    if not candidates:
        raise InvalidRequestError(*_no_candidate(request, providers))
    findings = [
        (_errors(request, provider, model, providers), Choice(provider.name, model))
        for provider, model in candidates
    ]
    errors, choice = min(findings, key=lambda finding: len(finding[0]))
    if errors:
        raise InvalidRequestError(*errors)
    return choice


def _candidates(
    request: MusicRequest, providers: Mapping[str, Provider]
) -> Iterator[tuple[Provider, str]]:
    for provider in providers.values():
        if request.routing.providers and provider.name not in request.routing.providers:
            continue
        for model, family in provider.models.items():
            if request.model in {AUTO, family, f"{provider.name}/{model}"}:
                yield provider, model


def _no_candidate(
    request: MusicRequest, providers: Mapping[str, Provider]
) -> tuple[FieldError, ...]:
    unknown = [name for name in request.routing.providers if name not in providers]
    if unknown:
        return (FieldError("routing.providers", f"are known by the names {_list(providers)}"),)
    families = {family for provider in providers.values() for family in provider.models.values()}
    names = {f"{row.name}/{model}" for row in providers.values() for model in row.models}
    known = f"is one of {AUTO}, {_list(families)}, {_list(names)}"
    if request.routing.providers:
        known += "; of the providers in routing none has the one asked for"
    return (FieldError("model", known),)


def _errors(
    request: MusicRequest, provider: Provider, model: str, providers: Mapping[str, Provider]
) -> tuple[FieldError, ...]:
    if request.operation not in provider.operations:
        able = [row.name for row in providers.values() if request.operation in row.operations]
        return (FieldError("operation", _cannot(provider, able)),)
    foreign = [name for name in asked_fields(request) if name not in provider.fields]
    able_by_field = {
        name: [row.name for row in providers.values() if name in row.fields] for name in foreign
    }
    refused = (FieldError(name, _cannot(provider, able_by_field[name])) for name in foreign)
    return (*refused, *provider.check(request, model))


def _cannot(provider: Provider, able: list[str]) -> str:
    others = f"providers that can: {_list(able)}" if able else "no provider here can"
    return f"is nothing that {provider.name} can honour; {others}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
