"""What `Files` promises."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from cliphook.adapters import aws, items
from cliphook.adapters.dynamodb_files import DynamoDbFiles
from cliphook.application.ports import Files
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, FileId
from tests.support.aws_table import make_table
from tests.support.fake_files import FakeFiles
from tests.support.file_events import FILE, FILE_ID
from tests.support.lean_moto import mock_aws
from tests.support.makers import ACCOUNT

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

OTHER = AccountId("acct_01KAJ5T1W0000000000000000B")


@pytest.fixture
def client() -> "Iterator[DynamoDBClient]":
    with mock_aws():
        yield aws.dynamodb()


@pytest.fixture(params=["fake", "dynamodb"])
def files(request: pytest.FixtureRequest) -> Files:
    if request.param == "fake":
        return FakeFiles()
    client: DynamoDBClient = request.getfixturevalue("client")
    return DynamoDbFiles(make_table(client, "jobs"), client)


def test_a_file_is_found_as_it_was_added(files: Files) -> None:
    files.add(FILE)

    assert files.find(ACCOUNT, FILE_ID) == FILE


def test_a_file_that_nobody_added_is_none(files: Files) -> None:
    files.add(FILE)

    assert files.find(ACCOUNT, FileId(FILE_ID[:-1] + "G")) is None


def test_a_file_is_its_accounts_alone(files: Files) -> None:
    files.add(FILE)

    assert files.find(OTHER, FILE_ID) is None


def test_two_accounts_may_have_files_of_one_id(files: Files) -> None:
    theirs = replace(FILE, account_id=OTHER, filename="theirs.mp3")
    files.add(FILE)
    files.add(theirs)

    assert files.find(ACCOUNT, FILE_ID) == FILE
    assert files.find(OTHER, FILE_ID) == theirs


def test_a_file_is_never_replaced(files: Files) -> None:
    files.add(FILE)

    with pytest.raises(UnavailableStoreError):
        files.add(replace(FILE, key="files/elsewhere.mp3"))

    assert files.find(ACCOUNT, FILE_ID) == FILE


def test_a_row_deletes_itself_once_its_file_has_expired(client: "DynamoDBClient") -> None:
    table = make_table(client, "jobs")

    DynamoDbFiles(table, client).add(FILE)

    (row,) = (items.unmarshal(row) for row in client.scan(TableName=table)["Items"])
    assert row["entity"] == "FILE"
    assert row["expires_at"] == int(FILE.expires_at.timestamp())


def test_a_table_that_is_not_there_is_not_an_empty_one(client: "DynamoDBClient") -> None:
    files = DynamoDbFiles("nobody", client)

    with pytest.raises(UnavailableStoreError):
        files.find(ACCOUNT, FILE_ID)
    with pytest.raises(UnavailableStoreError):
        files.add(FILE)
