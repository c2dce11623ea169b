"""The secrets that webhooks are signed with, each derived when it is needed."""

from collections.abc import Callable

from cliphook.domain.ids import AccountId, EndpointId
from cliphook.domain.webhook_signature import derive_secret

# An account has one, for the callback URLs of its jobs.
_VERSION = 1


class DerivedSecrets:
    """Secrets under one master."""

    def __init__(self, master: Callable[[], bytes]) -> None:
        """Derive from whatever the master is at the time."""
        self._master = master

    def of_endpoint(self, endpoint_id: EndpointId, version: int) -> bytes:
        """Give a secret of an endpoint."""
        return derive_secret(self._master(), endpoint_id, version)

    def of_account(self, account_id: AccountId) -> bytes:
        """Give the secret of an account's callback URLs."""
        return derive_secret(self._master(), account_id, _VERSION)
