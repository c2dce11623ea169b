"""Secrets from Secrets Manager, kept for five minutes."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters.schema import WEBHOOK_KEYS, Secret, provider_secret
from cliphook.domain.errors import UnavailableStoreError, UnconfiguredProviderError

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

KEPT_S: Final = 300

_STAGES: Final = ("AWSCURRENT", "AWSPREVIOUS")


class Secrets:
    """The secrets under one deployment's prefix."""

    def __init__(
        self,
        prefix: str,
        client: "SecretsManagerClient",
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read below a prefix such as `cliphook/prod`."""
        self._prefix = prefix
        self._client = client
        self._clock_s = clock_s
        self._kept: dict[tuple[str, str], tuple[float, str | None]] = {}

    def callback_masters(self) -> tuple[bytes, ...]:
        """Give the tickets' master secrets: the current one first, then the one it replaced."""
        values = [self._read(Secret.CALLBACK, stage) for stage in _STAGES]
        return tuple(value.encode() for value in values if value)

    def pepper(self) -> bytes:
        """Give what API keys are hashed with."""
        return (self._read(Secret.PEPPER, "AWSCURRENT") or "").encode()

    def webhooks_master(self) -> bytes:
        """Give what the secrets of webhooks are derived from."""
        return (self._read(Secret.WEBHOOKS, "AWSCURRENT") or "").encode()

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        """
        Give a provider's API key; `fresh` asks again, for a key that was refused.

        Raises `UnconfiguredProviderError` until the operator has stored one.
        """
        if fresh:
            self._kept.pop((provider_secret(provider), "AWSCURRENT"), None)
        return self._json_field(provider_secret(provider), "api_key")

    def webhook_key(self, provider: str) -> str:
        """
        Give what a provider signs its callbacks with, where it does.

        Raises `UnconfiguredProviderError` until the operator has stored one.
        """
        return self._json_field(WEBHOOK_KEYS, provider)

    def _json_field(self, name: str, field: str) -> str:
        missing = self._client.exceptions.ResourceNotFoundException
        try:
            found = json.loads(self._read(name, "AWSCURRENT") or "{}").get(field)
        except (ValueError, AttributeError, missing) as error:
            raise UnconfiguredProviderError from error
        if not isinstance(found, str) or not found:
            raise UnconfiguredProviderError
        return found

    def _read(self, name: str, stage: str) -> str | None:
        kept = self._kept.get((name, stage))
        if kept and self._clock_s() - kept[0] < KEPT_S:
            return kept[1]
        value = self._fetch(name, stage)
        self._kept[name, stage] = (self._clock_s(), value)
        return value

    def _fetch(self, name: str, stage: str) -> str | None:
        try:
            answer = self._client.get_secret_value(
                SecretId=f"{self._prefix}/{name}", VersionStage=stage
            )
        except self._client.exceptions.ResourceNotFoundException:
            # A secret that was never replaced has no previous version.
            if stage == "AWSCURRENT":
                raise
            return None
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return answer["SecretString"]
