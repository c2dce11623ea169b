"""Webhooks through the synthesized template: three endpoints, of which one is dead and one slow."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook

from local import demo
from local.bring_up import Deployment
from local.demo import Client, Job
from tests.support import bus_watch
from tests.support.following import crowd, finish
from tests.support.hook_server import Hook, Hooks, hook_server
from tests.system.processes import soon

JOBS = 3
NAMES = ("/well", "/slow", "/dead")
# The only receiver of another account, at the same time: as quick as this machine is then.
CONTROL = "/control"
# A first attempt that another receiver keeps waiting is late by more than this (I15).
DELAYED_MAX_S = 10
REPLAYED_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Played:
    """Jobs that were made while three endpoints listened, and what each of them heard."""

    hooks: Hooks
    endpoints: Mapping[str, Any]
    jobs: list[Job]
    details: list[Mapping[str, Any]]
    signing_secret: str


def create(api: Client, url: str, **more: object) -> Any:
    made = api.http.post("/v1/endpoints", json={"url": url, **more}, timeout=30)
    assert made.status_code == HTTPStatus.CREATED, made.text
    return made.json()


@pytest.fixture(scope="module")
def played(deployment: Deployment) -> Iterator[Played]:
    """Make a few jobs at once, two of which have a URL of their own."""
    with hook_server() as hooks, crowd(deployment.addresses, JOBS) as (api, pool):
        endpoints = {name: create(api, hooks.url(name)) for name in NAMES}
        with other_account(deployment) as other:
            control = create(other, hooks.url(CONTROL))
            for number in range(JOBS):
                other.submit({"model": "sunoapi/V5", "prompt": f"A gong, {number}"})
        called = {"callback_url": hooks.url("/callback?token=x")}
        asked: list[dict[str, object]] = [
            {"model": "sunoapi/V5", "prompt": f"A bell, {number}", **(called if number < 2 else {})}
            for number in range(JOBS)
        ]
        jobs = [finish(api, job) for job in pool.map(api.submit, asked)]
        heard = [one for job in jobs for one in bus_watch.listen(deployment.witness, job)]
        details = bus_watch.details(heard)
        wanted = {detail["id"] for detail in details}
        for name in ("/well", "/slow"):
            assert soon(partial(has_heard, hooks, name, wanted), within_s=60), name
        assert soon(lambda: kept(hooks.got[CONTROL]) == JOBS, within_s=60)
        secret = api.http.get("/v1/signing-secret").json()["secret"]
        yield Played(hooks, endpoints, jobs, details, secret)
        for endpoint in endpoints.values():
            api.http.delete(f"/v1/endpoints/{endpoint['id']}")
        with other_account(deployment) as other:
            other.http.delete(f"/v1/endpoints/{control['id']}")


@contextmanager
def other_account(deployment: Deployment) -> Iterator[Client]:
    """Be somebody whose receivers are all well."""
    with demo.client(deployment.addresses) as client:
        client.http.headers["Authorization"] = f"Bearer {deployment.addresses.other_api_key}"
        yield client


def has_heard(hooks: Hooks, name: str, wanted: set[str]) -> bool:
    return {one.id for one in hooks.got[name]} >= wanted


def kept(hooks: list[Hook]) -> int:
    return len({one.id for one in hooks if json.loads(one.body)["type"] == "job.archived"})


def lags(hooks: list[Hook]) -> list[float]:
    """Tell how long after each event it was first heard of."""
    first = {hook.id: hook for hook in sorted(hooks, key=lambda one: -one.at)}
    return [
        hook.at - datetime.fromisoformat(json.loads(hook.body)["timestamp"]).timestamp()
        for hook in first.values()
    ]


@pytest.mark.parametrize("name", ["/well", "/slow"])
def test_no_event_is_missed_and_each_bears_the_id_that_it_has_on_the_bus(
    name: str, played: Played
) -> None:
    told = {hook.id: json.loads(hook.body) for hook in played.hooks.got[name]}

    assert {one: body["data"] for one, body in told.items()} == {
        detail["id"]: detail for detail in played.details
    }


@pytest.mark.parametrize("name", NAMES)
def test_every_delivery_is_verified_by_the_published_library(name: str, played: Played) -> None:
    webhook = Webhook(played.endpoints[name]["secret"])

    assert played.hooks.got[name]
    for hook in played.hooks.got[name]:
        body: Any = webhook.verify(hook.body, dict(hook.headers))
        assert body["type"] == body["data"]["type"]


def test_nobody_is_kept_waiting_by_one_who_is_dead(played: Played) -> None:
    well, control = lags(played.hooks.got["/well"]), lags(played.hooks.got[CONTROL])

    assert len(well) == len(played.details)
    assert max(well) <= max(control) + DELAYED_MAX_S


def test_the_log_tells_what_became_of_every_attempt(api: Client, played: Played) -> None:
    def deliveries(name: str) -> list[Any]:
        path = f"/v1/endpoints/{played.endpoints[name]['id']}/deliveries"
        page: list[Any] = api.http.get(path, params={"limit": 100}).json()["data"]
        return page

    assert soon(
        lambda: all(one["status"] == "delivered" for one in deliveries("/slow")), within_s=60
    )
    well, dead = deliveries("/well"), deliveries("/dead")
    assert {one["event_id"] for one in well} == {detail["id"] for detail in played.details}
    assert {one["status"] for one in well} == {"delivered"}
    assert {one["attempts"][0]["status"] for one in well} == {200}
    assert {one["status"] for one in dead} == {"pending"}
    said = [attempt for one in dead for attempt in one["attempts"]]
    assert {(one["status"], one["error"]) for one in said} <= {(None, "timeout"), (None, "unknown")}
    assert any(one["error"] == "timeout" for one in said)


def test_a_jobs_own_url_hears_of_that_job_alone_by_the_accounts_secret(
    api: Client, played: Played
) -> None:
    called = played.jobs[:2]
    wanted = {
        detail["id"]
        for detail in played.details
        if detail["job"]["id"] in {job["id"] for job in called}
        and detail["type"].startswith("job.")
    }

    assert soon(lambda: {hook.id for hook in played.hooks.got["/callback"]} == wanted, within_s=30)

    webhook = Webhook(played.signing_secret)
    for hook in played.hooks.got["/callback"]:
        webhook.verify(hook.body, dict(hook.headers))
    for job in called:
        log = api.http.get(f"/v1/jobs/{job['id']}/deliveries").json()["data"]
        assert {one["status"] for one in log} == {"delivered"}
    assert api.http.get(f"/v1/jobs/{played.jobs[2]['id']}/deliveries").json()["data"] == []


def test_a_replay_brings_everything_again_under_the_same_ids(api: Client, played: Played) -> None:
    # A second before: an id tells the millisecond of its event, and clocks are read apart.
    since = min(detail["occurred_at"] for detail in played.details)
    before = len(played.hooks.got["/well"])
    path = f"/v1/endpoints/{played.endpoints['/well']['id']}/replay"

    answered = api.http.post(path, json={"since": since})

    assert answered.status_code == HTTPStatus.ACCEPTED, answered.text
    wanted = {detail["id"] for detail in played.details}
    assert soon(
        lambda: {hook.id for hook in played.hooks.got["/well"][before:]} >= wanted,
        within_s=REPLAYED_WITHIN_S,
    )


def test_a_test_and_a_rotation_reach_the_receiver(
    deployment: Deployment, api: Client, played: Played
) -> None:
    with demo.client(deployment.addresses) as client:
        made = create(client, played.hooks.url("/callback"), events=["clip.archive_failed"])
    path = f"/v1/endpoints/{made['id']}"

    rotated = api.http.post(f"{path}/rotate-secret").json()
    tested = api.http.post(f"{path}/test").json()

    def log() -> Any:
        return api.http.get(f"{path}/deliveries").json()["data"]

    assert soon(lambda: log()[0]["status"] == "delivered", within_s=30)
    assert log()[0]["id"] == tested["id"]
    assert rotated["secret"] != made["secret"]
    api.http.delete(path)


def test_what_leads_inside_is_refused(api: Client, played: Played) -> None:
    for url in (
        "http://10.0.0.1/",
        "https://localhost/",
        str(api.http.base_url.join("/v1/jobs")),
        played.hooks.url("/missing").replace("127.0.0.1", "localhost"),
    ):
        refused = api.http.post("/v1/endpoints", json={"url": url})

        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY, (url, refused.text)
