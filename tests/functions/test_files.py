"""POST /v1/files and GET /v1/files/{id}, by whole events: promised, uploaded, expired."""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.domain.api_key import Scope
from tests.support.deployed import Answer, Deployed, Function
from tests.support.file_events import ASKED, AUDIO, FILE_ID, get_event, post_event
from tests.support.lambda_events import load
from tests.support.makers import ACCOUNT, at
from tests.support.problems import problem
from tests.support.sample_world import KEY, OTHER_KEY, key_of, stored_key


@pytest.fixture
def files(deployed: Deployed) -> Function:
    return deployed.load("files")


def upload(deployed: Deployed, file: dict[str, Any], body: bytes = AUDIO) -> None:
    """Put the bytes where the form would have put them."""
    key = file["upload"]["fields"]["key"]
    aws.s3().put_object(Bucket=deployed.bucket, Key=key, Body=body)


def test_a_file_is_promised(files: Function, deployed: Deployed) -> None:
    answered = files.answer(load("files", "audio"))

    file = answered.json
    assert answered.status == HTTPStatus.CREATED
    assert answered.headers["cache-control"] == "no-store"
    assert answered.headers["location"] == f"/v1/files/{file['id']}"
    assert file["status"] == "pending"
    assert {name: file[name] for name in ASKED} == ASKED
    assert (file["created_at"], file["expires_at"]) == (
        "2026-11-21T09:01:00Z",
        "2026-11-28T09:01:00Z",
    )
    assert file["upload"].keys() == {"url", "fields", "expires_at"}
    assert file["upload"]["expires_at"] == "2026-11-21T09:16:00Z"
    assert file["upload"]["url"].endswith(f"/{deployed.bucket}")
    assert file["upload"]["fields"]["key"] == f"files/{ACCOUNT}/{file['id']}.mp3"
    assert file["upload"]["fields"]["Content-Type"] == "audio/mpeg"


def test_a_file_is_pending_until_its_bytes_are_there(files: Function, deployed: Deployed) -> None:
    file = files.answer(load("files", "audio")).json

    before = files.answer(get_event(file["id"]))
    upload(deployed, file)
    after = files.answer(get_event(file["id"]))

    promised = {name: value for name, value in file.items() if name != "upload"}
    assert (before.status, before.json) == (HTTPStatus.OK, promised)
    assert (after.status, after.json) == (HTTPStatus.OK, promised | {"status": "ready"})


def test_a_file_of_another_length_is_not_the_promised_one(
    files: Function, deployed: Deployed
) -> None:
    file = files.answer(load("files", "audio")).json

    upload(deployed, file, AUDIO[:-1])

    assert files.answer(get_event(file["id"])).json["status"] == "pending"


def test_a_picture_may_be_as_large_as_its_limit(files: Function) -> None:
    file = files.answer(load("files", "image")).json

    assert (file["content_type"], file["size_bytes"]) == ("image/png", 10 * 1024 * 1024)
    assert file["upload"]["fields"]["key"].endswith(".png")


def without_request_id(answered: Answer) -> tuple[object, ...]:
    headers = {**answered.headers, "x-request-id": ""}
    return answered.status, headers, {**answered.json, "request_id": ""}


def test_another_accounts_an_unknown_and_an_expired_file_are_one_404(
    files: Function, deployed: Deployed, clock: Traveller
) -> None:
    file = files.answer(load("files", "audio")).json
    upload(deployed, file)
    last = at(60) + timedelta(days=7)

    foreign = files.answer(get_event(file["id"], OTHER_KEY))
    unknown = files.answer(get_event(FILE_ID))
    malformed = [files.answer(get_event(text)) for text in ("x", f"{FILE_ID}x", "a" * 3000)]
    clock.move_to(last - timedelta(seconds=1))
    assert files.answer(get_event(file["id"])).status == HTTPStatus.OK
    clock.move_to(last)
    expired = files.answer(get_event(file["id"]))

    problem(unknown, HTTPStatus.NOT_FOUND, "not_found")
    seen = [without_request_id(one) for one in (foreign, unknown, expired, *malformed)]
    assert seen == [seen[0]] * len(seen)


def test_every_wrong_field_is_named_and_nothing_stored(files: Function, deployed: Deployed) -> None:
    answered = files.answer(load("files", "invalid"))

    found = problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    fields = {error["field"] for error in found["errors"]}
    assert fields == {"filename", "content_type", "size_bytes", "sha256"}
    assert not deployed.rows("FILE")


@pytest.mark.parametrize("event", [load("files", "without_key"), get_event(key="")])
def test_without_a_good_key_nothing_is_promised_or_shown(
    event: dict[str, Any], files: Function, deployed: Deployed
) -> None:
    answered = files.answer(event)

    problem(answered, HTTPStatus.UNAUTHORIZED, "unauthenticated")
    assert not deployed.rows("FILE")


def test_a_key_does_only_what_its_scope_says(files: Function, deployed: Deployed) -> None:
    keys = DynamoDbKeys(deployed.table, aws.dynamodb())
    keys.add(stored_key(3, scopes=(Scope.JOBS_READ,)), "reader")
    keys.add(stored_key(4, scopes=(Scope.JOBS_WRITE,)), "writer")
    body = json.dumps(ASKED)

    refused = files.answer(post_event(body, key_of(3)))
    file = files.answer(post_event(body, key_of(4))).json

    problem(refused, HTTPStatus.FORBIDDEN, "missing_scope")
    assert files.answer(get_event(file["id"], key_of(3))).status == HTTPStatus.OK
    problem(files.answer(get_event(file["id"], key_of(4))), HTTPStatus.FORBIDDEN, "missing_scope")


def test_a_body_above_64_kib_is_too_large(files: Function) -> None:
    answered = files.answer(post_event(json.dumps(ASKED).ljust(64 * 1024 + 1)))

    problem(answered, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "body_too_large")


@pytest.mark.parametrize("name", ["audio", "file"])
def test_a_table_that_does_not_answer_is_a_503(name: str, deployed: Deployed) -> None:
    files = deployed.load("files")
    problem(files.answer(get_event()), HTTPStatus.NOT_FOUND, "not_found")
    # The key was seen before, so only the file is looked for.
    aws.dynamodb().delete_table(TableName=deployed.table)

    answered = files.answer(load("files", name))

    problem(answered, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable_store")
    assert answered.headers["retry-after"] == "2"


def test_the_form_is_not_in_the_logs(files: Function, output: Any) -> None:
    file = files.answer(post_event(json.dumps(ASKED), KEY)).json

    text = output.read()
    secret = [value for name, value in file["upload"]["fields"].items() if "Type" not in name]
    assert file["id"] in text
    assert not [value for value in (*secret, ASKED["filename"]) if str(value) in text]
