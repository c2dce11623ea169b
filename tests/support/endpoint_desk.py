"""What tests ask of the function of endpoints, and what they read from its answers."""

from http import HTTPStatus
from typing import Any

from tests.support.deployed import Answer, Deployed, Function
from tests.support.webhook_events import asked

HOOK = "/hook"


def made(endpoints: Function, deployed: Deployed, **more: object) -> Any:
    body = {"url": deployed.host.url(HOOK), **more}
    answered = endpoints.answer(asked("POST", "/v1/endpoints", body))
    assert answered.status == HTTPStatus.CREATED, answered.body
    return answered.json


def one(endpoint: Any, rest: str = "") -> str:
    return f"/v1/endpoints/{endpoint['id']}{rest}"


def show(endpoints: Function, endpoint: Any) -> Any:
    return endpoints.answer(asked("GET", one(endpoint))).json


def refused(answered: Answer) -> list[tuple[str, str]]:
    assert answered.status == HTTPStatus.UNPROCESSABLE_ENTITY, answered.body
    return [(error["field"], error["message"]) for error in answered.json["errors"]]


def code_of(answered: Answer) -> Any:
    assert answered.headers["content-type"] == "application/problem+json"
    return answered.json["code"]
