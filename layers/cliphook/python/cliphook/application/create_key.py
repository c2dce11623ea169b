"""An operator gives an account an API key."""

from datetime import datetime

from cliphook.application.ports import Keys
from cliphook.domain.api_key import ID_BYTES, SECRET_BYTES, Scope, StoredKey, hash_secret, write_key
from cliphook.domain.ids import AccountId

ENTROPY_BYTES = ID_BYTES + SECRET_BYTES


def create_key(
    account_id: AccountId,
    name: str,
    *,
    keys: Keys,
    pepper: bytes,
    entropy: bytes,
    now: datetime,
) -> str:
    """Store a key with every scope, and return its text, which cannot be had again."""
    key, text = write_key(entropy[:ID_BYTES], entropy[ID_BYTES:ENTROPY_BYTES])
    stored = StoredKey(key.id, account_id, hash_secret(key, pepper), tuple(Scope), now)
    keys.add(stored, name)
    return text
