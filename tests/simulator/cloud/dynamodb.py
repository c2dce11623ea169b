"""
DynamoDB in memory: tables with sparse indexes and a journal, as far as boto3's client shows them.

What may happen to a call, happens here as it does there: a write whose effect is partial meets a
transaction that is at work on its row, a read is cut into pages or leaves keys unread, a stale
one that did not ask for the latest sees rows as they were. Requests are kept, and answers share
what is stored: nobody may change either.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.simulator.cloud import reads, transactions
from tests.simulator.cloud.conditions import read_condition
from tests.simulator.cloud.door import Door, operation
from tests.simulator.cloud.operands import Used
from tests.simulator.cloud.services import Answer, Request
from tests.simulator.cloud.table import Row, Table
from tests.simulator.cloud.tables import Tables
from tests.simulator.cloud.transactions import CanceledError, ReusedTokenError
from tests.simulator.cloud.values import InvalidError
from tests.simulator.cloud.writes import Write, check_key, plan_delete, plan_put, plan_update
from tests.simulator.effects import Effect, Effects, Port

KEYS_MAX: Final = 100
LAG: Final = timedelta(seconds=2)

_NAMED: Final = ("TableName", "ExpressionAttributeNames")
_CONDITIONAL: Final = (
    *_NAMED,
    "ConditionExpression",
    "ExpressionAttributeValues",
    "ReturnValues",
    "ReturnValuesOnConditionCheckFailure",
)
_READ: Final = (
    *_NAMED,
    "IndexName",
    "FilterExpression",
    "ProjectionExpression",
    "ExpressionAttributeValues",
    "Select",
    "Limit",
    "ExclusiveStartKey",
    "ConsistentRead",
)


class DynamoDbDoor(Door):
    """Says what is wrong with a request as DynamoDB does."""

    def call(
        self,
        operation: str,
        known: frozenset[str],
        request: Request,
        act: Callable[[Effect], Answer],
    ) -> Answer:
        """Let an operation happen."""
        try:
            return super().call(operation, known, request, act)
        except InvalidError as error:
            raise self.error(operation, "ValidationException", str(error)) from None
        except CanceledError as error:
            raise self.error(
                operation,
                "TransactionCanceledException",
                str(error),
                Message=str(error),
                CancellationReasons=error.reasons,
            ) from None


class FakeDynamoDb(Tables):
    """A client of DynamoDB."""

    def __init__(
        self,
        effects: Effects,
        clock: Callable[[], datetime],
        *,
        lag: timedelta = LAG,
        is_strict: bool = False,
    ) -> None:
        """A stale read sees what was there `lag` ago, or before the latest write."""
        super().__init__(lag)
        self._door = DynamoDbDoor(effects, Port.KV, "dynamodb", is_strict=is_strict)
        self._clock = clock
        self._tokens = transactions.Tokens()
        self.exceptions = self._door.service.exceptions

    @operation("Key", "ConsistentRead", "ProjectionExpression", *_NAMED)
    def get_item(self, request: Request, effect: Effect) -> Answer:
        """Read one row."""
        table = self._find(request)
        is_stale = effect.is_stale and not request.get("ConsistentRead")
        question = reads.read_question(table, {**request, "Key": None}, Used())
        item = table.get(check_key(table, request["Key"]), self._clock(), is_stale=is_stale)
        return {} if item is None else {"Item": question.show(item)}

    @operation("Item", *_CONDITIONAL)
    def put_item(self, request: Request, effect: Effect) -> Answer:
        """Write one row."""
        return self._write("put_item", plan_put(self._find(request), request), request, effect)

    @operation("Key", *_CONDITIONAL)
    def delete_item(self, request: Request, effect: Effect) -> Answer:
        """Delete one row."""
        write = plan_delete(self._find(request), request)
        return self._write("delete_item", write, request, effect)

    @operation("Key", "UpdateExpression", *_CONDITIONAL)
    def update_item(self, request: Request, effect: Effect) -> Answer:
        """Change one row."""
        write = plan_update(self._find(request), request)
        return self._write("update_item", write, request, effect)

    @operation("KeyConditionExpression", "ScanIndexForward", *_READ)
    def query(self, request: Request, effect: Effect) -> Answer:
        """Read a page of one partition, of the table or of an index."""
        table = self._find(request)
        is_stale = effect.is_stale and not request.get("ConsistentRead")
        condition = read_condition("KeyConditionExpression", request["KeyConditionExpression"])
        question = reads.read_question(table, request, condition.used)
        value, in_range = reads.hash_value(question, condition.tree)
        rows: Sequence[Row] = [
            row
            for row in table.partition(question.schema, value, self._clock(), is_stale=is_stale)
            if in_range is None or in_range.test(row[1], question.scope)
        ]
        if not request.get("ScanIndexForward", True):
            rows = rows[::-1]
        rows = reads.after(table, question, rows, request)
        return reads.page(table, question, rows, is_partial=effect.is_partial)

    @operation(*_READ)
    def scan(self, request: Request, effect: Effect) -> Answer:
        """Read a page of everything."""
        table = self._find(request)
        question = reads.read_question(table, request, Used())
        rows = reads.after(table, question, table.everything(question.schema), request)
        return reads.page(table, question, rows, is_partial=effect.is_partial)

    @operation("RequestItems")
    def batch_get_item(self, request: Request, effect: Effect) -> Answer:
        """Read many rows, in no order; those that there was no time for are named."""
        responses: dict[str, list[Any]] = {}
        unread: dict[str, Any] = {}
        for name, asked in request["RequestItems"].items():
            table = self._find({"TableName": name})
            keys = [check_key(table, key) for key in asked["Keys"]]
            if len({*keys}) != len(keys):
                raise InvalidError("Provided list of item keys contains duplicates")
            if not 1 <= len(keys) <= KEYS_MAX:
                raise InvalidError("Too many items requested for the BatchGetItem call")
            is_stale = effect.is_stale and not asked.get("ConsistentRead")
            read = (len(keys) + 1) // 2 if effect.is_partial else len(keys)
            found = [table.get(key, self._clock(), is_stale=is_stale) for key in keys[:read]]
            responses[name] = [item for item in found if item is not None]
            if keys[read:]:
                unread[name] = {**asked, "Keys": asked["Keys"][read:]}
        return {"Responses": responses, "UnprocessedKeys": unread}

    @operation("TransactItems", "ClientRequestToken")
    def transact_write_items(self, request: Request, effect: Effect) -> Answer:
        """Write all or nothing; the same token means the same request for ten minutes."""
        now = self._clock()
        writes = transactions.plan(request, lambda name: self._find({"TableName": name}))
        try:
            if self._tokens.is_repeated(request, now):
                return {}
        except ReusedTokenError:
            code = "IdempotentParameterMismatchException"
            message = "The request was already used with other parameters."
            raise self._door.error("transact_write_items", code, message, Message=message) from None
        if effect.is_partial:
            raise transactions.conflict(len(writes))
        transactions.carry_out(writes, now)
        self._tokens.keep(request, now)
        return {}

    @operation("TransactItems")
    def transact_get_items(self, request: Request, effect: Effect) -> Answer:
        """Read rows as they were at one moment."""
        gets = [action["Get"] for action in request["TransactItems"]]
        transactions.check_count(gets)
        if effect.is_partial:
            raise transactions.conflict(len(gets))
        found: list[Answer] = []
        for get in gets:
            table = self._find(get)
            item = table.rows.get(check_key(table, get["Key"]))
            question = reads.read_question(table, get, Used())
            found.append({} if item is None else {"Item": question.show(item)})
        return {"Responses": found}

    def get_paginator(self, name: str) -> "Pages":
        """Read all pages, one call each."""
        return Pages(getattr(self, name))

    def _write(self, name: str, write: Write, request: Request, effect: Effect) -> Answer:
        old = write.table.rows.get(write.key)
        if effect.is_partial:
            message = "Transaction is ongoing for the item"
            raise self._door.error(name, "TransactionConflictException", message)
        if not write.may(old):
            raise self._refused(name, {"Item": old} if write.shows_refused and old else {})
        new = write.change(old)
        write.table.apply({write.key: new}, self._clock())
        return reads.returned(request, write, old, new)

    def _refused(self, name: str, more: Mapping[str, Any]) -> ClientError:
        message = "The conditional request failed"
        code = "ConditionalCheckFailedException"
        return self._door.error(name, code, message, **more)

    def _find(self, request: Request) -> Table:
        found = self.tables.get(request["TableName"])
        if found is None:
            message = "Requested resource not found"
            raise self._door.error("get_item", "ResourceNotFoundException", message)
        return found


class Pages:
    """An operation, page after page."""

    def __init__(self, call: Callable[..., Answer]) -> None:
        self._call = call

    def paginate(self, **request: Any) -> Iterator[Answer]:
        """Ask for one page after another."""
        while True:
            page = self._call(**request)
            yield page
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]
