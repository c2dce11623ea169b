"""Who has providers make what is wanted beside a clip's audio, over HTTPS."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import httpx

from cliphook.adapters.httpx_exchange import HttpxExchange
from cliphook.adapters.providers.provider import Call, Declined, Provider, Recipe
from cliphook.adapters.providers.table import Table
from cliphook.domain.clip import Clip
from cliphook.domain.companion import Denied, Made, Part
from cliphook.domain.errors import (
    OversizedBodyError,
    UnansweredPollError,
    UnavailableStoreError,
    UnconfiguredProviderError,
)
from cliphook.domain.job import Job

ANSWER_S: Final = 15

_UNAUTHORIZED: Final = "401"
_UNANSWERED: Final = (
    httpx.HTTPError,
    httpx.InvalidURL,
    OversizedBodyError,
    OSError,
    UnavailableStoreError,
    UnconfiguredProviderError,
)
# Nobody here takes it: the form wants an address, and an unknown one is answered 404.
_NOWHERE: Final = "no-ticket"


@dataclass(frozen=True, slots=True)
class HttpxCompanions:
    """Asks as the providers' rows say, once each time."""

    exchange: HttpxExchange
    providers: Table
    public_url: str

    def make(self, job: Job, clip: Clip, part: Part) -> Made:
        """Ask once for a part to be made; raises `UnansweredPollError`."""
        provider, recipe = self._find(job, part)
        if not provider or not recipe or not job.task_id:
            return Denied("not_offered")
        url = f"{self.public_url}/callbacks/{provider.name}/{_NOWHERE}"
        call = recipe.write_ask(job.task_id, clip.provider_clip_id, url)
        return self._call(job, provider, call, recipe.read_asked)

    def look(self, job: Job, part: Part, task_id: str) -> Made:
        """Ask how far a part is that was asked for; raises `UnansweredPollError`."""
        provider, recipe = self._find(job, part)
        if not provider or not recipe or not recipe.write_look or not recipe.read_look:
            return Denied("not_offered")
        read = recipe.read_look
        call = recipe.write_look(task_id)
        return self._call(job, provider, call, lambda body: read(task_id, body))

    def _find(self, job: Job, part: Part) -> tuple[Provider | None, Recipe | None]:
        provider = self.providers.get(job.provider)
        return provider, provider.recipes.get(part) if provider else None

    def _call(
        self, job: Job, provider: Provider, call: Call, read: Callable[[bytes], Made]
    ) -> Made:
        def is_unauthorized(status: int, body: bytes) -> bool:
            created = provider.read_created(status, body, job.request.operation)
            return isinstance(created, Declined) and created.error.provider_code == _UNAUTHORIZED

        try:
            with self.exchange.call(
                provider, call, answer_s=ANSWER_S, is_unauthorized=is_unauthorized
            ) as (_, parts):
                return read(parts.body)
        except _UNANSWERED as error:
            raise UnansweredPollError from error
