"""Parked rows, clips that were given up, jobs that were put off: found, and set going again."""

from collections.abc import Mapping
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import aws, items
from cliphook.domain.report import ClipLost
from cliphook.domain.status import ClipStatus
from cliphook.runtime.operator.commands import COMMANDS
from tests.functions.conftest import Output
from tests.functions.test_sweep import counts
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load, queued
from tests.support.loopback import answer
from tests.support.makers import ACCOUNT, at
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]
JOB = {"account_id": ACCOUNT, "job_id": SUNOAPI.job_id}
MINUTE = load("sweep", "minute")


@pytest.fixture
def operator(deployed: Deployed) -> Function:
    return deployed.load("operator")


def listed(operator: Function, where: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = operator({"command": "inspect", "where": where})["entries"]
    return entries


def put(deployed: Deployed, row: Mapping[str, Any]) -> None:
    aws.dynamodb().put_item(TableName=deployed.table, Item=items.marshal(row))


@pytest.fixture
def parked(deployed: Deployed) -> dict[str, Any]:
    """Have publish park a row whose table holds something better by now."""
    deployed.store(SUNOAPI.complete)
    deployed.load("publish")(load("publish", "one_is_refused"))
    (row,) = [row for row in deployed.rows("EVENT") if "stuck_for" in row]
    deployed.heard()
    return row


def test_a_parked_row_is_found_and_announced_after_all(
    operator: Function, deployed: Deployed, clock: Traveller, parked: dict[str, Any]
) -> None:
    (entry,) = listed(operator, "parked")
    assert entry.items() >= {**JOB, "reason": "MalformedDetail"}.items()
    assert (entry["what"], entry["row"]) == (parked["detail_type"], parked["sk"])

    assert operator(entry["redrive"]) == {"unparked": 1, "more": False}

    assert listed(operator, "parked") == []
    clock.move_to(at(900))
    deployed.load("sweep")(MINUTE)
    told = [one["detail-type"] for one in deployed.heard() if one["source"] == "cliphook"]
    assert told == [parked["detail_type"]]
    assert operator(entry["redrive"]) == {"unparked": 0, "more": False}
    assert operator({"command": "unpark"}) == {"unparked": 0, "more": False}


def test_unparking_what_still_cannot_be_sent_parks_it_again(
    operator: Function, deployed: Deployed, clock: Traveller, parked: dict[str, Any]
) -> None:
    put(deployed, {**parked, "detail": "still no JSON"})
    operator({"command": "unpark"})
    clock.move_to(at(900))

    deployed.load("sweep")(MINUTE)

    (entry,) = listed(operator, "parked")
    assert entry["reason"] == "MalformedDetail"


@pytest.mark.usefixtures("parked")
def test_a_row_that_was_sent_meanwhile_is_not_unparked(
    operator: Function, deployed: Deployed
) -> None:
    deployed.load("publish")(load("publish", "everything"))
    before = deployed.rows()

    assert operator({"command": "unpark"}) == {"unparked": 0, "more": False}

    assert deployed.rows() == before


def test_many_parked_rows_are_unparked_a_part_at_a_time(
    operator: Function, deployed: Deployed
) -> None:
    for number in range(5):
        key = {"pk": f"JOB#{ACCOUNT}#{SUNOAPI.job_id}", "sk": f"EVENT#{number:06d}"}
        waits = {"unsent_shard": "PARKED#0", "unsent_at": items.timestamp(at(number))}
        put(deployed, {**key, **waits, "entity": "EVENT", "stuck_for": "unreadable"})

    assert operator({"command": "unpark", "limit": 3}) == {"unparked": 3, "more": True}
    assert operator({"command": "unpark", "limit": 3}) == {"unparked": 2, "more": False}


@pytest.fixture
def lost(deployed: Deployed) -> dict[str, str]:
    """Give a clip up; say which."""
    whole = SUNOAPI.complete[-1].job.results[0]
    report = ClipLost(whole.provider_clip_id, "http_404", at(50))
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, SUNOAPI.whole, report))
    return {**JOB, "clip_id": whole.id}


