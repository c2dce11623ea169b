"""All providers, as rows made from their pages and an operator's settings."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

from cliphook.adapters.providers import apiin, apikley, infery, stratizon, sunoapi
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.adapters.providers.provider import Provider
from cliphook.domain.errors import UnknownProviderError

type Table = Mapping[str, Provider]

# `Any`, because a page makes its row from its own settings and from no others.
type Page = tuple[type[PageSettings], Callable[[Any], Provider]]

# In the order of preference, where health and price are equal.
PAGES: Final[Mapping[str, Page]] = {
    "sunoapi": (sunoapi.Settings, sunoapi.make_row),
    "apikley": (apikley.Settings, apikley.make_row),
    "apiin": (apiin.Settings, apiin.make_row),
    "infery": (infery.Settings, infery.make_row),
    "stratizon": (stratizon.Settings, stratizon.make_row),
}


def make_table(settings: Mapping[str, Mapping[str, object]]) -> Table:
    """
    Make every provider's row, from its own settings where an operator named some.

    Raises `ValueError` (pydantic's) for a setting that there is not, and `UnknownProviderError`
    for a provider that there is not.
    """
    if settings.keys() - PAGES.keys():
        raise UnknownProviderError
    rows = (_make(page, settings.get(name, {})) for name, page in PAGES.items())
    return MappingProxyType({row.name: row for row in rows})


def _make(page: Page, settings: Mapping[str, object]) -> Provider:
    model, make = page
    made = model.model_validate(settings)
    row = make(made)
    return replace(row, facts=replace(row.facts, audio_hosts=made.audio_hosts))


PROVIDERS: Final[Table] = make_table({})


def find_provider(name: str, providers: Table = PROVIDERS) -> Provider:
    """Find a provider's row; raises `UnknownProviderError`."""
    if name not in providers:
        raise UnknownProviderError
    return providers[name]
