"""How rows are spread over the keys of an index that is read as a whole."""

import hashlib
from typing import Final

from cliphook.adapters.schema import UNKEPT, Stuck

# Spread over so many keys, an index partition carries thousands of jobs a second.
SHARDS: Final = 4


def shards() -> tuple[str, ...]:
    """Name every shard."""
    return tuple(str(number) for number in range(SHARDS))


def shard_of(name: str) -> str:
    """Tell in which shard something of that name stands."""
    return str(hashlib.sha256(name.encode()).digest()[0] % SHARDS)


def unkept_key(provider: str, name: str) -> str:
    """Say under which key of the due index a clip stands that only its provider has."""
    return f"{UNKEPT}#{provider}#{shard_of(name)}"


def unkept_keys(provider: str) -> tuple[str, ...]:
    """Name every key under which clips of a provider may stand."""
    return tuple(f"{UNKEPT}#{provider}#{shard}" for shard in shards())


def stuck_key(kind: Stuck, name: str) -> str:
    """Say under which key of the unsent index something waits for an operator."""
    return f"{kind}#{shard_of(name)}"


def stuck_keys(kind: Stuck) -> tuple[str, ...]:
    """Name every key under which something of a kind may wait."""
    return tuple(f"{kind}#{shard}" for shard in shards())
