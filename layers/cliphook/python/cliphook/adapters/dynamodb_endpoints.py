"""Endpoints on the same table, in their account's partition, and how many there are."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters import items, schema
from cliphook.adapters.schema import Entity
from cliphook.adapters.transactions import transact_patiently
from cliphook.adapters.versioned_rows import VersionedRows
from cliphook.domain.endpoint import ENDPOINTS_MAX, Endpoint
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, EndpointId

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

ENDPOINT_ROWS: Final = "ENDPOINT#"
# How long a deleted endpoint's row stays for whoever looks into a case.
_DELETED_KEPT_S: Final = 24 * 3600
_COUNT: Final = "endpoints"


class DynamoDbEndpoints:
    """Endpoints on one table. A deleted one's row expires."""

    def __init__(self, table: str, client: "DynamoDBClient") -> None:
        """Use a table of that name."""
        self._table = table
        self._client = client
        self._rows = VersionedRows(table, client, Endpoint)

    def add(self, endpoint: Endpoint) -> bool:
        """Store a new endpoint; `False` if its account has as many as it may."""
        put = self._rows.put(_more(endpoint), endpoint)
        count = self._count(endpoint.account_id, 1)
        reasons = transact_patiently(self._client, [{"Put": put}, {"Update": count}])
        if reasons and reasons[0].get("Code") != "None":
            raise UnavailableStoreError("an endpoint is never replaced")
        return not reasons

    def find(self, account_id: AccountId, endpoint_id: EndpointId) -> Endpoint | None:
        """Find an endpoint of an account that nobody deleted."""
        found = self._rows.load(_key(account_id, endpoint_id))
        return found if found and not found.deleted_at else None

    def list_all(self, account_id: AccountId) -> Sequence[Endpoint]:
        """List all endpoints of an account, as they are now, the oldest first."""
        partition = items.account_key(account_id, ENDPOINT_ROWS)
        values = {":pk": partition[schema.PARTITION_KEY], ":row": ENDPOINT_ROWS}
        pages = self._client.get_paginator("query")
        try:
            found = [
                self._rows.read(items.unmarshal(row))
                for page in pages.paginate(
                    TableName=self._table,
                    KeyConditionExpression=(
                        f"{schema.PARTITION_KEY} = :pk AND begins_with({schema.SORT_KEY}, :row)"
                    ),
                    FilterExpression="attribute_not_exists(deleted_at)",
                    ExpressionAttributeValues=items.marshal(values),
                    ConsistentRead=True,
                )
                for row in page["Items"]
            ]
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return tuple(found)

    def swap(self, endpoint: Endpoint, version: int) -> bool:
        """Store an endpoint as it follows a version; one that is deleted counts no more."""
        if not endpoint.deleted_at:
            return self._rows.swap(_more(endpoint), endpoint, version)
        update = self._rows.update(_more(endpoint), endpoint, version)
        count = self._count(endpoint.account_id, -1)
        return not transact_patiently(self._client, [{"Update": update}, {"Update": count}])

    def _count(self, account_id: AccountId, by: int) -> dict[str, Any]:
        values = {":by": by, ":entity": Entity.RECEIVERS} | (
            {":most": ENDPOINTS_MAX} if by > 0 else {}
        )
        condition = f"attribute_not_exists({_COUNT}) OR {_COUNT} < :most"
        return {
            "TableName": self._table,
            "Key": items.marshal(items.account_key(account_id, Entity.RECEIVERS)),
            "UpdateExpression": f"ADD {_COUNT} :by SET {schema.ENTITY} = :entity",
            "ExpressionAttributeValues": items.marshal(values),
            **({"ConditionExpression": condition} if by > 0 else {}),
        }


def _key(account_id: AccountId, endpoint_id: EndpointId) -> dict[str, str]:
    return items.account_key(account_id, f"{ENDPOINT_ROWS}{endpoint_id}")


def _more(endpoint: Endpoint) -> items.Item:
    gone = endpoint.deleted_at
    return {
        **_key(endpoint.account_id, endpoint.id),
        schema.ENTITY: Entity.ENDPOINT,
        schema.EXPIRES_AT: int(gone.timestamp()) + _DELETED_KEPT_S if gone else None,
    }
