"""The poll queue, by whole events: a provider is asked in time, and what it says is believed."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import schema
from cliphook.adapters.inline_audio import BODY_MAX_BYTES
from cliphook.domain.change import Change, apply
from cliphook.domain.report import Said, Silence, Via
from cliphook.domain.status import Stage, Status
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load, queued
from tests.support.lambda_shapes import Event
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.sample_world import PROVIDER_KEYS, SAMPLES
from tests.support.samples import TUNES, sample

SUNOAPI = SAMPLES["sunoapi"]
DONE: Mapping[str, object] = {"batchItemFailures": []}
PATH = "/sunoapi/api/v1/generate/record-info"


@pytest.fixture
def poll(deployed: Deployed) -> Function:
    return deployed.load("poll")


@pytest.fixture
def due(deployed: Deployed, clock: Traveller) -> Event:
    """Wait until the first poll of an accepted job is due."""
    deployed.store(SUNOAPI.accepted)
    clock.move_to(at(91))
    return deployed.deliver(load("poll", "sunoapi_order"))


def found(deployed: Deployed, name: str) -> None:
    deployed.host.answers[PATH] = answer(sample("sunoapi", name))


def orders(deployed: Deployed, detail_type: str) -> list[dict[str, Any]]:
    rows = deployed.rows("EVENT")
    return [json.loads(row["detail"]) for row in rows if row["detail_type"] == detail_type]


def times(deployed: Deployed) -> list[datetime]:
    """Tell for when polls are ordered."""
    due_at = [order["due_at"] for order in orders(deployed, "poll.due")]
    return sorted(map(datetime.fromisoformat, due_at))


def test_an_order_before_its_time_is_put_back_until_then(
    poll: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    delivered = deployed.deliver(load("poll", "sunoapi_order"))
    (record,) = delivered["Records"]

    assert poll(delivered) == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}

    assert deployed.host.requests == []
    clock.move_to(at(90.9))
    assert deployed.waiting("poll") == 0
    clock.move_to(at(91.1))
    assert deployed.waiting("poll") == 1


def test_the_provider_is_asked_for_its_task_with_its_key(
    poll: Function, deployed: Deployed, due: Event
) -> None:
    found(deployed, "record_info_pending")

    assert poll(due) == DONE

    (seen,) = deployed.host.requests
    assert seen.line == f"GET {PATH}?taskId={TUNES['sunoapi'].task_id} HTTP/1.1"
    assert seen.headers["authorization"] == f"Bearer {PROVIDER_KEYS['sunoapi']}"


def test_nothing_new_moves_only_the_next_poll(
    poll: Function, deployed: Deployed, due: Event
) -> None:
    found(deployed, "record_info_pending")

    poll(due)

    job = deployed.job()
    assert (job.status, job.polled_at) == (Status.ACCEPTED, at(91))
    first, second = times(deployed)
    assert first == at(91)
    # A minute later, give or take a fifth.
    assert at(91 + 48) <= second <= at(91 + 72)


def test_the_order_again_asks_nobody(poll: Function, deployed: Deployed, due: Event) -> None:
    found(deployed, "record_info_pending")
    poll(due)

    assert poll(due) == DONE

    assert len(deployed.host.requests) == 1


def test_complete_is_confirmed_and_its_clips_are_ordered(
    poll: Function, deployed: Deployed, due: Event
) -> None:
    found(deployed, "record_info_success")

    assert poll(due) == DONE

    job = deployed.job()
    assert (job.status, job.stages[Stage.COMPLETE]) == (Status.COMPLETE, at(91))
    ordered = orders(deployed, "archive.due")
    wanted = {clip.id for clip in job.results}
    assert len(wanted) == 2
    assert {order["clip_id"] for order in ordered if "part" not in order} == wanted
    # Their covers as well.
    assert {order["part"]["clip_id"] for order in ordered if "part" in order} == wanted


def test_what_the_provider_answered_is_kept_as_it_came(
    poll: Function, deployed: Deployed, due: Event
) -> None:
    found(deployed, "record_info_success")

    poll(due)

    (kept,) = deployed.rows("REPORT")
    assert bytes(kept["body"]) == sample("sunoapi", "record_info_success")


def test_the_largest_answer_that_is_read_can_be_kept(
    poll: Function, deployed: Deployed, due: Event
) -> None:
    body = sample("sunoapi", "record_info_success")
    deployed.host.answers[PATH] = answer(body + b" " * (BODY_MAX_BYTES - len(body)))

    assert poll(due) == DONE

    assert deployed.job().status is Status.COMPLETE
    assert len(bytes(deployed.rows("REPORT")[0]["body"])) == BODY_MAX_BYTES


def test_an_end_that_the_provider_denies_is_not_believed(
    poll: Function, deployed: Deployed
) -> None:
    tune = TUNES["sunoapi"]
    claim = Said(1, tune.at(Stage.COMPLETE, *tune.clips), Via.CALLBACK, at(60))
    story = SUNOAPI.story(*SUNOAPI.opening, claim)
    deployed.store(story)
    found(deployed, "record_info_text_success")

    assert poll(deployed.deliver(queued("poll", *story[-1].orders))) == DONE

    job = deployed.job()
    assert (job.status, job.stage) == (Status.TEXT, Stage.TEXT)
    assert orders(deployed, "archive.due") == []
    # Asked again soon, since somebody did say that it was the end.
    assert at(65) in times(deployed)


def test_a_failure_is_the_end(poll: Function, deployed: Deployed, due: Event) -> None:
    found(deployed, "record_info_sensitive_word_error")

    poll(due)

    job = deployed.job()
    assert (job.status, job.is_done) == (Status.FAILED, True)
    assert job.verdict
    assert job.verdict.error
    assert job.verdict.error.code == "content_policy"


@pytest.mark.parametrize("status", [500, 404])
def test_a_provider_that_does_not_answer_is_asked_again_later(
    status: int, poll: Function, deployed: Deployed, due: Event
) -> None:
    deployed.host.answers[PATH] = answer(b"<html>", status)

    assert poll(due) == DONE

    assert (deployed.job().status, deployed.job().polled_at) == (Status.ACCEPTED, at(91))
    assert deployed.rows("REPORT") == []
    first, second = times(deployed)
    assert first == at(91)
    # A minute later, give or take a fifth.
    assert at(91 + 48) <= second <= at(91 + 72)


def test_a_job_that_nobody_delivers_is_given_up_after_one_last_question(
    poll: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    last = apply(SUNOAPI.accepted[-1].job, _silence(6900))
    assert isinstance(last, Change)
    assert deployed.jobs.commit(last, None)
    order = deployed.deliver(queued("poll", *last.orders))
    clock.move_to(at(7201))
    found(deployed, "record_info_pending")

    assert poll(order) == DONE

    assert len(deployed.host.requests) == 1
    assert deployed.job().status is Status.EXPIRED


def _silence(seconds: float) -> Said:
    return Said(1, Silence(), Via.POLL, at(seconds))


def test_a_job_at_rest_is_not_asked_about(poll: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)

    assert poll(deployed.deliver(load("poll", "sunoapi_order"))) == DONE

    assert deployed.host.requests == []


def test_the_news_of_a_poll_is_counted_like_any_other(
    poll: Function, deployed: Deployed, due: Event
) -> None:
    found(deployed, "record_info_success")

    poll(due)

    types = [row["detail_type"] for row in deployed.rows("EVENT") if row["sk"].startswith("EVENT")]
    assert types == ["job.queued", "job.accepted", "job.complete"]
    assert {row["source"] for row in deployed.rows("EVENT")} == {
        schema.EVENT_SOURCE,
        schema.ORDER_SOURCE,
    }


def test_one_order_that_fails_keeps_no_other_waiting(
    poll: Function, deployed: Deployed, due: Event
) -> None:
    found(deployed, "record_info_success")
    (good,) = due["Records"]

    answered = poll({"Records": [{**good, "messageId": "broken", "body": "no JSON"}, good]})

    assert answered == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    assert deployed.job().status is Status.COMPLETE
