"""Transactions of DynamoDB: all of their writes or none, and for each one why not."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tests.simulator.cloud.services import Answer, Request
from tests.simulator.cloud.table import Key, Table
from tests.simulator.cloud.values import InvalidError, Item, accept_item
from tests.simulator.cloud.writes import (
    Write,
    plan_check,
    plan_delete,
    plan_put,
    plan_update,
)

ACTIONS_MAX: Final = 100
REQUEST_MAX_BYTES: Final = 4 * 1024 * 1024
TOKEN_KEPT: Final = timedelta(minutes=10)
# So few items cannot be too many bytes.
_SURELY_SMALL: Final = 10

_PLANS: Final[Mapping[str, Callable[[Table, Request], Write]]] = {
    "Put": plan_put,
    "Update": plan_update,
    "Delete": plan_delete,
    "ConditionCheck": plan_check,
}

NOTHING: Final[Answer] = {"Code": "None"}


class CanceledError(Exception):
    """A transaction that wrote nothing, with a reason for each of its actions."""

    def __init__(self, reasons: Sequence[Answer]) -> None:
        codes = ", ".join(reason["Code"] for reason in reasons)
        super().__init__(
            "Transaction cancelled, please refer cancellation reasons for specific reasons "
            f"[{codes}]"
        )
        self.reasons = [*reasons]


class ReusedTokenError(Exception):
    """A token that stands for another request."""


@dataclass(slots=True)
class Tokens:
    """The tokens of transactions that went through, for ten minutes each."""

    _known: dict[str, tuple[datetime, Sequence[Any]]] = field(default_factory=dict)

    def is_repeated(self, request: Request, now: datetime) -> bool:
        """Say whether the same request went through before; raises `ReusedTokenError`."""
        known = self._known.get(request.get("ClientRequestToken", ""))
        if not known or now - known[0] >= TOKEN_KEPT:
            return False
        if known[1] != request["TransactItems"]:
            raise ReusedTokenError
        return True

    def keep(self, request: Request, now: datetime) -> None:
        """Remember that a request went through."""
        if token := request.get("ClientRequestToken"):
            self._known[token] = (now, request["TransactItems"])


def plan(request: Request, table_of: Callable[[str], Table]) -> list[Write]:
    """Plan a transaction; raises `InvalidError` for what could never be written."""
    actions = request["TransactItems"]
    check_count(actions)
    writes: list[Write] = []
    for action in actions:
        if len(action) != 1:
            raise InvalidError("TransactItems can only contain one of Check, Put, Update or Delete")
        ((kind, one),) = action.items()
        writes.append(_PLANS[kind](table_of(one["TableName"]), one))
    check_apart([(write.table.name, write.key) for write in writes])
    if len(actions) > _SURELY_SMALL:
        _check_size(actions)
    return writes


def check_count(actions: Sequence[Any]) -> None:
    """Refuse a transaction of too many."""
    if len(actions) > ACTIONS_MAX:
        raise InvalidError(
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: "
            f"Member must have length less than or equal to {ACTIONS_MAX}"
        )


def check_apart(keys: Sequence[tuple[str, Key]]) -> None:
    """Refuse two actions on one item."""
    if len({*keys}) != len(keys):
        raise InvalidError("Transaction request cannot include multiple operations on one item")


def _check_size(actions: Sequence[Mapping[str, Any]]) -> None:
    total_bytes = 0
    for action in actions:
        for one in action.values():
            for part in ("Item", "Key", "ExpressionAttributeValues"):
                total_bytes += accept_item(one.get(part, {}))[1]
    if total_bytes > REQUEST_MAX_BYTES:
        raise InvalidError(
            f"Collection size exceeded: total size of items exceeds {REQUEST_MAX_BYTES} bytes"
        )


def carry_out(writes: Sequence[Write], now: datetime) -> None:
    """Write all; raises `CanceledError`, having written nothing."""
    made = [_try(write) for write in writes]
    if any(reason["Code"] != "None" for reason, _ in made):
        raise CanceledError([reason for reason, _ in made])
    changes: dict[str, tuple[Table, dict[Key, Item | None]]] = {}
    for write, (_, new) in zip(writes, made, strict=True):
        _, rows = changes.setdefault(write.table.name, (write.table, {}))
        rows[write.key] = new
    for table, rows in changes.values():
        table.apply(rows, now)


def _try(write: Write) -> tuple[Answer, Item | None]:
    old = write.table.rows.get(write.key)
    if not write.may(old):
        shown = {"Item": old} if write.shows_refused and old else {}
        message = "The conditional request failed"
        return {"Code": "ConditionalCheckFailed", "Message": message, **shown}, None
    try:
        return NOTHING, write.change(old)
    except InvalidError as error:
        return {"Code": "ValidationError", "Message": str(error)}, None


def conflict(count: int) -> CanceledError:
    """Cancel a transaction because another one is at work on its first item."""
    message = "Transaction is ongoing for the item"
    first: Answer = {"Code": "TransactionConflict", "Message": message}
    return CanceledError([first, *(NOTHING for _ in range(count - 1))])