def test_a_clip_that_was_given_up_is_found_and_kept_after_all(
    operator: Function, deployed: Deployed, lost: dict[str, str]
) -> None:
    (entry,) = listed(operator, "clips")
    assert entry.items() >= {**lost, "reason": "http_404"}.items()
    assert entry["since"] == items.timestamp(at(50))
    assert entry["redrive"] == {"command": "retry_clip", **lost}

    assert operator(entry["redrive"]) == {"sent": True}

    (message,) = aws.sqs().receive_message(QueueUrl=deployed.queue("archive"))["Messages"]
    event = queued("archive", SUNOAPI.complete[-1].orders[0])
    event["Records"][0] |= {"body": message["Body"], "receiptHandle": message["ReceiptHandle"]}
    path = "/audio/one.mp3"
    deployed.host.answers[path] = answer(b"ID3" + bytes(999))
    job = deployed.job()
    assert job.results[0].status is ClipStatus.ARCHIVE_FAILED
    serve_from(deployed, path)
    deployed.load("archive")(event)
    assert deployed.job().results[0].status is ClipStatus.ARCHIVED
    assert listed(operator, "clips") == []
    assert operator(entry["redrive"]) == {"sent": False, "reason": "done_since"}


def serve_from(deployed: Deployed, path: str) -> None:
    """Have the job's clips lie on a host of ours."""
    (row,) = deployed.rows("JOB")
    for clip in row["job"]["clips"].values():
        clip["audio_url"] = [13, deployed.host.url(path)]
        clip["source_url"] = None
    put(deployed, row)


def test_a_clip_that_nobody_knows_is_not_tried(
    operator: Function, deployed: Deployed, lost: dict[str, str]
) -> None:
    nobody = {**lost, "clip_id": f"clip_{0:026d}"}

    answered = operator({"command": "retry_clip", **nobody})

    assert answered == {"sent": False, "reason": "unknown_clip"}
    assert deployed.waiting("archive") == 0


@pytest.mark.usefixtures("lost")
def test_a_clip_that_is_gone_for_good_is_dismissed(operator: Function) -> None:
    assert operator({"command": "dismiss", "where": "clips", **JOB}) == {"dismissed": 1}

    assert listed(operator, "clips") == []


def test_a_job_that_was_put_off_is_found_and_nudged_once_it_can_be(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    (row,) = deployed.rows("JOB")
    put(deployed, {**row, "job": {"pace": None}})
    clock.move_to(at(151))
    deployed.load("sweep")(MINUTE)

    (entry,) = listed(operator, "jobs")
    assert entry.items() >= {**JOB, "reason": "unavailable_store"}.items()
    assert entry["redrive"] == {"command": "nudge", **JOB}

    (spoilt,) = deployed.rows("JOB")
    put(deployed, {**spoilt, "job": row["job"]})
    assert operator(entry["redrive"]) == {**JOB, "nudged": True}
    assert deployed.job().nudged_at == at(151)
    assert listed(operator, "jobs") == []


def test_a_job_that_the_sweep_does_not_come_to_is_found(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    # Due after a minute and a half, overdue a minute later, and five more are too many.
    clock.move_to(at(150 + 301))

    (entry,) = listed(operator, "overdue")

    assert entry.items() >= {**JOB, "redrive": {"command": "nudge", **JOB}}.items()
    clock.move_to(at(150 + 299))
    assert listed(operator, "overdue") == []


def test_what_waits_is_measured_for_the_alarms(
    operator: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    assert operator({"command": "measure"})["counts"]["parked"] == 0
    calm = counts(output)
    deployed.store(SUNOAPI.accepted)
    aws.sqs().send_message(QueueUrl=deployed.queue("poll-dead"), MessageBody="{}")
    clock.move_to(at(200))

    measured = operator({"command": "measure"})

    assert calm == {"Stuck": 0, "OldestUnsentSeconds": 0, "OldestDueSeconds": 0}
    assert measured["counts"]["poll-dead"] == 1
    assert counts(output) == {"Stuck": 1, "OldestUnsentSeconds": 200, "OldestDueSeconds": 49}


def test_everything_that_is_stuck_is_seen_at_once(
    operator: Function, deployed: Deployed, parked: dict[str, Any]
) -> None:
    aws.sqs().send_message(QueueUrl=deployed.queue("archive-dead"), MessageBody="{}")

    found = operator({"command": "inspect"})

    assert {entry["where"] for entry in found["entries"]} == {"parked", "archive-dead"}
    assert found["counts"].items() >= {"parked": 1, "archive-dead": 1, "clips": 0}.items()
    assert found["more"] is False
    assert parked["detail"] not in str(found)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_sample_of_every_command_is_one(command: str) -> None:
    told = load("operator", command)

    assert told.pop("command") == command
    COMMANDS[command].order.model_validate(told)
