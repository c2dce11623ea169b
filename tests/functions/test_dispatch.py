"""The dispatch queue, by whole events: a waiting job goes to its provider once."""

import json
from collections.abc import Mapping

import pytest
from time_machine import Traveller

from cliphook.domain.job import AttemptStatus, Job, JobError
from cliphook.domain.report import Refused
from cliphook.domain.status import Status
from tests.support.deployed import PUBLIC_URL, Context, Deployed, Function
from tests.support.lambda_events import load, queued
from tests.support.lambda_shapes import Event
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.sample_world import SAMPLES
from tests.support.samples import TUNES, sample

SUNOAPI = SAMPLES["sunoapi"]
DONE: Mapping[str, object] = {"batchItemFailures": []}
BUSY = Refused(1, JobError("provider_rate_limited", "Busy.", "430"), may_retry=True, at=at(70))


@pytest.fixture
def dispatch(deployed: Deployed) -> Function:
    return deployed.load("dispatch")


@pytest.mark.parametrize("provider", SAMPLES)
def test_a_waiting_job_is_submitted(provider: str, dispatch: Function, deployed: Deployed) -> None:
    told = SAMPLES[provider]
    deployed.store((told.queued,))

    assert dispatch(deployed.deliver(load("dispatch", f"{provider}_order"))) == DONE

    job = deployed.job(told)
    assert (job.status, job.task_id) == (Status.ACCEPTED, TUNES[provider].task_id)
    (seen,) = deployed.host.requests
    assert seen.path == f"/{provider}/api/v1/generate"
    callback_url = json.loads(seen.body)["callBackUrl"]
    assert callback_url.startswith(f"{PUBLIC_URL}/callbacks/{provider}/")


def test_the_order_again_submits_nothing_again(dispatch: Function, deployed: Deployed) -> None:
    deployed.store((SUNOAPI.queued,))
    order = deployed.deliver(load("dispatch", "sunoapi_order"))

    assert dispatch(order) == DONE
    assert dispatch(order) == DONE

    assert len(deployed.host.requests) == 1


def test_a_job_whose_submission_is_under_way_is_left_alone(
    dispatch: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.claimed)

    assert dispatch(deployed.deliver(load("dispatch", "sunoapi_order"))) == DONE

    assert deployed.host.requests == []
    assert deployed.job() == SUNOAPI.claimed[-1].job


def refused(deployed: Deployed) -> tuple[Job, Event]:
    """Store a job whose provider was busy, and give the order for its next attempt."""
    story = SUNOAPI.story(SUNOAPI.opening[0], BUSY)
    deployed.store(story)
    return story[-1].job, queued("dispatch", *story[-1].orders)


def test_an_order_before_its_time_is_put_back_until_then(
    dispatch: Function, deployed: Deployed, clock: Traveller
) -> None:
    clock.move_to(at(70))
    job, order = refused(deployed)
    delivered = deployed.deliver(order)
    (record,) = delivered["Records"]

    assert dispatch(delivered) == {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}

    assert deployed.host.requests == []
    assert job.attempts[0].retry_at == at(75)
    clock.move_to(at(74.9))
    assert deployed.waiting("dispatch") == 0
    clock.move_to(at(75.1))
    assert deployed.waiting("dispatch") == 1


def test_the_next_attempt_is_made_in_time(
    dispatch: Function, deployed: Deployed, clock: Traveller
) -> None:
    _, order = refused(deployed)
    clock.move_to(at(75))

    assert dispatch(deployed.deliver(order)) == DONE

    attempts = deployed.job().attempts
    statuses = [AttemptStatus.REFUSED, AttemptStatus.ACCEPTED]
    assert [attempt.status for attempt in attempts] == statuses
    # Whoever claims bears the name of the invocation, so no two of them can both be it.
    assert attempts[1].owner == Context().aws_request_id


def test_a_provider_that_refuses_fails_the_job(dispatch: Function, deployed: Deployed) -> None:
    deployed.host.answers["/sunoapi/api/v1/generate"] = answer(sample("sunoapi", "refused_429"))
    deployed.store((SUNOAPI.queued,))

    assert dispatch(deployed.deliver(load("dispatch", "sunoapi_order"))) == DONE

    assert deployed.job().status is Status.FAILED


def test_one_order_that_fails_keeps_no_other_waiting(
    dispatch: Function, deployed: Deployed
) -> None:
    deployed.store((SUNOAPI.queued,))
    broken, good = deployed.deliver(load("dispatch", "sunoapi_order"))["Records"] * 2
    broken = broken | {"messageId": "broken", "body": "{}"}

    answered = dispatch({"Records": [broken, good]})

    assert answered == {"batchItemFailures": [{"itemIdentifier": "broken"}]}
    assert deployed.job().status is Status.ACCEPTED


def test_an_order_for_a_job_that_nobody_knows_is_dropped(
    dispatch: Function, deployed: Deployed
) -> None:
    assert dispatch(deployed.deliver(load("dispatch", "sunoapi_order"))) == DONE

    assert deployed.host.requests == []


def test_a_table_that_does_not_answer_brings_the_order_again(deployed: Deployed) -> None:
    dispatch = deployed.load("dispatch", TABLE_NAME="nobody")

    answered = dispatch(deployed.deliver(load("dispatch", "sunoapi_order")))

    assert len(answered["batchItemFailures"]) == 1
    assert deployed.host.requests == []
