"""The providers as this deployment has them: which, how to speak to them, and how fast."""

from dataclasses import replace
from functools import partial
from types import MappingProxyType
from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.httpx_companions import HttpxCompanions
from cliphook.adapters.httpx_exchange import HttpxExchange
from cliphook.adapters.httpx_sender import HttpxSender
from cliphook.adapters.materials import Materials
from cliphook.adapters.providers.provider import Arrival, Provider
from cliphook.adapters.providers.table import Table, make_table
from cliphook.adapters.secrets import Secrets
from cliphook.domain.gate import Rate
from cliphook.domain.plan import Pace
from cliphook.domain.request import MusicRequest
from cliphook.runtime.clock import now
from cliphook.runtime.keeping import make_patient_keepers
from cliphook.runtime.settings import CatalogueSettings, ProviderSettings
from cliphook.runtime.source_url import source_urls

# What a poll waits at least, whatever a provider allows.
POLL_GAP_S: Final = 5


def make_providers(settings: ProviderSettings | CatalogueSettings) -> Table:
    """Make the rows of the providers that can be reached: those with an address."""
    table = make_table(settings.PROVIDER_SETTINGS)
    return MappingProxyType(
        {name: row for name, row in table.items() if row.base_url or name in settings.PROVIDER_URLS}
    )


def make_companions(
    settings: ProviderSettings, providers: Table, secrets: Secrets
) -> HttpxCompanions:
    """Make who asks the providers for what is wanted beside the audio."""
    exchange = HttpxExchange(secrets, settings.PROVIDER_URLS)
    return HttpxCompanions(exchange, providers, settings.PUBLIC_URL)


def make_sender(settings: ProviderSettings, providers: Table, secrets: Secrets) -> HttpxSender:
    """Make who speaks to the providers."""
    exchange = HttpxExchange(secrets, settings.PROVIDER_URLS)
    source_url = source_urls(settings.PUBLIC_URL, secrets)
    materials = Materials(exchange, settings.BUCKET_NAME, aws.s3(), source_url)
    make_keeper = make_patient_keepers(settings.BUCKET_NAME)
    return HttpxSender(exchange, materials, make_keeper, clock=now, providers=providers)


def rate_of(providers: Table, name: str) -> Rate | None:
    """Tell how many submissions a provider takes, as far as it says."""
    return providers[name].facts.rate if name in providers else None


def rates_of(providers: Table) -> partial[Rate | None]:
    """Make the look-up of the providers' rates."""
    return partial(rate_of, providers)


def pace_of(base: Pace, polled_first_s: int, provider: Provider, request: MusicRequest) -> Pace:
    """
    Tell at which pace a provider's jobs go.

    What takes longer than a client waits is never submitted inside its request: an answer that is
    the music itself, a file that has to be uploaded first, and pictures that have to be read.
    """
    facts = provider.facts
    has_file = request.source is not None and request.source.file_id is not None
    is_long = facts.arrival is Arrival.BLOCK or (has_file and facts.upload) or request.images
    is_polled = facts.arrival is not Arrival.PUSH
    return replace(
        base,
        poll_first_s=polled_first_s if is_polled else base.poll_first_s,
        poll_gap_s=max(POLL_GAP_S, facts.poll_gap_s),
        dispatch_after_s=0 if is_long else base.dispatch_after_s,
        is_polled=is_polled,
    )
