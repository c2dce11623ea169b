"""Who is calling: the one place where API keys are checked."""

import time
from collections.abc import Callable
from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.adapters.secrets import Secrets
from cliphook.application.ports import Keys
from cliphook.domain.api_key import Scope, StoredKey, admit, read_key
from cliphook.domain.errors import MissingScopeError, UnauthenticatedError
from cliphook.domain.ids import AccountId
from cliphook.runtime.clock import now

# A revoked key works for at most so long in functions that have seen it.
KEPT_S: Final = 60
KEPT_MAX: Final = 1_000

_SCHEME: Final = "bearer"


class Doorman:
    """Checks API keys, and remembers good ones for a minute."""

    def __init__(
        self,
        keys: Keys,
        pepper: Callable[[], bytes],
        clock_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """Look keys up in a store, hashed with a pepper."""
        self._keys = keys
        self._pepper = pepper
        self._clock_s = clock_s
        self._kept: dict[str, tuple[float, StoredKey]] = {}

    def admit(self, authorization: str | None, scope: Scope) -> AccountId:
        """
        Tell whose key it is.

        Raises `UnauthenticatedError`, without a look-up for a key that we never wrote, and
        `MissingScopeError`.
        """
        scheme, _, text = (authorization or "").partition(" ")
        if scheme.lower() != _SCHEME:
            raise UnauthenticatedError
        key = read_key(text.strip())
        stored = admit(key, self._find(key.id), self._pepper(), now())
        if scope not in stored.scopes:
            raise MissingScopeError
        return stored.account_id

    def _find(self, key_id: str) -> StoredKey | None:
        kept = self._kept.get(key_id)
        if kept and self._clock_s() - kept[0] < KEPT_S:
            return kept[1]
        stored = self._keys.find(key_id)
        if len(self._kept) >= KEPT_MAX:
            self._kept.clear()
        if stored:
            self._kept[key_id] = (self._clock_s(), stored)
        return stored


def make_doorman(table: str, secrets_prefix: str) -> Doorman:
    """Put the parts together at cold start."""
    secrets = Secrets(secrets_prefix, aws.secretsmanager())
    return Doorman(DynamoDbKeys(table, aws.dynamodb()), secrets.pepper)
