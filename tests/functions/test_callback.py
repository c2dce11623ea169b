"""POST /callbacks/{provider}/{ticket}, by whole events: what is answered and what is stored."""

import json
from datetime import datetime
from http import HTTPStatus

import pytest

from cliphook.adapters import aws, schema
from cliphook.application.ports import JobRef
from cliphook.domain.job import AttemptStatus
from cliphook.domain.status import Stage, Status
from tests.functions.conftest import Output
from tests.support.deployed import Answer, Deployed, Function
from tests.support.lambda_events import callback_event, load
from tests.support.makers import ACCOUNT, at
from tests.support.sample_world import SAMPLES
from tests.support.samples import TUNES, sample

SUNOAPI = SAMPLES["sunoapi"]
READABLE = ("text_a", "text_c", "first", "complete", "complete_camel_id", "error_400", "error_list")


@pytest.fixture
def callback(deployed: Deployed) -> Function:
    return deployed.load("callback")


def is_received(answered: Answer) -> bool:
    """Whether a provider may rest: it looks for this body as well as for the status."""
    assert answered.headers["content-type"] == "application/json"
    return answered.status == HTTPStatus.OK and answered.json == {"code": 200, "msg": "success"}


def reports(deployed: Deployed) -> list[tuple[bytes, str | None]]:
    return [(bytes(row["body"]), row.get("quarantine")) for row in deployed.rows("REPORT")]


@pytest.mark.parametrize("provider", SAMPLES)
@pytest.mark.parametrize("name", READABLE)
def test_a_sample_is_received_and_kept_as_it_came(
    provider: str, name: str, callback: Function, deployed: Deployed
) -> None:
    deployed.store(SAMPLES[provider].accepted)

    answered = callback.answer(load("callback", f"{provider}_{name}"))

    assert is_received(answered)
    assert reports(deployed) == [(sample(provider, name), None)]


def test_a_stage_is_stored_and_announced(callback: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)

    callback(load("callback", "sunoapi_first"))

    job = deployed.job()
    assert (job.status, job.stages[Stage.FIRST]) == (Status.FIRST, at(60))
    assert [clip.title and clip.title[1] for clip in job.results] == ["Ferry Light"] * 2
    assert "job.first" in {row["detail_type"] for row in deployed.rows("EVENT")}


def test_an_unsigned_end_moves_nothing_but_the_next_poll(
    callback: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)

    callback(load("callback", "sunoapi_complete"))

    job = deployed.job()
    assert (job.status, job.hinted_at) == (Status.ACCEPTED, at(60))
    assert not any(clip.is_delivered for clip in job.clips.values())
    # The poll that was planned with the acceptance, and the one that the hint calls for.
    planned = [row for row in deployed.rows("EVENT") if row["detail_type"] == "poll.due"]
    due_at = [json.loads(row["detail"])["due_at"] for row in planned]
    assert sorted(map(datetime.fromisoformat, due_at)) == [at(1), at(91)]


def test_the_same_callback_again_changes_nothing(callback: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)
    callback(load("callback", "sunoapi_first"))
    before = deployed.rows()

    assert is_received(callback.answer(load("callback", "sunoapi_first")))

    assert deployed.rows() == before


def test_a_late_stage_does_not_undo_a_later_one(callback: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)

    assert is_received(callback.answer(load("callback", "sunoapi_text_a")))

    assert deployed.job().status is Status.COMPLETE


def test_a_callback_may_come_before_the_submission_is_answered(
    callback: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.claimed)

    assert is_received(callback.answer(load("callback", "sunoapi_text_a")))

    job = deployed.job()
    assert (job.status, job.task_id) == (Status.TEXT, TUNES["sunoapi"].task_id)
    assert job.attempts[0].status is AttemptStatus.CLAIMED


@pytest.mark.parametrize("body", ["<html>", "", "{}", "[1]", '{"code": 200}', "\x00", '"\\ud800"'])
def test_what_cannot_be_read_is_received_set_aside_and_counted(
    body: str, callback: Function, deployed: Deployed, output: Output
) -> None:
    deployed.store(SUNOAPI.accepted)

    assert is_received(callback.answer(callback_event(SUNOAPI, body)))

    assert reports(deployed) == [(body.encode(), "unreadable")]
    assert deployed.job() == SUNOAPI.accepted[-1].job
    assert counted(output, schema.QUARANTINED_CALLBACKS) == 1


def test_bytes_that_are_no_text_are_kept_too(callback: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)
    event = callback_event(SUNOAPI, "/+7//g==") | {"isBase64Encoded": True}

    assert is_received(callback.answer(event))

    assert reports(deployed) == [(b"\xff\xee\xff\xfe", "unreadable")]


def test_a_body_about_another_task_is_set_aside(
    callback: Function, deployed: Deployed, output: Output
) -> None:
    deployed.store(SUNOAPI.accepted)
    body = sample("sunoapi", "first").decode().replace(TUNES["sunoapi"].task_id, "another")

    assert is_received(callback.answer(callback_event(SUNOAPI, body)))

    assert reports(deployed) == [(body.encode(), "binding_conflict")]
    assert deployed.job() == SUNOAPI.accepted[-1].job
    assert counted(output, schema.QUARANTINED_CALLBACKS) == 1


def test_a_good_callback_counts_as_none_set_aside(
    callback: Function, deployed: Deployed, output: Output
) -> None:
    deployed.store(SUNOAPI.accepted)

    callback(load("callback", "sunoapi_first"))

    assert counted(output, schema.QUARANTINED_CALLBACKS) == 0


def counted(output: Output, metric: str) -> int:
    """Add up a metric, as it stands in the log for CloudWatch to find."""
    lines = [json.loads(line) for line in output.read().splitlines()]
    found = [line for line in lines if "_aws" in line]
    for line in found:
        (told,) = line["_aws"]["CloudWatchMetrics"]
        assert (told["Namespace"], told["Dimensions"]) == ("Cliphook", [["service"]])
        assert line["service"] == "cliphook"
    return int(sum(sum(line.get(metric, [0])) for line in found))


def test_a_secret_that_was_replaced_still_opens_for_its_tickets(deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)
    prefix = deployed.own_secrets()
    master = f"{prefix}/callback"
    aws.secretsmanager().put_secret_value(SecretId=master, SecretString="a newer master")
    callback = deployed.load("callback", SECRETS_PREFIX=prefix)

    assert is_received(callback.answer(load("callback", "sunoapi_first")))


def test_a_job_of_the_other_provider_is_reached_by_its_own_ticket(
    callback: Function, deployed: Deployed
) -> None:
    deployed.store(SAMPLES["apikley"].accepted)

    callback(load("callback", "apikley_first"))

    job = deployed.jobs.load(JobRef(ACCOUNT, SAMPLES["apikley"].job_id))
    assert job
    assert job.status is Status.FIRST
