"""Whatever goes wrong: no log and no refusal holds what a client or an operator has said."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

import pytest

from cliphook.adapters import aws, items
from cliphook.domain.change import begin
from cliphook.domain.job import Job
from cliphook.domain.plan import Lineage, Option
from cliphook.domain.request import Image, MusicRequest, Source
from tests.functions.conftest import Output
from tests.support.deployed import Deployed
from tests.support.file_events import FILE, get_event, post_event, source_event, source_ticket
from tests.support.lambda_events import (
    POST_JOB,
    WITH_KEY,
    callback_event,
    load,
    query_event,
    queued,
)
from tests.support.lambda_shapes import Event, http_event
from tests.support.loopback import answer, reset
from tests.support.makers import PACE, at, new_job
from tests.support.sample_world import OTHER_KEY, SAMPLES

CANARY = "canary-nobody-may-repeat-this"
PICTURE = "Q0FOQVJZQ0FOQVJZQ0FOQVJZ"
LINK = f"http://127.0.0.1:9/{CANARY}.mp3?{CANARY}"
SIGNING_KEY = "canary-key-that-signs-callbacks"
SECRETS = (CANARY, PICTURE, SIGNING_KEY)

# Each of these stands in the way of the others, so they are asked for one after another.
ASKED: Mapping[str, Mapping[str, object]] = {
    "described": {"prompt": CANARY, "metadata": {"note": CANARY}},
    "custom": {"lyrics": CANARY, "style": CANARY, "title": CANARY, "negative_style": CANARY},
    "persona": {"prompt": CANARY, "persona_id": CANARY, "persona_kind": CANARY},
    "options": {"prompt": CANARY, "provider_options": {"sunoapi": {"hidden": CANARY}}},
    "options of ours": {"prompt": "x", "provider_options": {"sunoapi": {"callBackUrl": CANARY}}},
    "deep options": {"prompt": "x", "provider_options": {"sunoapi": [[[[CANARY]]]]}},
    "a link": {"operation": "cover", "prompt": "x", "source": {"url": LINK}},
    "a bad link": {"operation": "cover", "prompt": "x", "source": {"url": f"file:///{CANARY}"}},
    "a bad clip": {"operation": "cover", "prompt": "x", "source": {"clip_id": CANARY}},
    "pictures": {"prompt": CANARY, "images": [{"mime_type": "image/png", "data": PICTURE}]},
    "bad pictures": {"prompt": "x", "images": [{"mime_type": CANARY, "data": f"{PICTURE}!"}]},
    "everything wrong": {
        "prompt": [CANARY],
        "lyrics": {CANARY: CANARY},
        "model": CANARY,
        "routing": {"providers": [CANARY], "max_price": CANARY},
        "operation": CANARY,
        "sound": {"key": CANARY * 9},
        "duration_s": CANARY,
        "style_weight": CANARY,
    },
}
# What a provider may answer, and what it may say of us in it.
ECHO = json.dumps({"code": 500, "msg": CANARY, "error": {"code": CANARY * 9, "message": CANARY}})
ANSWERS: Mapping[str, Any] = {
    "echo": answer(ECHO.encode(), 500),
    "refusal": answer(json.dumps({"code": 413, "msg": CANARY}).encode()),
    "no JSON": answer(f"<html>{CANARY}".encode()),
    "inline": answer(json.dumps({"b64_audio": CANARY, "msg": CANARY}).encode()),
    "elsewhere": answer(b"", 302, {"Location": LINK}),
    "cut off": answer(CANARY.encode(), headers={"Content-Length": "9999"}),
    "reset": reset,
}


@pytest.fixture(autouse=True)
def silent(output: Output) -> Iterator[None]:
    """See to it, in every test, that nobody repeats anything."""
    yield
    text = output.read()
    assert [secret for secret in SECRETS if secret in text] == []


def post(body: object) -> Event:
    text = json.dumps(body)
    return http_event(POST_JOB, "/v1/jobs", at=at(60), body=text, headers=WITH_KEY)


@pytest.mark.parametrize("name", ASKED)
def test_a_request_is_not_repeated(name: str, deployed: Deployed) -> None:
    answered = deployed.load("submit").answer(post({"model": "sunoapi/V5", **ASKED[name]}))

    if answered.status >= HTTPStatus.BAD_REQUEST:
        assert not [secret for secret in SECRETS if secret in answered.body]


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("function", ["submit", "dispatch", "poll"])
def test_a_providers_answer_is_not_repeated(function: str, name: str, deployed: Deployed) -> None:
    deployed.host.answers["/sunoapi/api/v1/generate"] = ANSWERS[name]
    deployed.host.answers["/sunoapi/api/v1/generate/record-info"] = ANSWERS[name]
    if function == "submit":
        deployed.load("submit").answer(post({"model": "sunoapi/V5", **ASKED["described"]}))
        return
    told = SAMPLES["sunoapi"]
    deployed.store((told.queued,) if function == "dispatch" else told.accepted)
    deployed.load(function)(deployed.deliver(load(function, "sunoapi_order")))


def test_no_answer_tells_a_provider_anything(deployed: Deployed) -> None:
    signed = '{"sunoapi": {"signed_callbacks": true}}'
    prefix = deployed.own_secrets()
    keys = json.dumps({"sunoapi": SIGNING_KEY})
    aws.secretsmanager().create_secret(Name=f"{prefix}/webhook-keys", SecretString=keys)
    callback = deployed.load("callback", PROVIDER_SETTINGS=signed, SECRETS_PREFIX=prefix)
    deployed.store(SAMPLES["sunoapi"].accepted)

    for body in (CANARY, json.dumps({"data": {"task_id": CANARY, "callbackType": CANARY}})):
        answered = callback.answer(callback_event(SAMPLES["sunoapi"], body))
        assert not [secret for secret in SECRETS if secret in answered.body]


def test_files_and_their_forms_are_not_repeated(deployed: Deployed) -> None:
    files = deployed.load("files")
    for size in (10, -1):
        body = {"filename": f"{CANARY}.mp3", "content_type": "audio/mpeg", "size_bytes": size}
        made = files.answer(post_event(json.dumps(body)))
        if size > 0:
            assert (
                files.answer(get_event(made.json["id"], OTHER_KEY)).status == HTTPStatus.NOT_FOUND
            )
    source = deployed.load("source")
    source.answer(source_event(source_ticket(f"{FILE.key}{CANARY}")))
    source.answer(source_event(CANARY))


def newer() -> Job:
    """Make a job that speaks of everything, with a word in it that only a newer version knows."""
    request = MusicRequest(
        prompt=CANARY,
        lyrics=CANARY,
        source=Source(url=LINK),
        images=(Image("image/png", PICTURE),),
        provider_options={"sunoapi": json.dumps({"hidden": CANARY})},
    )
    told = SAMPLES["sunoapi"]
    route = (Option("sunoapi", "V5", PACE, reason=CANARY),)
    return new_job(id=told.job_id, request=request, route=route, lineage=Lineage(url=LINK))


EVENTS: Mapping[str, Event] = {
    "query": query_event("GET /v1/jobs", "/v1/jobs"),
    "dispatch": load("dispatch", "sunoapi_order"),
    "poll": load("poll", "sunoapi_order"),
    "callback": load("callback", "sunoapi_text_a"),
    "archive": queued("archive", *SAMPLES["sunoapi"].complete[-1].orders),
    "sweep": load("sweep", "minute"),
    "operator": {"command": "inspect", "where": "overdue"},
}
BROKEN: Mapping[str, Mapping[str, object]] = {
    "an operation": {"request": {"operation": CANARY, "prompt": CANARY, "source": {"url": LINK}}},
    "nothing of it": {"pace": None},
    "a number": {"clips": {"one": {"id": CANARY, "duration_s": [2, CANARY]}}},
    "a status": {"attempts": [{"owner": CANARY, "status": CANARY, "task": [2, CANARY]}]},
}


@pytest.mark.parametrize("name", BROKEN)
@pytest.mark.parametrize("function", EVENTS)
def test_a_job_that_only_a_newer_version_can_read_is_not_repeated(
    function: str, name: str, deployed: Deployed
) -> None:
    job = newer()
    deployed.store((begin(job),))
    row = {**items.job_item(job), "due_at": "2026-11-21T09:00:00.000000+00:00"}
    row["job"] = {**row["job"], **BROKEN[name]}
    aws.dynamodb().put_item(TableName=deployed.table, Item=items.marshal(row))
    event = EVENTS[function]

    deployed.load(function)(deployed.deliver(event) if "Records" in event else event)
