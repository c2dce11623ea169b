"""Infery says no with a status and a code, to who has no key, asks too often or is out of money."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from local.simulators import Limit, Served
from tests.unit.local.conftest import QUICK
from tests.unit.local.infery_client import (
    FAST,
    PATH,
    PRICE,
    SUNO,
    ask,
    credits_of,
    ended,
    error_of,
    items,
    job_of,
    other,
    poll,
)
from tests.unit.local.receiver import CLIENT, get, wait

ROUTES = [("POST", PATH), ("GET", f"{PATH}/mgen_x"), ("GET", "/v1/models")]
# What each scenario of a refusal says.
REFUSALS = {
    "refuse-invalid": (400, "invalid_value"),
    "refuse-too-long": (400, "string_above_max_length"),
    "refuse-fetch": (400, "upload_url_unreachable"),
    "refuse-unauthorized": (401, "invalid_api_key"),
    "refuse-credits": (402, "insufficient_credits"),
    "refuse-forbidden": (403, "model_not_allowed"),
    "refuse-not-found": (404, "not_found"),
    "refuse-rate": (429, "rate_limit_exceeded"),
    "refuse-server-error": (500, "internal_error"),
    "refuse-bad-gateway": (502, "upstream_error"),
    "refuse-maintenance": (503, "service_unavailable"),
    "refuse-timeout": (504, "upstream_timeout"),
}
FAILURES = {
    "S11-failure-after-accept": (502, "upstream_error"),
    "fail-generation": (502, "upstream_error"),
    "fail-policy": (400, "content_policy_violation"),
    "fail-server": (500, "internal_error"),
    "fail-timeout": (504, "upstream_timeout"),
    "failure-at-the-end": (502, "upstream_error"),
    "error-object": (502, "upstream_error"),
}


@pytest.fixture(scope="module")
def infery() -> Iterator[Served]:
    with other(requests_per_minute=0) as sim:
        yield sim


def refusals_of(sim: Served) -> set[str]:
    """List the scenarios that refuse a create for a reason."""
    return {name for name in sim.world.simulator.scenarios if name.startswith("refuse-")}


def test_every_reason_to_refuse_has_its_status_and_code(infery: Served) -> None:
    assert {name: error_of(ask(infery, SUNO, name)) for name in refusals_of(infery)} == REFUSALS


def test_a_refusal_is_an_error_with_message_type_and_code(infery: Served) -> None:
    body = ask(infery, SUNO, "refuse-unauthorized").json()

    assert body == {
        "error": {
            "message": "Incorrect API key provided.",
            "type": "invalid_request_error",
            "code": "invalid_api_key",
        }
    }


@pytest.mark.parametrize("name", FAILURES)
def test_a_sync_create_that_fails_is_an_error_of_the_same_kind(infery: Served, name: str) -> None:
    assert error_of(ask(infery, SUNO, name)) == FAILURES[name]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "headers",
    [{"authorization": "Bearer other"}, {"authorization": "sim-x"}, {},
     {"authorization": "Basic sim-x"}, {"x-api-key": "sim-x"}],
)  # fmt: skip
def test_only_a_bearer_of_the_simulators_comes_in(
    infery: Served, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = CLIENT.request(method, infery.base_url + path, headers=headers, json=SUNO)

    assert error_of(answer) == (401, "invalid_api_key")


def test_a_key_without_bearer_is_taken_where_that_is_chosen() -> None:
    with other(accept_raw_key=True) as sim:
        assert items(ask(sim, SUNO, authorization="sim-x"))
        assert items(ask(sim, SUNO, authorization="Bearer sim-x"))
        assert error_of(ask(sim, SUNO, authorization="other"))[0] == 401


def test_a_key_that_is_set_is_the_only_one_and_never_shown() -> None:
    with other(replace(FAST, key="only-this"), accept_raw_key=True) as sim:
        assert error_of(ask(sim, SUNO))[0] == 401
        assert items(ask(sim, SUNO, authorization="Bearer only-this"))
        assert items(ask(sim, SUNO, authorization="only-this"))
        pages = [CLIENT.get(f"{sim.base_url}/_sim{page}").text for page in ("", "/requests")]

    assert "only-this" not in "".join(pages)


def test_one_request_of_a_key_more_than_the_limit_of_a_minute_is_too_fast() -> None:
    with other(requests_per_minute=3) as sim:
        answers = [get(sim, "/v1/models"), poll(sim, "x"), ask(sim, {}), ask(sim, {})]
        another = ask(sim, {}, authorization="Bearer sim-another")

        assert [answer.status_code for answer in answers] == [200, 404, 400, 429]
        assert error_of(answers[-1]) == (429, "rate_limit_exceeded")
        assert another.status_code == 400
        CLIENT.post(f"{sim.base_url}/_sim/reset")
        assert get(sim, "/v1/models").status_code == 200


def test_the_common_limits_of_creates_and_polls_can_be_set_too() -> None:
    settings = replace(FAST, create_limit=Limit(2, 60.0), poll_limit=Limit(2, 60.0))
    with other(settings, mode="async_schema") as sim:
        jobs = [job_of(ask(sim, SUNO)) for _ in range(2)]

        assert error_of(ask(sim, SUNO))[0] == 429
        assert [poll(sim, jobs[0]).status_code for _ in range(3)] == [200, 200, 429]
        assert poll(sim, jobs[1]).status_code == 200


def test_credits_are_spent_until_there_are_too_few() -> None:
    with other(replace(FAST, credits=2.5 * PRICE)) as sim:
        answers = [ask(sim, SUNO) for _ in range(3)]

        assert [answer.status_code for answer in answers] == [200, 200, 402]
        assert error_of(answers[-1])[1] == "insufficient_credits"
        assert credits_of(sim) == 0.5 * PRICE


def test_a_job_is_paid_until_it_fails() -> None:
    with other(QUICK, mode="async_prose") as sim:
        before = credits_of(sim)
        job = job_of(ask(sim, SUNO, "failure-at-the-end"))

        assert credits_of(sim) == before - PRICE
        ended(sim, job)
        wait(lambda: credits_of(sim) == before)


@pytest.mark.parametrize("mode", ["sync", "async_prose"])
@pytest.mark.parametrize(("charged", "cost"), [(False, 0), (True, PRICE)])
def test_a_failure_costs_nothing_unless_that_is_chosen(
    mode: Any, *, charged: bool, cost: int
) -> None:
    with other(mode=mode, charge_failures=charged) as sim:
        before = credits_of(sim)
        answer = ask(sim, SUNO, "fail-server")
        if mode != "sync":
            ended(sim, job_of(answer))
        else:
            assert answer.status_code == 500

        wait(lambda: credits_of(sim) == before - cost)


def test_a_strict_edge_refuses_who_has_no_name_of_their_own() -> None:
    with other(replace(FAST, edge=True)) as sim:
        nameless, named = (ask(sim, SUNO, **said) for said in ({}, {"user-agent": "cliphook/1.0"}))

    assert (nameless.status_code, nameless.headers["content-type"][:9]) == (403, "text/html")
    assert items(named)


def test_an_unknown_marker_is_refused_loudly(infery: Served) -> None:
    answer = ask(infery, SUNO, "S99")

    assert error_of(answer) == (400, "invalid_value")
    assert "S99" in answer.json()["error"]["message"]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", PATH), ("DELETE", f"{PATH}/x"), ("POST", "/v1/models"), ("GET", "/v1")],
)
def test_what_is_not_there_is_a_404(infery: Served, method: str, path: str) -> None:
    answer = CLIENT.request(method, infery.base_url + path)

    assert error_of(answer) == (404, "not_found")


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, "missing_required_parameter")),
        ([], (400, "invalid_json")),
        (SUNO | {"model": "suno-v9"}, (404, "model_not_found")),
        (SUNO | {"prompt": "x" * 501}, (400, "string_above_max_length")),
        (SUNO | {"operation": "extend"}, (400, "missing_required_parameter")),
        (SUNO | {"n": 2}, (400, "unknown_parameter")),
    ],
)
def test_a_request_that_is_wrong_costs_nothing(
    infery: Served, body: object, refusal: tuple[int, str]
) -> None:
    before = credits_of(infery)

    assert error_of(ask(infery, body)) == refusal
    assert credits_of(infery) == before


def test_the_checks_follow_the_switches() -> None:
    lax = {"strict_operation_fields": False, "prose_words": True}
    with other(replace(FAST, strict=False), **lax) as sim:
        assert items(ask(sim, SUNO | {"operation": "extend", "vocal_gender": "female", "n": 2}))
    with other(upstream_operation_fields=True) as sim:
        answer = ask(sim, SUNO | {"custom_mode": True})

    assert error_of(answer) == (400, "missing_required_parameter")
