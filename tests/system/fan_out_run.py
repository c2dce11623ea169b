"""A run to which everybody listens: three receivers, another system's stack, and the feed."""

import json
import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

import httpx

from local import demo, seed
from local.bring_up import Deployment
from local.demo import MODELS, Client, Job
from tests.support.hook_server import Hooks, hook_server
from tests.system.kill_events import announced
from tests.system.kill_songs import PAUSE_S, TRIES, NotTakenError, listed
from tests.system.processes import soon
from tests.system.subscribing import Heard, Subscriber, subscribed

OPERATOR = "cliphook-local-operator"
STACK = "fan-out"
WELL, SLOW, DEAD, CALLBACK = "/well", "/slow", "/dead", "/callback"
NAMES = (WELL, SLOW, DEAD)
# The only receiver of another account, at the same time: as quick as this machine is then.
CONTROL = "/control"
# So many jobs have a URL of their own.
CALLED = 2
# One job of the other account for so many, and three at least.
CONTROL_SHARE, CONTROL_MIN = 10, 3

# As fast as two cores play all of it: AWS, five providers, whoever asks and whoever listens.
EVERY_S = float(os.environ.get("FAN_OUT_EVERY_S", "1"))
LOOK_EVERY_S = 1.0
CLIENTS = 4
# What has to be over: a start, and then so much for each job.
WITHIN_S, EACH_S = 120.0, 3.0 + EVERY_S

type Detail = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """Jobs that were made while everybody listened, and who heard of what."""

    # As the account of this run, which has no other jobs.
    api: Client
    hooks: Hooks
    endpoints: Mapping[str, Any]
    jobs: Mapping[str, Job]
    called: list[str]
    # What was committed, by the event's id.
    committed: Mapping[str, Detail]
    # What came into the other system's queue, that of the other account apart.
    heard: list[Heard]
    heard_of_control: list[Heard]
    feed: list[Detail]
    signing_secret: str
    # When the first of the jobs was asked for, all functions having been started before.
    begins_at: float
    took_s: float


@contextmanager
def played(deployment: Deployment, number: int) -> Iterator[Run]:
    """Ask for so many pieces of music, one after another, and wait until everybody has heard."""
    within_s, began = WITHIN_S + EACH_S * number, time.monotonic()
    with ExitStack() as stack:
        hooks = stack.enter_context(hook_server())
        account, api = stack.enter_context(somebody(deployment))
        other, other_api = stack.enter_context(somebody(deployment))
        asks = f"detail: {{account_id: [{account}, {other}]}}"
        subscriber = stack.enter_context(subscribed(deployment, STACK, asks))
        endpoints = {name: stack.enter_context(told_at(api, hooks, name)) for name in NAMES}
        stack.enter_context(told_at(other_api, hooks, CONTROL))
        warm_up(other_api)
        begins_at = time.time()
        asked = ask(api, other_api, hooks, number)
        soon(lambda: is_over(api) and is_over(other_api), within_s=within_s, every_s=LOOK_EVERY_S)
        committed = told_to(deployment, {account, other})
        heard = listen(subscriber, {*committed[account], *committed[other]}, began + within_s)
        for name, whose in ((WELL, account), (SLOW, account), (CONTROL, other)):
            soon(partial(has_heard, hooks, name, {*committed[whose]}), within_s=within_s)
        yield Run(
            api=api,
            hooks=hooks,
            endpoints=endpoints,
            jobs=jobs(api),
            called=[job["id"] for job in asked[:CALLED]],
            committed=committed[account],
            heard=[one for one in heard if one.event["detail"]["account_id"] == account],
            heard_of_control=[one for one in heard if one.event["detail"]["account_id"] == other],
            feed=[*read(api, "/v1/events")],
            begins_at=begins_at,
            signing_secret=api.http.get("/v1/signing-secret").json()["secret"],
            took_s=time.monotonic() - began,
        )


@contextmanager
def somebody(deployment: Deployment) -> Iterator[tuple[str, Client]]:
    """Be a new account, which has credit and no jobs."""
    account = seed.create_account(deployment.aws, OPERATOR, name="Fan-out")
    with demo.client(replace(deployment.addresses, api_key=account.api_key)) as api:
        yield account.account_id, api


