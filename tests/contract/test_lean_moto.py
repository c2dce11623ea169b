"""What moto does less of changes nothing that anybody here relies on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import Table

from cliphook.adapters import aws
from tests.support.aws_table import make_table
from tests.support.lean_moto import mock_aws

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

TABLE = "lean"
OTHERS: dict[str, Any] = {"TableName": TABLE, "Key": {"pk": {"S": "a"}, "sk": {"S": "3"}}}


@pytest.fixture
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        client = aws.dynamodb()
        make_table(client, TABLE)
        for name in "12":
            client.put_item(TableName=TABLE, Item=row(name, "old"))
        yield client


def row(name: str, word: str) -> dict[str, Any]:
    return {"pk": {"S": "a"}, "sk": {"S": name}, "told": {"M": {"word": {"S": word}}}}


def update(name: str, expression: str) -> dict[str, Any]:
    return {
        "TableName": TABLE,
        "Key": {"pk": {"S": "a"}, "sk": {"S": name}},
        "UpdateExpression": expression,
        "ExpressionAttributeValues": {":new": {"S": "new"}},
    }


def rows(client: "DynamoDBClient") -> list[dict[str, Any]]:
    return client.scan(TableName=TABLE)["Items"]


def test_a_transaction_that_fails_at_its_end_has_changed_nothing(client: "DynamoDBClient") -> None:
    writes: Any = [
        {"Update": update("1", "SET told.word = :new")},
        {"Put": {"TableName": TABLE, "Item": row("4", "new")}},
        {"Delete": {"TableName": TABLE, "Key": update("2", "")["Key"]}},
        {"ConditionCheck": OTHERS | {"ConditionExpression": "attribute_exists(pk)"}},
    ]

    with pytest.raises(client.exceptions.TransactionCanceledException):
        client.transact_write_items(TransactItems=writes)

    assert rows(client) == [row("1", "old"), row("2", "old")]


def test_a_transaction_changes_all_that_it_names(client: "DynamoDBClient") -> None:
    writes: Any = [
        {"Update": update("1", "SET told.word = :new")},
        {"Update": update("2", "SET told.word = :new")},
        {"ConditionCheck": OTHERS | {"ConditionExpression": "attribute_not_exists(pk)"}},
    ]

    client.transact_write_items(TransactItems=writes)

    assert rows(client) == [row("1", "new"), row("2", "new")]


def test_an_expression_that_was_used_before_says_the_same_of_another_row(
    client: "DynamoDBClient",
) -> None:
    for name in "121":
        client.update_item(**update(name, "SET told.word = :new, more = told.word"))

    more = [{"more": {"S": word}} for word in ("new", "old")]
    assert rows(client) == [row("1", "new") | more[0], row("2", "new") | more[1]]


@pytest.mark.parametrize(
    "expression",
    [
        "SET one = :new, two = :new, one = :new",
        "SET one = :new SET two = :new",
        "SET told = :new, two = :new, told.word = :new",
        "SET two = :new, sk = :new",
        "SET two = nobody, one = :new",
    ],
)
def test_an_expression_that_makes_no_sense_is_refused(
    expression: str, client: "DynamoDBClient"
) -> None:
    with pytest.raises(ClientError, match="ValidationException"):
        client.update_item(**update("1", expression))

    assert rows(client) == [row("1", "old"), row("2", "old")]


def test_what_is_no_longer_in_use_is_not_remembered(client: "DynamoDBClient") -> None:
    client.update_item(**update("1", "SET told.word = :new"))

    assert {*vars(Table)["instances_tracked"], *vars(Item)["instances_tracked"]} == set()


@pytest.mark.usefixtures("client")
def test_a_service_that_nobody_calls_here_is_not_there() -> None:
    with pytest.raises(ResponseParserError, match="Not yet implemented"):
        boto3.client("sns").list_topics()
