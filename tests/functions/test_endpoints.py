"""/v1/endpoints… by whole events: none without an answered ping, and every secret shown once."""

import base64
from http import HTTPStatus
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from tests.support.deployed import Deployed, Function
from tests.support.endpoint_desk import HOOK, code_of, made, one, refused, show
from tests.support.lambda_events import load
from tests.support.loopback import answer, redirect
from tests.support.sample_world import OTHER_KEY
from tests.support.webhook_events import asked


@pytest.fixture
def endpoints(deployed: Deployed) -> Function:
    deployed.host.answers[HOOK] = answer(b"welcome")
    return deployed.load("endpoints")


def test_an_endpoint_is_made_once_it_has_answered_a_signed_ping(
    endpoints: Function, deployed: Deployed
) -> None:
    endpoint = made(endpoints, deployed, events=["job.*", "job.*"], description="player")

    (seen,) = deployed.host.requests
    ping: Any = Webhook(endpoint["secret"]).verify(seen.body, dict(seen.headers))
    assert ping["type"] == "endpoint.ping"
    assert ping["data"]["endpoint_id"] == endpoint["id"]
    assert seen.headers["webhook-id"] == ping["data"]["id"]
    assert endpoint == {
        "id": endpoint["id"],
        "url": deployed.host.url(HOOK),
        "events": ["job.*"],
        "description": "player",
        "status": "active",
        "disabled_reason": None,
        "disabled_at": None,
        "failing_since": None,
        "retired_secrets_end_at": [],
        "created_at": "2026-11-21T09:01:00Z",
        "secret": endpoint["secret"],
    }
    assert len(base64.b64decode(endpoint["secret"].removeprefix("whsec_"))) == 32


def test_a_secret_is_shown_once_and_shared_by_no_two_endpoints(
    endpoints: Function, deployed: Deployed
) -> None:
    first, second = made(endpoints, deployed), made(endpoints, deployed)

    assert first["secret"] != second["secret"]
    listed = endpoints.answer(asked("GET", "/v1/endpoints"))
    assert listed.json["next_cursor"] is None
    assert {row["id"] for row in listed.json["data"]} == {first["id"], second["id"]}
    shown = {name: value for name, value in first.items() if name != "secret"}
    assert show(endpoints, first) == shown
    assert "whsec" not in listed.body
    assert "whsec" not in str(deployed.rows())


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (answer(b"no", 404), "it answered 404"),
        (answer(b"no", 500), "it answered 500"),
        (redirect("http://127.0.0.1:9/"), "it leads elsewhere"),
        (lambda _: None, "it closed the connection"),
    ],
    ids=["404", "500", "redirect", "closed"],
)
def test_an_endpoint_that_does_not_answer_the_ping_is_not_made(
    said: Any, told: str, endpoints: Function, deployed: Deployed
) -> None:
    deployed.host.answers[HOOK] = said

    answered = endpoints.answer(asked("POST", "/v1/endpoints", {"url": deployed.host.url(HOOK)}))

    ((field, message),) = refused(answered)
    assert field == "url"
    assert message.endswith(told)
    assert deployed.rows("ENDPOINT") == []


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1/hook",
        "https://10.0.0.1/hook",
        "https://169.254.169.254/latest",
        "http://hooks.example.test/",
        "https://music.test/v1/jobs",
        "file:///proc/self/environ",
    ],
)
def test_an_endpoint_is_public_and_somebody_elses(url: str, endpoints: Function) -> None:
    ((field, message),) = refused(endpoints.answer(asked("POST", "/v1/endpoints", {"url": url})))

    assert field == "url"
    assert message.endswith("it is no https link to a public host on the usual port")


def test_only_a_laptop_calls_itself(deployed: Deployed) -> None:
    elsewhere = deployed.load("endpoints", FETCH_LOOPBACK="false")

    answered = elsewhere.answer(asked("POST", "/v1/endpoints", {"url": deployed.host.url(HOOK)}))

    assert refused(answered)[0][0] == "url"
    assert deployed.host.requests == []


def test_every_wrong_field_is_named(endpoints: Function) -> None:
    fields = [field for field, _ in refused(endpoints.answer(load("endpoints", "invalid")))]

    assert sorted(fields) == ["description", "events.0", "secret", "url"]


