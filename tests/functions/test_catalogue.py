"""GET /v1/providers and /v1/models, by whole events: they show what the code itself goes by."""

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.api_key import Scope
from cliphook.domain.request import Operation
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.lambda_shapes import Event
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.problems import problem
from tests.support.sample_world import KEY, key_of, stored_key
from tests.support.samples import sample

PATHS = ("/v1/providers", "/v1/models")
# It has published no address, so its operator names one.
HOMELESS = "stratizon"
EVERYBODY = json.dumps({HOMELESS: "https://api.stratizon.test"})
WELL = {"status": "good", "circuit": "closed", "calls": 0, "failures": 0, "retry_at": None}
BUSY = answer(sample("sunoapi", "refused_430"))


@pytest.fixture
def catalogue(deployed: Deployed) -> Function:
    """Load it as it is where everybody has an address."""
    return deployed.load("catalogue", PROVIDER_URLS=EVERYBODY)


def ask(path: str, key: str = KEY) -> Event:
    return query_event(f"GET {path}", path, key=key)


def listed(catalogue: Function, path: str, name: str) -> dict[str, Any]:
    """Ask for a list, and find each of its entries by its name."""
    answered = catalogue.answer(ask(path))
    assert answered.status == HTTPStatus.OK
    assert answered.headers["cache-control"] == "no-store"
    assert answered.json["next_cursor"] is None
    found = {entry[name]: entry for entry in answered.json["data"]}
    assert len(found) == len(answered.json["data"])
    return found


def providers(catalogue: Function) -> dict[str, Any]:
    return listed(catalogue, "/v1/providers", "name")


def models(catalogue: Function) -> dict[str, Any]:
    return listed(catalogue, "/v1/models", "id")


def health(catalogue: Function, provider: str = "sunoapi") -> dict[str, Any]:
    found: dict[str, Any] = providers(catalogue)[provider]["health"]
    return found


def prices(catalogue: Function, model: str) -> Mapping[str, str | None]:
    operations = models(catalogue)[model]["operations"]
    return {operation: told["price"] for operation, told in operations.items()}


def submission(**fields: object) -> Event:
    return load("submit", "simple") | {"body": json.dumps(fields)}


def test_a_provider_is_shown_as_it_is_dealt_with(catalogue: Function) -> None:
    found = providers(catalogue)

    assert [*found] == [*PROVIDERS]
    for name, row in PROVIDERS.items():
        shown, facts = found[name], row.facts
        assert shown["arrival"] == facts.arrival
        assert shown["callbacks"] == facts.callbacks
        assert set(shown["stages"]) == facts.stages
        assert shown["models"] == [f"{name}/{model}" for model in row.models]
        assert shown["file_retention_days"] == facts.file_retention_days
        assert shown["health"] == WELL


def test_what_the_documents_say_of_a_provider_is_shown(catalogue: Function) -> None:
    found = providers(catalogue)

    assert found["sunoapi"]["rate"] == {"count": 20, "span_s": 10}
    assert found["apiin"]["rate"] is None
    assert found["sunoapi"]["file_retention_days"] == 14
    assert found["sunoapi"]["stages"] == ["text", "first", "complete"]
    assert found["infery"]["stages"] == ["complete"]
    assert (found["infery"]["arrival"], found["stratizon"]["arrival"]) == ("block", "poll")
    assert found["stratizon"]["operations"] == ["generate", "cover"]
    assert set(found["sunoapi"]["operations"]) == set(Operation)


def test_a_model_is_shown_with_the_fields_and_limits_that_requests_are_held_against(
    catalogue: Function,
) -> None:
    found = models(catalogue)

    assert [*found] == [
        f"{name}/{model}" for name, row in PROVIDERS.items() for model in row.models
    ]
    for shown in found.values():
        row = PROVIDERS[shown["provider"]].models[shown["name"]]
        assert (shown["family"], shown["clips"]) == (row.family, row.clips)
        assert shown["limits"] == row.limits
        fields = {name: told["fields"] for name, told in shown["operations"].items()}
        assert fields == {name: sorted(able) for name, able in row.abilities.items()}