@contextmanager
def told_at(api: Client, hooks: Hooks, name: str) -> Iterator[Any]:
    """Register a receiver, and tell it no more in the end."""
    endpoint = create(api, hooks.url(name))
    try:
        yield endpoint
    finally:
        path = f"/v1/endpoints/{endpoint['id']}"
        assert soon(lambda: api.http.delete(path).is_success, every_s=LOOK_EVERY_S)


def create(api: Client, url: str, **more: object) -> Any:
    """Register a receiver."""
    made = api.http.post("/v1/endpoints", json={"url": url, **more}, timeout=30)
    assert made.status_code == HTTPStatus.CREATED, made.text
    return made.json()


def warm_up(api: Client) -> None:
    """Make music once with each provider: a first start takes longer than all that is measured."""
    for place, model in enumerate(MODELS):
        submit(api, {"model": model, "prompt": f"Warm, {place}"})
    soon(lambda: is_over(api), within_s=WITHIN_S, every_s=LOOK_EVERY_S)


def ask(api: Client, other: Client, hooks: Hooks, number: int) -> list[Job]:
    """Ask for music at a steady pace, of each provider in turn; the first jobs have own URLs."""
    called = {"callback_url": hooks.url(f"{CALLBACK}?token=x")}
    every = max(1, min(CONTROL_SHARE, number // CONTROL_MIN))
    with ThreadPoolExecutor(CLIENTS) as pool:
        asked, controls = [], []
        for place in range(number):
            wanted = {"model": MODELS[place % len(MODELS)], "prompt": f"A bell, {place}"}
            own = called if place < CALLED else {}
            asked.append(pool.submit(submit, api, wanted | own))
            if place % every == 0:
                controls.append(pool.submit(submit, other, wanted))
            time.sleep(EVERY_S)
        assert [one.result() for one in controls]
        return [one.result() for one in asked]


def submit(api: Client, wanted: Mapping[str, str]) -> Job:
    """Ask for one as a careful client does: under one key, again as long as it may help."""
    headers = {"Idempotency-Key": wanted["prompt"].replace(" ", "-")}
    for _ in range(TRIES):
        with suppress(httpx.TransportError):
            answer = api.http.post("/v1/jobs", json=wanted, headers=headers)
            if answer.is_success:
                job: Job = answer.json()
                return job
            if answer.is_client_error:
                raise NotTakenError(wanted, answer.text)
        time.sleep(PAUSE_S)
    raise NotTakenError(wanted)


def jobs(api: Client) -> dict[str, Job]:
    """Read all jobs of the account, by their ids."""
    return {job["id"]: job for job in listed(api.http, "/v1/jobs")}


def is_over(api: Client) -> bool:
    """Say whether nothing more will be announced; nobody knows while there is no answer."""
    with suppress(httpx.HTTPError):
        return all(job["done"] for job in jobs(api).values())
    return False


def told_to(deployment: Deployment, accounts: set[str]) -> Mapping[str, Mapping[str, Detail]]:
    """Read from the table what was to be announced to some accounts."""
    found: dict[str, dict[str, Detail]] = {account: {} for account in accounts}
    for texts in (text for by_id in announced(deployment).values() for text in by_id.values()):
        detail = json.loads(*texts)
        if detail["account_id"] in found:
            found[detail["account_id"]][detail["id"]] = detail
    return found


def listen(subscriber: Subscriber, wanted: set[str], until: float) -> list[Heard]:
    """Empty the queue of the other system's stack, and wait for what is still to come."""
    heard: list[Heard] = []
    while True:
        taken = subscriber.take()
        heard += taken
        is_all = {one.event["detail"]["id"] for one in heard} >= wanted
        if not taken and (is_all or time.monotonic() > until):
            return heard


def has_heard(hooks: Hooks, name: str, wanted: set[str]) -> bool:
    """Say whether a receiver was told of all of them."""
    return {one.id for one in hooks.got[name]} >= wanted


def read(api: Client, path: str) -> Iterator[Detail]:
    """Page through a feed to its end."""
    query = {"limit": "100"}
    while True:
        page = api.http.get(path, params=query).raise_for_status().json()
        yield from page["data"]
        if not page["next_cursor"]:
            return
        query["after"] = page["next_cursor"]
