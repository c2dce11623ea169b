"""An audit sees a balance at one moment, and what somebody changed by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest

from cliphook.adapters import aws, items, ledger_items
from cliphook.adapters.dynamodb_ledger import LOOKS_MAX, DynamoDbLedger
from cliphook.application.ledger_ports import Audit
from cliphook.domain.errors import ContendedJobError, UnavailableStoreError
from cliphook.domain.ids import AccountId
from cliphook.domain.ledger import Entry, EntryKind
from tests.support.aws_table import make_table
from tests.support.lean_moto import mock_aws
from tests.support.makers import ACCOUNT, START

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

GRANT = Entry(ACCOUNT, EntryKind.GRANT, "invoice-1", Decimal(25), START)

numbers = count()


@pytest.fixture(scope="module")
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


@pytest.fixture
def table(client: "DynamoDBClient") -> str:
    return make_table(client, f"audits-{next(numbers)}")


@pytest.fixture
def waits() -> list[float]:
    return []


@contextmanager
def granting(client: "DynamoDBClient", table: str, times: int) -> Iterator[None]:
    """Grant something each time after entries were read, so many times."""
    ledger, left = DynamoDbLedger(table, client), [*range(times)]

    def grant(**_: Any) -> None:
        if left:
            number = left.pop()
            assert ledger.grant(Entry(ACCOUNT, EntryKind.GRANT, f"{number}", Decimal(1), START))

    client.meta.events.register("after-call.dynamodb.Query", grant)
    try:
        yield
    finally:
        client.meta.events.unregister("after-call.dynamodb.Query", grant)


def test_a_balance_that_moves_while_its_entries_are_read_is_read_again(
    client: "DynamoDBClient", table: str, waits: list[float]
) -> None:
    ledger = DynamoDbLedger(table, client, waits.append)
    ledger.grant(GRANT)

    with granting(client, table, LOOKS_MAX - 1):
        audit = ledger.audit(ACCOUNT)

    has = GRANT.amount + LOOKS_MAX - 1
    assert audit == Audit(ACCOUNT, has, has, LOOKS_MAX, LOOKS_MAX)
    assert len(waits) == LOOKS_MAX - 1


def test_a_balance_that_never_stands_still_is_not_called_wrong(
    client: "DynamoDBClient", table: str, waits: list[float]
) -> None:
    ledger = DynamoDbLedger(table, client, waits.append)
    ledger.grant(GRANT)

    with granting(client, table, LOOKS_MAX), pytest.raises(ContendedJobError):
        ledger.audit(ACCOUNT)


@contextmanager
def short_pages(client: "DynamoDBClient") -> Iterator[None]:
    """Have a query answer one row at a time, as it does above a megabyte."""

    def shorten(params: dict[str, Any], **_: Any) -> None:
        params.setdefault("Limit", 1)

    client.meta.events.register("before-parameter-build.dynamodb.Query", shorten)
    try:
        yield
    finally:
        client.meta.events.unregister("before-parameter-build.dynamodb.Query", shorten)


def test_entries_and_accounts_are_found_on_every_page(client: "DynamoDBClient", table: str) -> None:
    ledger = DynamoDbLedger(table, client)
    for number in range(3):
        ledger.grant(replace(GRANT, reference=f"invoice-{number}"))
        ledger.grant(replace(GRANT, account_id=AccountId(f"acct_{number}")))

    with short_pages(client):
        audit = ledger.audit(ACCOUNT)
        accounts = [*ledger.list_accounts()]

    assert audit == Audit(ACCOUNT, Decimal(75), Decimal(75), 3, 3)
    assert {*accounts} == {ACCOUNT, "acct_0", "acct_1", "acct_2"}
    assert len(accounts) == 4


def set_balance(client: "DynamoDBClient", table: str, **values: object) -> None:
    row = {**ledger_items.balance_key(ACCOUNT), "balance": 25, "entries": 1, **values}
    client.put_item(TableName=table, Item=items.marshal(row))


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"balance": Decimal("25.0001")}, ("25.0001", "25", 1, 1)),
        ({"entries": 2}, ("25", "25", 1, 2)),
    ],
    ids=["balance", "number"],
)
def test_a_row_that_somebody_changed_by_hand_is_found(
    values: dict[str, object],
    found: tuple[str, str, int, int],
    client: "DynamoDBClient",
    table: str,
    waits: list[float],
) -> None:
    ledger = DynamoDbLedger(table, client, waits.append)
    ledger.grant(GRANT)
    set_balance(client, table, **values)

    audit = ledger.audit(ACCOUNT)

    balance, recomputed, entries, counted = found
    expected = Audit(ACCOUNT, Decimal(balance), Decimal(recomputed), entries, counted)
    assert audit == expected
    assert not audit.is_sound


def test_an_entry_that_somebody_deleted_is_found(
    client: "DynamoDBClient", table: str, waits: list[float]
) -> None:
    ledger = DynamoDbLedger(table, client, waits.append)
    ledger.grant(GRANT)
    key = ledger_items.entry_key(ACCOUNT, GRANT.kind, GRANT.reference)
    client.delete_item(TableName=table, Key=items.marshal(key))

    assert ledger.audit(ACCOUNT) == Audit(ACCOUNT, Decimal(25), Decimal(0), 0, 1)
    # The list passes over what is gone.
    assert ledger.list_entries(ACCOUNT, 10, None).items == ()


def test_an_entry_of_a_newer_version_is_left_to_that_one(
    client: "DynamoDBClient", table: str
) -> None:
    ledger = DynamoDbLedger(table, client)
    ledger.grant(GRANT)
    row = {**ledger_items.entry_item(GRANT), "kind": "rebate"}
    client.put_item(TableName=table, Item=items.marshal(row))

    with pytest.raises(UnavailableStoreError):
        ledger.audit(ACCOUNT)
