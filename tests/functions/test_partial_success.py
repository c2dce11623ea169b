"""Jobs that end with a part of their music, by whole events: the part is kept, and paid for."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.domain.report import Accepted, Claimed
from cliphook.domain.status import Status
from tests.support.deployed import Deployed, Function
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.paid_jobs import SUNOAPI, Found, paid
from tests.support.samples import sample

HALF: Final = [("charge", Decimal("10.0000")), ("refund", Decimal("5.0000"))]
DONE: Final[Mapping[str, object]] = {"batchItemFailures": []}
RECORD_INFO: Final = "/sunoapi/api/v1/generate/record-info"


@pytest.fixture
def found(deployed: Deployed) -> Found:
    return Found(deployed)


@pytest.fixture
def poll(deployed: Deployed) -> Function:
    return deployed.load("poll")


def without_second(body: bytes, *, silent: bool) -> bytes:
    """Take the second clip out of what sunoapi answers, or only its audio."""
    answered = json.loads(body)
    items = answered["data"]["response"]["sunoData"]
    if not silent:
        del items[1]
        return json.dumps(answered).encode()
    for name in ("audioUrl", "sourceAudioUrl"):
        items[1][name] = ""
    return json.dumps(answered).encode()


def polled(found: Found, poll: Function, body: bytes, clock: Traveller, seconds: float) -> None:
    found.deployed.host.answers[RECORD_INFO] = answer(body)
    clock.move_to(at(seconds))
    assert poll(found.deliver("poll")) == DONE


def test_fewer_clips_than_were_paid_for_are_complete_and_half_comes_back(
    found: Found, poll: Function, clock: Traveller
) -> None:
    found.deployed.store(paid(*SUNOAPI.opening))
    body = without_second(sample("sunoapi", "record_info_success"), silent=False)

    polled(found, poll, body, clock, 91)

    job = found.deployed.job()
    assert (job.status, len(job.results)) == (Status.COMPLETE, 1)
    assert found.moved() == HALF
    assert len(found.orders("archive")) == 1


def test_a_clip_that_never_gets_its_audio_lets_the_job_expire_and_half_comes_back(
    found: Found, poll: Function, clock: Traveller
) -> None:
    found.deployed.store(paid(*SUNOAPI.opening))
    body = without_second(sample("sunoapi", "record_info_success"), silent=True)

    polled(found, poll, body, clock, 91)
    waiting = found.deployed.job()
    polled(found, poll, body, clock, 7201)

    job = found.deployed.job()
    assert (waiting.status, waiting.refund) == (Status.ACCEPTED, None)
    assert (job.status, found.moved()) == (Status.EXPIRED, HALF)
    kept = [clip.id for clip in job.results if clip.is_delivered]
    assert [order["clip_id"] for order in found.orders("archive")] == kept
    assert not job.is_late(job.results[0])


def test_a_failure_after_the_first_clip_leaves_that_and_half_comes_back(
    found: Found, poll: Function, clock: Traveller
) -> None:
    found.deployed.store(paid(*SUNOAPI.opening))
    polled(found, poll, sample("sunoapi", "record_info_first_success"), clock, 91)

    failure = sample("sunoapi", "record_info_generate_audio_failed")
    polled(found, poll, failure, clock, 181)

    job = found.deployed.job()
    assert (job.status, found.moved()) == (Status.FAILED, HALF)
    assert len(found.orders("archive")) == 1


APIIN: Final = replace(SUNOAPI, provider="apiin")
TASK: Final = "apiin-task-1"


def test_a_track_that_failed_at_apiin_is_left_out_and_half_comes_back(
    deployed: Deployed, found: Found, clock: Traveller
) -> None:
    prefix = deployed.own_secrets()
    aws.secretsmanager().create_secret(
        Name=f"{prefix}/provider/apiin", SecretString=json.dumps({"api_key": "canary-of-apiin"})
    )
    urls = json.dumps({"apiin": deployed.host.url("/apiin")})
    poll = deployed.load("poll", SECRETS_PREFIX=prefix, PROVIDER_URLS=urls)
    deployed.store(paid(Claimed(1, "request-1", at(1)), Accepted(1, TASK, at(2)), told=APIIN))
    deployed.host.answers["/apiin/api/v1/audio/music/feed"] = answer(
        sample("apiin", "feed_half_failed")
    )

    clock.move_to(at(91))
    assert poll(found.deliver("poll")) == DONE

    job = deployed.job()
    assert (job.status, len(job.results)) == (Status.COMPLETE, 1)
    assert found.moved() == HALF
    assert len(found.orders("archive")) == 1
