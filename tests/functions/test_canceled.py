"""What functions do of a job that was canceled: nothing, until its music comes all the same."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.domain.clip import Clip
from cliphook.domain.status import Status
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.loopback import answer
from tests.support.makers import ACCOUNT, at
from tests.support.paid_jobs import PRICE, SUNOAPI, Found, paid
from tests.support.samples import sample

DONE: Final[Mapping[str, object]] = {"batchItemFailures": []}
RECORD_INFO: Final = "/sunoapi/api/v1/generate/record-info"
FULL_REFUND: Final = [("charge", PRICE), ("refund", PRICE)]
AUDIO: Final = b"ID3\x04" + bytes(range(256)) * 40


@pytest.fixture
def found(deployed: Deployed) -> Found:
    return Found(deployed)


@pytest.fixture
def cancel(deployed: Deployed) -> Function:
    return deployed.load("cancel")


def test_an_order_to_submit_a_canceled_job_asks_nobody(
    cancel: Function, deployed: Deployed
) -> None:
    deployed.store(paid())
    cancel.answer(load("cancel", "job"))

    answered = deployed.load("dispatch")(deployed.deliver(load("dispatch", "sunoapi_order")))

    assert answered == DONE
    assert deployed.host.requests == []
    assert deployed.job().attempts == ()


def test_an_order_to_ask_about_a_canceled_job_asks_nobody(
    cancel: Function, deployed: Deployed, found: Found, clock: Traveller
) -> None:
    deployed.store(paid(*SUNOAPI.opening))
    cancel.answer(load("cancel", "job"))
    clock.move_to(at(91))

    assert deployed.load("poll")(found.deliver("poll")) == DONE

    assert deployed.host.requests == []


def test_the_sweep_leaves_a_canceled_job_alone(
    cancel: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(paid(*SUNOAPI.opening))
    cancel.answer(load("cancel", "job"))
    before = deployed.job()

    clock.move_to(at(9000))
    deployed.load("sweep")(load("sweep", "minute"))

    assert deployed.job() == before


@pytest.fixture
def late(cancel: Function, deployed: Deployed, found: Found, clock: Traveller) -> Found:
    """Have the music come for a job that its owner called off."""
    deployed.store(paid(*SUNOAPI.opening))
    cancel.answer(load("cancel", "job"))
    called_back = deployed.load("callback").answer(load("callback", "sunoapi_complete"))
    assert called_back.status == HTTPStatus.OK
    body = sample("sunoapi", "record_info_success")
    ours = deployed.host.url("/audio").encode()
    deployed.host.answers[RECORD_INFO] = answer(body.replace(b"https://files.sunoapi.test/r", ours))
    clock.move_to(at(91))
    assert deployed.load("poll")(found.deliver("poll")) == DONE
    return found


def test_what_a_callback_claims_of_a_canceled_job_is_asked_about_once(late: Found) -> None:
    asked = [seen.path.partition("?")[0] for seen in late.deployed.host.requests]

    assert asked == [RECORD_INFO]


def test_music_that_comes_all_the_same_is_late_and_ordered_and_changes_nothing_else(
    late: Found,
) -> None:
    job = late.deployed.job()

    assert (job.status, job.refund) == (Status.CANCELED, PRICE)
    assert [job.is_late(clip) for clip in job.results] == [True, True]
    assert {order["clip_id"] for order in late.orders("archive")} == {
        clip.id for clip in job.results
    }
    assert late.announced() == ["job.queued", "job.accepted", "job.canceled"]
    assert late.moved() == FULL_REFUND


def test_late_music_is_shown_as_such_also_to_who_cancels_again(
    late: Found, cancel: Function
) -> None:
    shown = late.deployed.load("query").answer(load("query", "job")).json

    assert [clip["late"] for clip in shown["clips"]] == [True, True]
    assert (shown["status"], shown["done"]) == ("canceled", True)
    again = cancel.answer(load("cancel", "job"))
    assert (again.status, again.json) == (HTTPStatus.OK, shown)


def test_late_music_is_kept_and_announced_as_recovered_and_costs_nothing(late: Found) -> None:
    deployed = late.deployed
    job = deployed.job()
    for clip in job.results:
        deployed.host.answers[_path(clip)] = answer(AUDIO + clip.id.encode())

    assert deployed.load("archive")(late.deliver("archive")) == DONE

    kept = [clip.passport is not None for clip in deployed.job().results]
    assert kept == [True, True]
    assert late.announced()[3:] == ["clip.recovered", "clip.recovered"]
    assert (deployed.job().status, late.moved()) == (Status.CANCELED, FULL_REFUND)
    audit = DynamoDbLedger(deployed.table, aws.dynamodb()).audit(ACCOUNT)
    assert audit.balance == audit.recomputed


def _path(clip: Clip) -> str:
    return "/audio" + clip.addresses[0].rpartition("/audio")[2]
