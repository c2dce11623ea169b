"""API keys on the same table, each found by its public part."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Entity
from cliphook.domain.api_key import StoredKey, parse_scopes
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoDbKeys:
    """API keys on one table; what is stored opens nothing."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def find(self, key_id: str) -> StoredKey | None:
        """Find a key by its public part."""
        try:
            answer = self._client.get_item(
                TableName=self._table, Key=items.marshal(_key(key_id)), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        item = answer.get("Item")
        return _stored(items.unmarshal(item)) if item else None

    def add(self, key: StoredKey, name: str) -> None:
        """Store a new key; raises `UnavailableStoreError` rather than replace one."""
        row = {
            **_key(key.id),
            schema.ENTITY: Entity.API_KEY,
            schema.ACCOUNT_ID: key.account_id,
            schema.LIST.hash_key: items.list_key(key.account_id, Entity.API_KEY),
            schema.LIST.range_key: key.id,
            "key_id": key.id,
            "name": name,
            "secret_hash": key.secret_hash,
            "scopes": [scope.value for scope in key.scopes],
            "created_at": items.timestamp(key.created_at),
            "ends_at": items.timestamp(key.expires_at) if key.expires_at else None,
        }
        try:
            self._client.put_item(
                TableName=self._table,
                Item=items.marshal(row),
                ConditionExpression=f"attribute_not_exists({schema.PARTITION_KEY})",
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def revoke_all(self, account_id: AccountId, now: datetime) -> int:
        """Revoke the keys that an account has; to do it again does nothing."""
        values = {":key": items.list_key(account_id, Entity.API_KEY)}
        pages = self._client.get_paginator("query")
        revoked = 0
        try:
            for page in pages.paginate(
                TableName=self._table,
                IndexName=schema.LIST.name,
                KeyConditionExpression=f"{schema.LIST.hash_key} = :key",
                ExpressionAttributeValues=items.marshal(values),
            ):
                for row in map(items.unmarshal, page["Items"]):
                    self._revoke(str(row[schema.LIST.range_key]), now)
                    revoked += 1
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return revoked

    def _revoke(self, key_id: str, now: datetime) -> None:
        self._client.update_item(
            TableName=self._table,
            Key=items.marshal(_key(key_id)),
            UpdateExpression="SET revoked_at = if_not_exists(revoked_at, :now)",
            ConditionExpression=f"attribute_exists({schema.PARTITION_KEY})",
            ExpressionAttributeValues=items.marshal({":now": items.timestamp(now)}),
        )


def _key(key_id: str) -> dict[str, str]:
    return {schema.PARTITION_KEY: f"KEY#{key_id}", schema.SORT_KEY: "KEY"}


def _stored(row: dict[str, Any]) -> StoredKey:
    return StoredKey(
        id=row["key_id"],
        account_id=AccountId(row[schema.ACCOUNT_ID]),
        secret_hash=row["secret_hash"],
        scopes=parse_scopes(row["scopes"]),
        created_at=datetime.fromisoformat(row["created_at"]),
        expires_at=_instant(row.get("ends_at")),
        revoked_at=_instant(row.get("revoked_at")),
    )


def _instant(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
