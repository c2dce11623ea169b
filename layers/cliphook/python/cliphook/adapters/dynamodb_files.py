"""Files on the same table: what an account has promised to upload."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Entity
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.file import File
from cliphook.domain.ids import AccountId, FileId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoDbFiles:
    """Files on one table; each row deletes itself some time after its file has expired."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def add(self, file: File) -> None:
        """Store a new file; raises `UnavailableStoreError` rather than replace one."""
        row = {
            **_key(file.account_id, file.id),
            schema.ENTITY: Entity.FILE,
            schema.ACCOUNT_ID: file.account_id,
            "file_id": file.id,
            "filename": file.filename,
            "content_type": file.content_type,
            "size_bytes": file.size_bytes,
            "s3_key": file.key,
            "created_at": items.timestamp(file.created_at),
            "ends_at": items.timestamp(file.expires_at),
            schema.EXPIRES_AT: int(file.expires_at.timestamp()),
        }
        try:
            self._client.put_item(
                TableName=self._table,
                Item=items.marshal(row),
                ConditionExpression=f"attribute_not_exists({schema.PARTITION_KEY})",
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def find(self, account_id: AccountId, file_id: FileId) -> File | None:
        """Find a file of an account; one that has expired may still be found for a while."""
        try:
            answer = self._client.get_item(
                TableName=self._table,
                Key=items.marshal(_key(account_id, file_id)),
                ConsistentRead=True,
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        item = answer.get("Item")
        return _stored(items.unmarshal(item)) if item else None


def _key(account_id: AccountId, file_id: FileId) -> dict[str, str]:
    return items.account_key(account_id, f"FILE#{file_id}")


def _stored(row: dict[str, Any]) -> File:
    return File(
        id=FileId(row["file_id"]),
        account_id=AccountId(row[schema.ACCOUNT_ID]),
        filename=row["filename"],
        content_type=row["content_type"],
        size_bytes=int(row["size_bytes"]),
        key=row["s3_key"],
        created_at=datetime.fromisoformat(row["created_at"]),
        expires_at=datetime.fromisoformat(row["ends_at"]),
    )
