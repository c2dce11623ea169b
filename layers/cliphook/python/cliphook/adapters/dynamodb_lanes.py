"""Lanes to receivers on the same table; one that nobody takes any more expires."""

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Entity
from cliphook.adapters.versioned_rows import VersionedRows
from cliphook.domain.ids import AccountId
from cliphook.domain.lane import Lane

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# Longer than anything counts that a lane knows.
KEPT: Final = timedelta(days=14)


class DynamoDbLanes:
    """Lanes on one table."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._rows = VersionedRows(table, client, Lane)

    def load(self, account_id: AccountId, name: str) -> Lane:
        """Read a lane; a new one where nothing is known of it."""
        return self._rows.load(_key(account_id, name)) or Lane(name)

    def swap(self, account_id: AccountId, lane: Lane, version: int) -> bool:
        """Store a lane as it follows a version; `False` if another change was first."""
        changed_at = lane.changed_at
        more = {
            **_key(account_id, lane.name),
            schema.ENTITY: Entity.LANE,
            schema.EXPIRES_AT: int((changed_at + KEPT).timestamp()) if changed_at else None,
        }
        return self._rows.swap(more, lane, version)


def _key(account_id: AccountId, name: str) -> dict[str, str]:
    return items.account_key(account_id, f"LANE#{name}")
