"""Who may ask: two accounts with an API key each, and the secrets of a deployment."""

import json
from collections.abc import Mapping
from typing import Any, Final

from cliphook.adapters import schema
from cliphook.domain.api_key import ID_BYTES, SECRET_BYTES, Scope, hash_secret, write_key
from tests.simulator.numbers import PREFIX, TABLE

# Whoever finds these in a log has found a leak.
MASTER: Final = "canary-master-that-signs-the-simulators-tickets"
PEPPER: Final = "canary-pepper-that-hashes-the-simulators-keys"
PROVIDER_KEY: Final = "canary-key-of-a-provider"

ACCOUNTS: Final[Mapping[str, str]] = {
    "one": "acct_01KAJ5T1W0000000000000000A",
    "two": "acct_01KAJ5T1W0000000000000000B",
}
_PAIRS: Final = {
    name: write_key(bytes([number] * ID_BYTES), bytes([number] * SECRET_BYTES))
    for number, name in enumerate(ACCOUNTS, 1)
}
KEYS: Final[Mapping[str, str]] = {name: text for name, (_, text) in _PAIRS.items()}


def rows() -> list[dict[str, Any]]:
    """Write the rows that there are before anybody asks for anything."""
    return [_ROWS[name] for name in ACCOUNTS]


def _key_row(name: str) -> dict[str, Any]:
    key, _ = _PAIRS[name]
    return {
        schema.PARTITION_KEY: {"S": f"KEY#{key.id}"},
        schema.SORT_KEY: {"S": "KEY"},
        schema.ENTITY: {"S": schema.Entity.API_KEY},
        schema.ACCOUNT_ID: {"S": ACCOUNTS[name]},
        "key_id": {"S": key.id},
        "name": {"S": name},
        "secret_hash": {"S": hash_secret(key, PEPPER.encode())},
        "scopes": {"L": [{"S": scope.value} for scope in Scope]},
        "created_at": {"S": "2026-01-01T00:00:00.000000+00:00"},
    }


_ROWS: Final = {name: _key_row(name) for name in ACCOUNTS}


def fill(cloud: Any) -> None:
    """Put keys and secrets where they belong."""
    for row in rows():
        cloud.dynamodb.put_item(TableName=TABLE, Item=row)
    secrets = {schema.Secret.CALLBACK.value: MASTER, schema.Secret.PEPPER.value: PEPPER}
    for provider in schema.PROVIDERS:
        secrets[schema.provider_secret(provider)] = json.dumps({"api_key": PROVIDER_KEY})
    secrets[schema.WEBHOOK_KEYS] = "{}"
    for name, value in secrets.items():
        cloud.secretsmanager.create_secret(Name=f"{PREFIX}/{name}", SecretString=value)
