"""
Rows that are changed by whoever saw their latest version: each field is an attribute of its own.

So what a newer version of this code has written beside them stays where it is.
"""

from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final, cast

from botocore.exceptions import BotoCoreError, ClientError
from pydantic import TypeAdapter, ValidationError

from cliphook.adapters import items, schema
from cliphook.adapters.row_writes import change
from cliphook.domain.errors import UnavailableStoreError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_IS_NEW: Final = f"attribute_not_exists({schema.PARTITION_KEY})"
_WAS: Final = ":was"


class VersionedRows[T]:
    """Values of one kind, a row each, on one table."""

    def __init__(self, table: str, client: "DynamoDBClient", kind: type[T]) -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client
        self._kind = TypeAdapter(kind)
        self._names = tuple(field.name for field in fields(kind))  # type: ignore[arg-type]

    def load(self, key: items.Item) -> T | None:
        """Read a value by its key, as it is now."""
        try:
            answer = self._client.get_item(
                TableName=self._table, Key=items.marshal(key), ConsistentRead=True
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        item = answer.get("Item")
        return self.read(items.unmarshal(item)) if item else None

    def read(self, row: items.Item) -> T:
        """Read a value from its row; raises `UnavailableStoreError` for what only a newer can."""
        told = {name: row[name] for name in self._names if row.get(name) is not None}
        try:
            return self._kind.validate_python(told)
        except ValidationError as error:
            names = sorted({str(found["loc"][0]) for found in error.errors() if found["loc"]})
            message = f"a row cannot be read by this version: {', '.join(names)}"
        # Without its cause, which quotes what it could not read.
        raise UnavailableStoreError(message)

    def put(self, more: items.Item, value: T) -> dict[str, Any]:
        """Write a new row, with its key and whatever more stands in it, unless there is one."""
        item = {**self._written(value), **more}
        marshalled = items.marshal(item)
        return {"TableName": self._table, "Item": marshalled, "ConditionExpression": _IS_NEW}

    def update(self, more: items.Item, value: T, version: int) -> dict[str, Any]:
        """Write a row as it follows a version, which is 0 where there was none."""
        update = change(self._table, {**self._written(value), **more})
        if not version:
            return update | {"ConditionExpression": _IS_NEW}
        values = update["ExpressionAttributeValues"] | items.marshal({_WAS: version})
        condition = f"#{items.VERSION} = {_WAS}"
        return update | {"ConditionExpression": condition, "ExpressionAttributeValues": values}

    def add(self, more: items.Item, value: T) -> bool:
        """Store a new value; `False` if there is one of that key."""
        return self._written_alone(self._client.put_item, self.put(more, value))

    def swap(self, more: items.Item, value: T, version: int) -> bool:
        """Store a value as it follows a version; `False` if another change was first."""
        return self._written_alone(self._client.update_item, self.update(more, value, version))

    def _written(self, value: T) -> dict[str, Any]:
        # What is nothing is named too, so that a change takes it away.
        document: dict[str, Any] = self._kind.dump_python(value, mode="json")
        return {name: _bare(part) for name, part in document.items()}

    def _written_alone(self, write: Any, request: dict[str, Any]) -> bool:  # noqa: ANN401
        try:
            write(**request)
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return True


def _bare(part: Any) -> Any:  # noqa: ANN401
    """Leave out of lists and maps what is nothing."""
    if isinstance(part, dict):
        told = cast("dict[str, Any]", part)
        return {name: _bare(one) for name, one in told.items() if one is not None}
    if isinstance(part, list):
        return [_bare(one) for one in cast("list[object]", part)]
    return part