@pytest.mark.parametrize(("model", "limit"), [("sunoapi/V4", 80), ("sunoapi/V5", 100)])
def test_a_limit_that_is_shown_is_the_last_that_is_accepted(
    model: str, limit: int, catalogue: Function, deployed: Deployed
) -> None:
    submit = deployed.load("submit")
    song = {"model": model, "lyrics": "La", "style": "Folk"}
    assert models(catalogue)[model]["limits"]["title"] == limit

    longest = submit.answer(submission(**song, title="x" * limit))
    longer = submit.answer(submission(**song, title="x" * (limit + 1)))

    assert longest.status == HTTPStatus.ACCEPTED
    refused = problem(longer, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert [error["field"] for error in refused["errors"]] == ["title"]


def test_the_price_that_is_shown_is_the_one_that_counts(deployed: Deployed) -> None:
    told = {"sunoapi": "10", "sunoapi/V5": "11.5", "sunoapi/*/lyrics": "0.4"}
    catalogue = deployed.load("catalogue", PRICES=json.dumps(told))
    submit = deployed.load("submit", PRICES=json.dumps(told))

    assert prices(catalogue, "sunoapi/V5")["generate"] == "11.5000"
    assert prices(catalogue, "sunoapi/V4")["generate"] == "10.0000"
    assert prices(catalogue, "sunoapi/V4")["lyrics"] == "0.4000"
    assert set(prices(catalogue, "apikley/V5").values()) == {None}
    for most, status in (("11.5000", HTTPStatus.ACCEPTED), ("11.4999", 422)):
        asked = submission(prompt="Rain", model="sunoapi/V5", routing={"max_price": most})
        assert submit.answer(asked).status == status


def test_what_providers_answered_in_the_last_half_minute_is_their_health(
    deployed: Deployed, catalogue: Function, clock: Traveller
) -> None:
    submit = deployed.load("submit")
    taken = deployed.host.answers["/sunoapi/api/v1/generate"]
    asked = load("submit", "simple")

    deployed.host.answers["/sunoapi/api/v1/generate"] = BUSY
    submit.answer(asked)
    assert health(catalogue) == WELL | {"calls": 1, "failures": 1}

    deployed.host.answers["/sunoapi/api/v1/generate"] = taken
    for _ in range(3):
        submit.answer(asked)
    assert health(catalogue) == WELL | {"calls": 4, "failures": 1, "status": "strained"}
    assert health(catalogue, "apikley") == WELL

    clock.move_to(at(60 + 31))
    assert health(catalogue) == WELL


@pytest.mark.parametrize("path", PATHS)
def test_a_provider_without_an_address_is_not_offered_until_one_is_named(
    path: str, deployed: Deployed
) -> None:
    without = deployed.load("catalogue", PROVIDER_URLS="{}").answer(ask(path)).json["data"]
    named = deployed.load("catalogue", PROVIDER_URLS=EVERYBODY).answer(ask(path)).json["data"]

    assert HOMELESS not in json.dumps(without)
    assert HOMELESS in json.dumps(named)
    assert [entry for entry in named if HOMELESS not in json.dumps(entry)] == without


def test_what_is_not_offered_cannot_be_asked_for(deployed: Deployed) -> None:
    asked = submission(prompt="Rain", model="stratizon/minimax-music-2.6", instrumental=True)

    refused = deployed.load("submit", PROVIDER_URLS="{}").answer(asked)

    found = problem(refused, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert [error["field"] for error in found["errors"]] == ["model"]
    assert HOMELESS not in refused.body


def test_an_assumption_that_is_set_shows(deployed: Deployed) -> None:
    changed = json.dumps({"apikley": {"rate_count": 5, "rate_span_s": 60}})

    catalogue = deployed.load("catalogue", PROVIDER_SETTINGS=changed)

    assert providers(catalogue)["apikley"]["rate"] == {"count": 5, "span_s": 60}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("key", ["", key_of(9), "ck_x"], ids=["none", "unknown", "no key"])
def test_without_a_good_key_nothing_is_shown(path: str, key: str, catalogue: Function) -> None:
    answered = catalogue.answer(ask(path, key))

    problem(answered, HTTPStatus.UNAUTHORIZED, "unauthenticated")
    assert answered.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("path", PATHS)
def test_a_key_that_may_only_submit_may_not_look(
    path: str, catalogue: Function, deployed: Deployed
) -> None:
    keys = DynamoDbKeys(deployed.table, aws.dynamodb())
    keys.add(stored_key(3, scopes=(Scope.JOBS_WRITE,)), "writer")
    keys.add(stored_key(4, scopes=(Scope.JOBS_READ,)), "reader")

    problem(catalogue.answer(ask(path, key_of(3))), HTTPStatus.FORBIDDEN, "missing_scope")
    assert catalogue.answer(ask(path, key_of(4))).status == HTTPStatus.OK


def test_a_table_that_does_not_answer_is_a_503(deployed: Deployed, catalogue: Function) -> None:
    # The key is remembered for a minute, so that it is the health which cannot be read.
    providers(catalogue)
    aws.dynamodb().delete_table(TableName=deployed.table)

    answered = catalogue.answer(ask("/v1/providers"))

    problem(answered, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable_store")
    assert answered.headers["retry-after"] == "2"
    assert models(catalogue)


def test_the_description_of_events_is_there_for_whoever_asks(catalogue: Function) -> None:
    answered = catalogue.answer(ask("/v1/asyncapi.json", key=""))

    assert answered.status == HTTPStatus.OK
    assert answered.headers["content-type"] == "application/json"
    assert answered.json["asyncapi"] == "3.0.0"
    assert answered.json["channels"].keys() == {"bus", "webhook"}
