"""The gates before the providers, a row each, on the same table."""

from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter, ValidationError

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Entity
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.gate import Gate

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_GATE: Final = TypeAdapter(Gate)
_DOCUMENT: Final = "gate"


class DynamoDbGates:
    """Gates on one table."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client

    def load(self, provider: str) -> Gate:
        """Read a provider's gate; a new one where nothing is known of it."""
        try:
            answer = self._client.get_item(
                TableName=self._table, Key=items.marshal(_key(provider)), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        item = answer.get("Item")
        if not item:
            return Gate(provider)
        try:
            return _GATE.validate_python(items.unmarshal(item)[_DOCUMENT])
        except ValidationError as error:
            # A newer version wrote it. It is forgotten in minutes, and that one will be there then.
            raise UnavailableStoreError from error

    def swap(self, gate: Gate, version: int) -> bool:
        """Store a gate as the next after a version; `False` if another one was first."""
        item = {
            **_key(gate.provider),
            schema.ENTITY: Entity.GATE,
            items.VERSION: gate.version,
            _DOCUMENT: _GATE.dump_python(gate, mode="json"),
        }
        condition = "version = :version" if version else f"attribute_not_exists({schema.SORT_KEY})"
        values = {"ExpressionAttributeValues": items.marshal({":version": version})}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=items.marshal(item),
                ConditionExpression=condition,
                **(values if version else {}),  # type: ignore[arg-type]
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return True


def _key(provider: str) -> dict[str, str]:
    return {schema.PARTITION_KEY: f"GATE#{provider}", schema.SORT_KEY: "GATE"}