def test_an_account_has_at_most_twenty(endpoints: Function, deployed: Deployed) -> None:
    for _ in range(20):
        made(endpoints, deployed)
    asking = asked("POST", "/v1/endpoints", {"url": deployed.host.url(HOOK)})

    assert "at most 20" in refused(endpoints.answer(asking))[0][1]

    others = asked("POST", "/v1/endpoints", {"url": deployed.host.url(HOOK)}, key=OTHER_KEY)
    assert endpoints.answer(others).status == HTTPStatus.CREATED


def test_what_is_said_is_changed_and_nothing_else(endpoints: Function, deployed: Deployed) -> None:
    endpoint = made(endpoints, deployed, description="player")

    changed = endpoints.answer(asked("PATCH", one(endpoint), {"events": ["clip.*"]})).json

    assert changed["events"] == ["clip.*"]
    assert (changed["url"], changed["description"]) == (endpoint["url"], "player")
    assert show(endpoints, endpoint) == changed
    # An address that stays is not pinged again.
    assert len(deployed.host.requests) == 1


def test_another_address_has_to_answer_first(endpoints: Function, deployed: Deployed) -> None:
    endpoint = made(endpoints, deployed)
    wish = {"url": deployed.host.url("/elsewhere")}

    assert refused(endpoints.answer(asked("PATCH", one(endpoint), wish)))
    assert show(endpoints, endpoint)["url"] == endpoint["url"]

    deployed.host.answers["/elsewhere"] = answer()
    assert endpoints.answer(asked("PATCH", one(endpoint), wish)).json["url"] == wish["url"]


def test_a_disabled_endpoint_is_pinged_before_it_is_told_again(
    endpoints: Function, deployed: Deployed
) -> None:
    endpoint = made(endpoints, deployed)

    off = endpoints.answer(asked("PATCH", one(endpoint), {"status": "disabled"})).json
    deployed.host.answers[HOOK] = answer(b"", 503)
    still = endpoints.answer(asked("PATCH", one(endpoint), {"status": "active"}))
    deployed.host.answers[HOOK] = answer()
    on = endpoints.answer(asked("PATCH", one(endpoint), {"status": "active"})).json

    assert (off["status"], off["disabled_reason"]) == ("disabled", "owner")
    assert refused(still)
    assert (on["status"], on["disabled_reason"], on["disabled_at"]) == ("active", None, None)


def test_a_deleted_endpoint_is_gone(endpoints: Function, deployed: Deployed) -> None:
    endpoint = made(endpoints, deployed)

    answered = endpoints.answer(asked("DELETE", one(endpoint)))

    assert (answered.status, answered.body) == (HTTPStatus.NO_CONTENT, "")
    for method, rest in (("GET", ""), ("DELETE", ""), ("POST", "/test"), ("GET", "/deliveries")):
        assert code_of(endpoints.answer(asked(method, one(endpoint, rest)))) == "not_found"
    assert endpoints.answer(asked("GET", "/v1/endpoints")).json["data"] == []


def test_a_rotation_gives_a_new_secret_and_says_how_long_the_old_one_signs(
    endpoints: Function, deployed: Deployed
) -> None:
    endpoint = made(endpoints, deployed)

    by_default = endpoints.answer(asked("POST", one(endpoint, "/rotate-secret"))).json
    shown = show(endpoints, endpoint)
    at_once = asked("POST", one(endpoint, "/rotate-secret"), {"overlap_hours": 0})
    compromised = endpoints.answer(at_once).json

    secrets = {endpoint["secret"], by_default["secret"], compromised["secret"]}
    assert len(secrets) == 3
    assert by_default.keys() == {"secret"}
    assert shown["retired_secrets_end_at"] == ["2026-11-22T09:01:00Z"]
    assert show(endpoints, endpoint)["retired_secrets_end_at"] == []


@pytest.mark.parametrize("hours", [-1, 169, 1.5, "24"])
def test_an_overlap_is_up_to_seven_days(
    hours: object, endpoints: Function, deployed: Deployed
) -> None:
    endpoint = made(endpoints, deployed)
    path = one(endpoint, "/rotate-secret")

    assert refused(endpoints.answer(asked("POST", path, {"overlap_hours": hours})))
    week = asked("POST", path, {"overlap_hours": 168})
    assert endpoints.answer(week).status == HTTPStatus.OK
