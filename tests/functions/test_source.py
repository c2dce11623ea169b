"""GET /sources/{ticket}: a fresh link for a good ticket, an empty 404 for everything else."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.exceptions import ReadTimeoutError
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.secrets import Secrets
from cliphook.domain.source_ticket import VALID_H
from cliphook.domain.ticket import Ticket, expiry, issue
from cliphook.runtime.source_url import source_urls
from tests.support.deployed import PUBLIC_URL, SECRETS_PREFIX, Deployed, Function
from tests.support.file_events import CLIP_KEY, FILE, source_event, source_ticket
from tests.support.lambda_events import load
from tests.support.makers import ACCOUNT, JOB, at
from tests.support.sample_world import MASTER, SAMPLES


@pytest.fixture
def source(deployed: Deployed) -> Function:
    return deployed.load("source")


@pytest.mark.parametrize(("name", "key"), [("file", FILE.key), ("clip", CLIP_KEY)])
def test_a_good_ticket_leads_to_its_object(
    name: str, key: str, source: Function, deployed: Deployed
) -> None:
    answered = source.answer(load("source", name))

    link = urlsplit(answered.headers["location"])
    assert answered.status == HTTPStatus.FOUND
    assert not answered.body
    assert answered.headers["cache-control"] == "no-store"
    assert link.path == f"/{deployed.bucket}/{key}"
    assert parse_qs(link.query)["X-Amz-Expires"] == ["900"]


def test_a_link_is_for_the_method_by_which_it_was_asked_for(source: Function) -> None:
    get, head = (
        source.answer(load("source", name)).headers["location"] for name in ("file", "file_head")
    )

    assert urlsplit(get).path == urlsplit(head).path
    signatures = [parse_qs(urlsplit(link).query)["X-Amz-Signature"] for link in (get, head)]
    assert signatures[0] != signatures[1]


def test_each_time_the_link_is_a_fresh_one(source: Function, clock: Traveller) -> None:
    first = source.answer(load("source", "file")).headers["location"]
    clock.move_to(at(7200))
    later = source.answer(load("source", "file")).headers["location"]

    dates = [parse_qs(urlsplit(link).query)["X-Amz-Date"] for link in (first, later)]
    assert dates == [["20261121T090100Z"], ["20261121T110000Z"]]


def test_the_address_that_a_provider_is_told_is_answered(
    source: Function, deployed: Deployed
) -> None:
    url_of = source_urls(PUBLIC_URL, Secrets(SECRETS_PREFIX, aws.secretsmanager()))

    url = url_of(ACCOUNT, FILE.key, at(30))

    start, _, ticket = url.rpartition("/")
    link = source.answer(source_event(ticket)).headers["location"]
    assert start == f"{PUBLIC_URL}/sources"
    assert urlsplit(link).path == f"/{deployed.bucket}/{FILE.key}"


def flaws() -> dict[str, dict[str, Any]]:
    """Name everything that has no good ticket, or comes in another way."""
    good = source_ticket()
    disguised = Ticket(ACCOUNT, JOB, 1, "sunoapi", expiry(at(1)))
    event = source_event(good)
    return {
        "sample": load("source", "forged_ticket"),
        "a callback's ticket": load("source", "callback_ticket"),
        "a callback's ticket of now": source_event(issue(disguised, MASTER.encode(), at(1))),
        "no ticket": source_event("x"),
        "no signature": source_event(good.partition(".")[0]),
        "another signature": source_event(source_ticket(master="another master")),
        "changed": source_event(good[:40] + ("A" if good[40] != "A" else "B") + good[41:]),
        "longer": source_event(good + "A"),
        "twice as long": source_event(good * 2),
        "very long": source_event("A" * 8000),
        "what is not the account's": source_event(source_ticket("files/acct_B/x.mp3")),
        "what is no source": source_event(source_ticket("logs/x")),
        "no head": source_event("x", "HEAD"),
        "another path": event | {"rawPath": "/sources"},
        "a longer path": event | {"rawPath": f"{event['rawPath']}/x"},
        **{
            method: source_event(good, method)
            for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")
        },
    }


FLAWS = flaws()


@pytest.mark.parametrize("event", FLAWS.values(), ids=FLAWS)
def test_every_flaw_meets_the_same_empty_404(event: dict[str, Any], source: Function) -> None:
    answered = source.answer(event)

    assert (answered.status, answered.body) == (HTTPStatus.NOT_FOUND, "")
    assert answered == source.answer(load("source", "forged_ticket"))


@pytest.mark.parametrize("name", ["file", "file_head", "forged_ticket"])
def test_neither_table_nor_bucket_is_asked(name: str, deployed: Deployed) -> None:
    source = deployed.load("source", TABLE_NAME="nobody", BUCKET_NAME="nobody")
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    for client in (aws.s3_brief(), aws.dynamodb()):
        client.meta.events.register("before-call", note)
    try:
        source.answer(load("source", name))
    finally:
        for client in (aws.s3_brief(), aws.dynamodb()):
            client.meta.events.unregister("before-call", note)

    assert calls == []


def test_a_ticket_that_is_too_old_meets_the_same_404(source: Function, clock: Traveller) -> None:
    last = at(1) + timedelta(hours=VALID_H)

    clock.move_to(last - timedelta(seconds=1))
    assert source.answer(load("source", "file")).status == HTTPStatus.FOUND
    clock.move_to(last)

    assert source.answer(load("source", "file")) == source.answer(load("source", "forged_ticket"))


def test_a_sources_ticket_is_no_callbacks(deployed: Deployed) -> None:
    callback = deployed.load("callback")
    ticket = source_ticket()
    event = load("callback", "sunoapi_first")
    event["rawPath"] = f"/callbacks/sunoapi/{ticket}"

    answered = callback.answer(event)

    assert answered == callback.answer(load("callback", "forged_ticket"))


def test_as_long_as_the_secret_cannot_be_read_it_is_a_503(deployed: Deployed) -> None:
    source = deployed.load("source")

    def fail(**_: Any) -> None:
        raise ReadTimeoutError(endpoint_url="https://secretsmanager.test")

    events = aws.secretsmanager().meta.events
    events.register("before-call.secrets-manager", fail)
    try:
        answered = source.answer(load("source", "file"))
    finally:
        events.unregister("before-call.secrets-manager", fail)

    assert (answered.status, answered.body) == (HTTPStatus.SERVICE_UNAVAILABLE, "")


def test_a_callbacks_sample_ticket_is_good_where_it_belongs(deployed: Deployed) -> None:
    """So that it is the purpose, and nothing else, that keeps it from opening a source."""
    deployed.store(SAMPLES["sunoapi"].accepted)

    answered = deployed.load("callback").answer(load("callback", "sunoapi_first"))

    assert answered.status == HTTPStatus.OK
