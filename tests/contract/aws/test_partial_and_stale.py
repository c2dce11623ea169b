"""What else may happen to a call of a fake: half of it, or an answer from a while ago."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.contract.aws.case import outcome
from tests.contract.aws.scene import KEY, TABLE, Scene, Told
from tests.contract.aws.world import num, text
from tests.simulator.effects import NORMAL, Effect


@pytest.fixture
def scene() -> Scene:
    return Scene(Told(), datetime(2026, 3, 1, tzinfo=UTC))


def test_half_of_a_batch_of_events_is_refused_and_the_rest_taken(scene: Scene) -> None:
    scene.told.effect = Effect(is_partial=True)
    entries = [{"Source": "s", "DetailType": str(n), "Detail": "{}"} for n in range(4)]

    answer = scene.session.events.put_events(Entries=entries)

    refused = [result.get("ErrorCode") for result in answer["Entries"]]
    assert refused == ["InternalFailure", None, "InternalFailure", None]
    assert answer["FailedEntryCount"] == 2
    assert [event.entry["DetailType"] for event in scene.session.events.taken] == ["1", "3"]


def test_half_of_a_batch_of_reads_is_left_for_the_next_call(scene: Scene) -> None:
    rows = [{"pk": text("p"), "sk": text(row)} for row in "abcd"]
    for row in "abcd":
        scene.put(row)
    asked = {TABLE: {"Keys": rows, "ConsistentRead": True}}
    scene.told.effect = Effect(is_partial=True)
    first = scene.session.dynamodb.batch_get_item(RequestItems=asked)
    scene.told.effect = NORMAL
    rest = scene.session.dynamodb.batch_get_item(RequestItems=first["UnprocessedKeys"])

    found = [answer["Responses"][TABLE] for answer in (first, rest)]
    assert [len(one) for one in found] == [2, 2]
    assert [item for one in found for item in one] == rows
    assert rest["UnprocessedKeys"] == {}


def test_a_query_may_be_cut_into_pages(scene: Scene) -> None:
    for row in "abcde":
        scene.put(row)
    scene.told.effect = Effect(is_partial=True)

    pages = scene.session.dynamodb.get_paginator("query").paginate(
        TableName=TABLE,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": text("p")},
    )
    found = [[item["sk"]["S"] for item in page["Items"]] for page in pages]

    assert len(found) > 1
    assert [row for page in found for row in page] == [*"abcde"]


def test_a_transaction_may_meet_another_one(scene: Scene) -> None:
    scene.told.effect = Effect(is_partial=True)
    actions = [{"Put": {"TableName": TABLE, "Item": KEY | {"sk": text(row)}}} for row in "ab"]

    with pytest.raises(ClientError) as raised:
        scene.session.dynamodb.transact_write_items(TransactItems=actions)

    assert isinstance(raised.value, scene.session.dynamodb.exceptions.TransactionCanceledException)
    response: Any = raised.value.response
    codes = [reason["Code"] for reason in response["CancellationReasons"]]
    assert codes == ["TransactionConflict", "None"]
    assert scene.rows() == []


def test_a_single_write_may_meet_a_transaction(scene: Scene) -> None:
    scene.told.effect = Effect(is_partial=True)

    assert outcome(scene.put) == "TransactionConflictException"
    assert scene.rows() == []


def test_half_of_the_messages_may_be_held_back_and_come_later(scene: Scene) -> None:
    sqs = scene.session.sqs
    for body in "abcd":
        sqs.send_message(QueueUrl=scene.url, MessageBody=body)
    scene.told.effect = Effect(is_partial=True)
    first = sqs.receive_message(QueueUrl=scene.url, MaxNumberOfMessages=10)["Messages"]
    scene.told.effect = NORMAL
    rest = sqs.receive_message(QueueUrl=scene.url, MaxNumberOfMessages=10)["Messages"]

    assert ["".join(one["Body"] for one in found) for found in (first, rest)] == ["ab", "cd"]


def _read(scene: Scene, **more: Any) -> Any:
    return scene.session.dynamodb.get_item(TableName=TABLE, Key=KEY, **more).get("Item")


def _due(scene: Scene) -> list[str]:
    page = scene.session.dynamodb.query(
        TableName=TABLE,
        IndexName="due",
        KeyConditionExpression="due_shard = :s",
        ExpressionAttributeValues={":s": text("0")},
    )
    return [item["sk"]["S"] for item in page["Items"]]


DUE = {"due_shard": text("0"), "due_at": text("2026")}


def test_a_stale_read_sees_the_row_as_it_was(scene: Scene) -> None:
    scene.put(n=num(1))
    scene.at += timedelta(minutes=1)
    scene.put(n=num(2))
    scene.told.effect = Effect(is_stale=True)

    assert _read(scene)["n"] == num(1)


def test_a_read_that_asks_for_the_latest_is_never_stale(scene: Scene) -> None:
    scene.put(n=num(1))
    scene.told.effect = Effect(is_stale=True)

    assert _read(scene, ConsistentRead=True)["n"] == num(1)


def test_a_stale_index_does_not_show_what_is_new(scene: Scene) -> None:
    scene.put("a", **DUE)
    scene.at += timedelta(minutes=1)
    scene.put("b", **DUE)
    scene.told.effect = Effect(is_stale=True)

    assert _due(scene) == ["a"]


def test_a_stale_index_still_shows_what_has_left_it(scene: Scene) -> None:
    scene.put("a", **DUE)
    scene.at += timedelta(minutes=1)
    scene.put("a")
    scene.told.effect = Effect(is_stale=True)

    assert _due(scene) == ["a"]


def test_a_stale_index_is_behind_by_the_latest_request_however_old(scene: Scene) -> None:
    scene.put("a", **DUE)
    scene.at += timedelta(hours=1)
    scene.told.effect = Effect(is_stale=True)

    assert _due(scene) == []


def test_a_stale_index_is_behind_by_all_of_two_seconds(scene: Scene) -> None:
    scene.put("a", **DUE)
    scene.at += timedelta(minutes=1)
    scene.put("b", **DUE)
    scene.at += timedelta(seconds=1)
    scene.put("c", **DUE)
    scene.told.effect = Effect(is_stale=True)

    assert _due(scene) == ["a"]


def test_a_row_that_has_outlived_its_time_ends_by_nobodys_request(scene: Scene) -> None:
    told = {"Enabled": True, "AttributeName": "expires_at"}
    dynamodb = scene.session.dynamodb
    dynamodb.update_time_to_live(TableName=TABLE, TimeToLiveSpecification=told)
    at_s = int(scene.at.timestamp())
    scene.put("gone", expires_at=num(at_s - 1))
    scene.put("here", expires_at=num(at_s + 1))
    scene.put("ever")

    dynamodb.tables[TABLE].expire(scene.at)

    (record,) = [one for one in dynamodb.journal(TABLE) if one.event_name == "REMOVE"]
    assert scene.rows() == ["here", "ever"]
    assert record.is_expiry
