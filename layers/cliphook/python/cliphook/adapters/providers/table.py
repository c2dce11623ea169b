"""All providers, and how one is found by its name."""

from collections.abc import Mapping
from typing import Final

from cliphook.adapters.providers.apikley import APIKLEY
from cliphook.adapters.providers.provider import Provider
from cliphook.adapters.providers.sunoapi import SUNOAPI
from cliphook.domain.errors import UnknownProviderError

PROVIDERS: Final[Mapping[str, Provider]] = {row.name: row for row in (SUNOAPI, APIKLEY)}


def find_provider(name: str) -> Provider:
    """Find a provider's row; raises `UnknownProviderError`."""
    if name not in PROVIDERS:
        raise UnknownProviderError
    return PROVIDERS[name]
