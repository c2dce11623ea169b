"""Webhooks through the synthesized template: what an account can do about an endpoint."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest

from local.demo import Client
from tests.support.hook_server import Hooks, hook_server
from tests.system.fan_out_run import CALLBACK, create
from tests.system.processes import soon


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    with hook_server() as hooks:
        yield hooks


def test_a_test_and_a_rotation_reach_the_receiver(api: Client, hooks: Hooks) -> None:
    made = create(api, hooks.url(CALLBACK), events=["clip.archive_failed"])
    path = f"/v1/endpoints/{made['id']}"

    rotated = api.http.post(f"{path}/rotate-secret").json()
    tested = api.http.post(f"{path}/test").json()

    def log() -> Any:
        return api.http.get(f"{path}/deliveries").json()["data"]

    assert soon(lambda: log()[0]["status"] == "delivered", within_s=30)
    assert log()[0]["id"] == tested["id"]
    assert rotated["secret"] != made["secret"]
    api.http.delete(path)


def test_what_leads_inside_is_refused(api: Client, hooks: Hooks) -> None:
    for url in (
        "http://10.0.0.1/",
        "https://localhost/",
        str(api.http.base_url.join("/v1/jobs")),
        hooks.url("/missing").replace("127.0.0.1", "localhost"),
    ):
        refused = api.http.post("/v1/endpoints", json={"url": url})

        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, (url, refused.text)
