"""Deliveries on the same table: found by name, by receiver, and by when they are due."""

import heapq
import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Entity
from cliphook.adapters.shards import shard_of, shards
from cliphook.adapters.transactions import REFUSED, transact_patiently
from cliphook.adapters.versioned_rows import VersionedRows
from cliphook.application.library_ports import Page
from cliphook.application.webhook_ports import DeliveryRef, Stored
from cliphook.domain.delivery import KEPT, Delivery
from cliphook.domain.errors import FieldError, InvalidRequestError, UnavailableStoreError
from cliphook.domain.ids import AccountId, DeliveryId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# As many as an account's receivers may be behind with; any more get a first attempt and no other.
WAITING_MAX: Final = 10_000

_ROW: Final = "DELIVERY"
_WAITING: Final = "waiting"
_CURSOR: Final = re.compile(r"dlv_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)
_NEWEST: Final = "dlv_~"


class DynamoDbDeliveries:
    """Deliveries on one table; each row expires thirty days after it was last set going."""

    def __init__(
        self, table: str, client: "DynamoDBClient", waiting_max: int = WAITING_MAX
    ) -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client
        self._waiting_max = waiting_max
        self._rows = VersionedRows(table, client, Delivery)

    def add(self, delivery: Delivery) -> bool:
        """Store a new delivery; `False` if there is one of that name."""
        return self._rows.add(_more(delivery), delivery)

    def load(self, ref: DeliveryRef) -> Delivery | None:
        """Read a delivery as its latest change left it."""
        return self._rows.load(delivery_key(ref))

    def swap(self, delivery: Delivery, before: Delivery) -> Stored:
        """Store a change of a delivery, and count it if that makes it wait, or wait no more."""
        by = delivery.is_waiting - before.is_waiting
        if not by:
            is_done = self._rows.swap(_more(delivery), delivery, before.version)
            return Stored.DONE if is_done else Stored.LOST
        update = self._rows.update(_more(delivery), delivery, before.version)
        count = self._count(delivery.account_id, by)
        reasons = transact_patiently(self._client, [{"Update": update}, {"Update": count}])
        if not reasons:
            return Stored.DONE
        return Stored.LOST if reasons[0].get("Code") == REFUSED else Stored.FULL

    def list_of(
        self, account_id: AccountId, owner: str, limit: int, cursor: str | None
    ) -> Page[Delivery]:
        """List deliveries of an endpoint or a job, newest first; raises as the port says."""
        if cursor is not None and not _CURSOR.fullmatch(cursor):
            raise InvalidRequestError(FieldError("cursor", "is not one that a page gave"))
        values = {":key": list_key(account_id, owner), ":before": cursor or _NEWEST}
        try:
            answer = self._client.query(
                TableName=self._table,
                IndexName=schema.LIST.name,
                KeyConditionExpression=(
                    f"{schema.LIST.hash_key} = :key AND {schema.LIST.range_key} < :before"
                ),
                ExpressionAttributeValues=items.marshal(values),
                ScanIndexForward=False,
                Limit=limit + 1,
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        rows = [items.unmarshal(row) for row in answer["Items"]]
        names = [DeliveryId(row[schema.LIST.range_key]) for row in rows[:limit]]
        found = [self.load(DeliveryRef(account_id, name)) for name in names]
        more = names[-1] if len(rows) > limit else None
        return Page(tuple(one for one in found if one), more)

    def list_due(self, before: datetime) -> Iterator[DeliveryRef]:
        """Find deliveries whose next attempt was due before an instant, in that order."""
        found = [self._due_in(shard, before) for shard in shards()]
        for row in heapq.merge(*found, key=lambda one: str(one[schema.DUE.range_key])):
            yield _ref_of(row)

    def remind(self, ref: DeliveryRef, until: datetime) -> None:
        """Find a delivery no more until an instant, unless it is not due by then anyway."""
        try:
            self._client.update_item(
                TableName=self._table,
                Key=items.marshal(delivery_key(ref)),
                UpdateExpression=f"SET {schema.DUE.range_key} = :until",
                ConditionExpression=f"{schema.DUE.range_key} < :until",
                ExpressionAttributeValues=items.marshal({":until": items.timestamp(until)}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def _due_in(self, shard: str, before: datetime) -> Iterator[dict[str, Any]]:
        pages = self._client.get_paginator("query")
        values = {":shard": f"{_ROW}#{shard}", ":before": items.timestamp(before)}
        try:
            for page in pages.paginate(
                TableName=self._table,
                IndexName=schema.DUE.name,
                KeyConditionExpression=(
                    f"{schema.DUE.hash_key} = :shard AND {schema.DUE.range_key} <= :before"
                ),
                ExpressionAttributeValues=items.marshal(values),
            ):
                yield from map(items.unmarshal, page["Items"])
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def _count(self, account_id: AccountId, by: int) -> dict[str, Any]:
        values = {":by": by, ":entity": Entity.RECEIVERS} | (
            {":most": self._waiting_max} if by > 0 else {}
        )
        condition = f"attribute_not_exists({_WAITING}) OR {_WAITING} < :most"
        return {
            "TableName": self._table,
            "Key": items.marshal(items.account_key(account_id, Entity.RECEIVERS)),
            "UpdateExpression": f"ADD {_WAITING} :by SET {schema.ENTITY} = :entity",
            "ExpressionAttributeValues": items.marshal(values),
            **({"ConditionExpression": condition} if by > 0 else {}),
        }


def waits_no_more(table: str, account_id: AccountId) -> dict[str, Any]:
    """Count one delivery less that waits, if an account's are counted."""
    return {
        "TableName": table,
        "Key": items.marshal(items.account_key(account_id, Entity.RECEIVERS)),
        "UpdateExpression": f"ADD {_WAITING} :by",
        "ConditionExpression": f"attribute_exists({_WAITING})",
        "ExpressionAttributeValues": items.marshal({":by": -1}),
    }


def delivery_key(ref: DeliveryRef) -> dict[str, str]:
    """Spell the key of a delivery."""
    return {
        schema.PARTITION_KEY: f"{_ROW}#{ref.account_id}#{ref.delivery_id}",
        schema.SORT_KEY: _ROW,
    }


def _ref_of(row: items.Item) -> DeliveryRef:
    _, account_id, delivery_id = str(row[schema.PARTITION_KEY]).split("#")
    return DeliveryRef(AccountId(account_id), DeliveryId(delivery_id))


def list_key(account_id: AccountId, owner: str) -> str:
    """Spell the key under which deliveries of an endpoint or a job are listed."""
    return f"{account_id}#{_ROW}#{owner}"


def _more(delivery: Delivery) -> items.Item:
    due_at = delivery.next_attempt_at
    return {
        **delivery_key(DeliveryRef(delivery.account_id, delivery.id)),
        schema.ENTITY: Entity.DELIVERY,
        schema.LIST.hash_key: list_key(delivery.account_id, delivery.owner),
        schema.LIST.range_key: delivery.id,
        schema.DUE.hash_key: f"{_ROW}#{shard_of(delivery.id)}" if due_at else None,
        schema.DUE.range_key: items.timestamp(due_at) if due_at else None,
        schema.EXPIRES_AT: int((delivery.begun_at + KEPT).timestamp()),
    }
