"""Callbacks that are refused: one empty 404 for whoever has no good ticket, 413 and 503."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.domain.ids import JobId
from cliphook.domain.status import Status
from cliphook.domain.ticket import VALID_H, Ticket, expiry, issue
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import callback_event, load
from tests.support.makers import ACCOUNT, JOB, at
from tests.support.sample_world import MASTER, OTHER_ACCOUNT, SAMPLES
from tests.support.samples import sample

SUNOAPI = SAMPLES["sunoapi"]


@pytest.fixture
def callback(deployed: Deployed) -> Function:
    return deployed.load("callback")


def ticket_of(
    job_id: JobId = SUNOAPI.job_id, provider: str = "sunoapi", master: str = MASTER
) -> str:
    ticket = Ticket(ACCOUNT, job_id, 1, provider, expiry(at(1)))
    return issue(ticket, master.encode(), at(1))


def forgeries() -> dict[str, dict[str, Any]]:
    """Name everything that has no good ticket."""
    body = sample("sunoapi", "first").decode()

    def with_ticket(ticket: str, provider: str = "sunoapi") -> dict[str, Any]:
        return callback_event(SUNOAPI, body, ticket=ticket, provider=provider)

    good = ticket_of()
    return {
        "sample": load("callback", "forged_ticket"),
        "no ticket": with_ticket("x"),
        "no signature": with_ticket(good.partition(".")[0]),
        "another signature": with_ticket(ticket_of(master="another master")),
        "changed": with_ticket(good[:40] + ("A" if good[40] != "A" else "B") + good[41:]),
        "longer": with_ticket(good + "A"),
        "for another provider": with_ticket(good, provider="apikley"),
        "for a provider that nobody is": with_ticket(good, provider="nobody"),
        "for a provider without a page": with_ticket(ticket_of(provider="nobody"), "nobody"),
        "with a large body": callback_event(SUNOAPI, "x" * 300_000, ticket="x"),
        "another path": callback_event(SUNOAPI, body) | {"rawPath": "/callbacks/sunoapi"},
    }


FORGERIES = forgeries()


@pytest.mark.parametrize("forged", FORGERIES.values(), ids=FORGERIES)
def test_every_forgery_meets_the_same_empty_404_and_no_table(
    forged: dict[str, Any], deployed: Deployed
) -> None:
    # There is no such table: whoever looked anything up would answer 503.
    callback = deployed.load("callback", TABLE_NAME="nobody")
    assert callback.answer(load("callback", "sunoapi_first")).status == 503

    answered = callback.answer(forged)

    assert (answered.status, answered.body) == (HTTPStatus.NOT_FOUND, "")
    assert answered == callback.answer(load("callback", "forged_ticket"))


def test_a_ticket_for_no_job_meets_the_same_404(callback: Function, deployed: Deployed) -> None:
    unknown = callback_event(SUNOAPI, "{}", ticket=ticket_of(JOB))
    deployed.store(SAMPLES["apikley"].accepted)
    before = deployed.rows()

    answered = callback.answer(unknown)

    assert answered == callback.answer(load("callback", "forged_ticket"))
    assert deployed.rows() == before


@pytest.mark.parametrize("name", ["first", "no_json"])
def test_a_ticket_of_another_account_reaches_nothing(
    name: str, callback: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    before = deployed.rows()
    ticket = Ticket(OTHER_ACCOUNT, SUNOAPI.job_id, 1, "sunoapi", expiry(at(1)))
    body = sample("sunoapi", "first").decode() if name == "first" else "<html>"
    foreign = callback_event(SUNOAPI, body, ticket=issue(ticket, MASTER.encode(), at(1)))

    answered = callback.answer(foreign)

    assert answered == callback.answer(load("callback", "forged_ticket"))
    assert deployed.rows() == before


def test_a_ticket_that_is_too_old_meets_the_same_404(
    callback: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    last = at(1) + timedelta(hours=VALID_H)

    clock.move_to(last - timedelta(seconds=1))
    assert callback.answer(load("callback", "sunoapi_text_a")).status == HTTPStatus.OK
    clock.move_to(last)
    answered = callback.answer(load("callback", "sunoapi_first"))

    assert answered == callback.answer(load("callback", "forged_ticket"))
    assert deployed.job().status is Status.TEXT


@pytest.mark.parametrize(("size", "status"), [(256 * 1024, 200), (256 * 1024 + 1, 413)])
def test_a_body_above_256_kib_is_too_large(
    size: int, status: int, callback: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)

    answered = callback.answer(callback_event(SUNOAPI, "x" * size))

    assert answered.status == status
    assert len(deployed.rows("REPORT")) == (status == HTTPStatus.OK)


def test_what_could_not_be_stored_is_a_503_so_that_it_comes_again(deployed: Deployed) -> None:
    callback = deployed.load("callback", TABLE_NAME="nobody")

    answered = callback.answer(load("callback", "sunoapi_first"))

    assert (answered.status, answered.body) == (HTTPStatus.SERVICE_UNAVAILABLE, "")
