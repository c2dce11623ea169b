"""GET /v1/clips/{id}/tagged, by whole events: a copy that says what it is."""

import io
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, urlsplit

import av
import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.domain.clip import COPY_BYTES_MAX
from cliphook.domain.report import ClipArchived
from tests.support.deployed import Answer, Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import ACCOUNT, at, passport
from tests.support.problems import problem
from tests.support.sample_world import OTHER_KEY, SAMPLES
from tests.support.tones import ADTS, FLAC, MP3, encoded, tone

SUNOAPI = SAMPLES["sunoapi"]
CLIP = SUNOAPI.complete[-1].job.results[0]
KEY = "clips/a/b/c/abc.mp3"
SOUND = encoded(tone(1, -20), MP3)


@pytest.fixture
def tagged(deployed: Deployed) -> Function:
    return deployed.load("tagged")


def archived(deployed: Deployed, body: bytes = SOUND, **changes: Any) -> None:
    """Archive a clip, of which the passport may say something else."""
    aws.s3().put_object(Bucket=deployed.bucket, Key=KEY, Body=body, ContentType="audio/mpeg")
    known = replace(passport(), key=KEY, sha256=sha256(body).hexdigest(), size_bytes=len(body))
    kept = ClipArchived(CLIP.provider_clip_id, replace(known, **changes), at(50))
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, SUNOAPI.whole, kept))


def copies(deployed: Deployed) -> dict[str, bytes]:
    s3 = aws.s3()
    listed = s3.list_objects_v2(Bucket=deployed.bucket, Prefix="tagged/").get("Contents", [])
    return {
        row["Key"]: s3.get_object(Bucket=deployed.bucket, Key=row["Key"])["Body"].read()
        for row in listed
    }


def said(content: bytes) -> dict[str, str]:
    with av.open(io.BytesIO(content), "r") as container:
        return {name.split("-")[0].upper(): text for name, text in container.metadata.items()}


def led_to(answered: Answer, deployed: Deployed) -> tuple[str, dict[str, list[str]]]:
    assert answered.status == HTTPStatus.FOUND
    link = urlsplit(answered.headers["location"])
    return link.path.removeprefix(f"/{deployed.bucket}/"), parse_qs(link.query)


def test_a_link_leads_to_a_copy_with_tags(tagged: Function, deployed: Deployed) -> None:
    archived(deployed)

    key, asked = led_to(tagged.answer(load("tagged", "copy")), deployed)

    assert [*copies(deployed)] == [key]
    assert key.startswith(f"tagged/{ACCOUNT}/{SUNOAPI.job_id}/{CLIP.id}/")
    assert asked["X-Amz-Expires"] == ["900"]
    assert asked["response-content-disposition"] == ['inline; filename="Ferry Light.mp3"']
    tags = said(copies(deployed)[key])
    assert (tags["TITLE"], tags["PROVIDER"], tags["MODEL"]) == ("Ferry Light", "sunoapi", "V5")
    assert (tags["COMMENT"], tags["CLIPHOOK_JOB_ID"]) == ("AI-generated", SUNOAPI.job_id)
    assert tags["LYRICS"]


def test_the_archived_file_stays_byte_for_byte(tagged: Function, deployed: Deployed) -> None:
    archived(deployed)

    key, _ = led_to(tagged.answer(load("tagged", "copy")), deployed)

    kept = aws.s3().get_object(Bucket=deployed.bucket, Key=KEY)["Body"].read()
    assert kept == SOUND
    assert copies(deployed)[key].endswith(SOUND[-10_000:])


def test_a_copy_may_be_for_keeping(tagged: Function, deployed: Deployed) -> None:
    archived(deployed)

    _, asked = led_to(tagged.answer(load("tagged", "download")), deployed)

    assert asked["response-content-disposition"] == ['attachment; filename="Ferry Light.mp3"']


def test_whoever_asks_again_is_led_to_the_same_copy(
    tagged: Function, deployed: Deployed, clock: Traveller
) -> None:
    archived(deployed)
    key, _ = led_to(tagged.answer(load("tagged", "copy")), deployed)
    made = aws.s3().head_object(Bucket=deployed.bucket, Key=key)["LastModified"]

    clock.move_to(at(3600))
    again, _ = led_to(tagged.answer(load("tagged", "copy")), deployed)

    assert again == key
    assert aws.s3().head_object(Bucket=deployed.bucket, Key=key)["LastModified"] == made


def too_long(deployed: Deployed) -> None:
    archived(deployed, size_bytes=COPY_BYTES_MAX + 1)


def of_no_container(deployed: Deployed) -> None:
    archived(deployed, encoded(tone(1, -20), ADTS))


def damaged(deployed: Deployed) -> None:
    archived(deployed, encoded(tone(1, -20), FLAC)[:40])


def on_its_way(deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)


REFUSED: dict[Callable[[Deployed], None], tuple[HTTPStatus, str]] = {
    on_its_way: (HTTPStatus.CONFLICT, "not_archived"),
    too_long: (HTTPStatus.UNPROCESSABLE_ENTITY, "clip_too_large"),
    of_no_container: (HTTPStatus.UNPROCESSABLE_ENTITY, "untaggable"),
    damaged: (HTTPStatus.UNPROCESSABLE_ENTITY, "untaggable"),
}


@pytest.mark.parametrize("state", REFUSED, ids=lambda state: state.__name__)
def test_where_there_can_be_no_copy_the_answer_says_why(
    state: Callable[[Deployed], None], tagged: Function, deployed: Deployed
) -> None:
    state(deployed)

    problem(tagged.answer(load("tagged", "copy")), *REFUSED[state])

    assert copies(deployed) == {}


def test_a_file_that_is_too_long_is_told_the_limit(tagged: Function, deployed: Deployed) -> None:
    too_long(deployed)

    assert "128 MiB" in tagged.answer(load("tagged", "copy")).json["title"]


def test_a_bad_disposition_is_a_422_that_names_it(tagged: Function, deployed: Deployed) -> None:
    archived(deployed)
    path = f"/v1/clips/{CLIP.id}/tagged"

    answered = tagged.answer(
        query_event("GET /v1/clips/{id}/tagged", path, {"disposition": "hidden"})
    )

    found = problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
    assert [error["field"] for error in found["errors"]] == ["disposition"]
    assert copies(deployed) == {}


def test_nobody_gets_a_copy_of_what_is_not_theirs(tagged: Function, deployed: Deployed) -> None:
    archived(deployed)
    path = f"/v1/clips/{CLIP.id}/tagged"

    theirs = query_event("GET /v1/clips/{id}/tagged", path, key=OTHER_KEY)

    problem(tagged.answer(theirs), HTTPStatus.NOT_FOUND, "not_found")
    without = tagged.answer(load("tagged", "without_key"))
    problem(without, HTTPStatus.UNAUTHORIZED, "unauthenticated")
    assert copies(deployed) == {}


def test_a_file_that_the_store_does_not_give_is_asked_for_later(
    tagged: Function, deployed: Deployed
) -> None:
    archived(deployed)
    aws.s3().delete_object(Bucket=deployed.bucket, Key=KEY)

    answered = tagged.answer(load("tagged", "copy"))

    problem(answered, HTTPStatus.SERVICE_UNAVAILABLE, "unavailable_store")
    assert answered.headers["retry-after"] == "2"
