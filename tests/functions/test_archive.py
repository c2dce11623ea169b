"""The archive queue, by whole events: a clip is kept for good, or its loss is written down."""

from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.domain.change import Change
from cliphook.domain.clip import Clip
from cliphook.domain.report import ClipLost, Expired, Progress
from cliphook.domain.status import ClipStatus, Status
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import queued
from tests.support.lambda_shapes import Event
from tests.support.loopback import answer
from tests.support.makers import ACCOUNT, at
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]
DONE: Mapping[str, object] = {"batchItemFailures": []}
AUDIO = b"ID3\x04" + bytes(range(256)) * 40
PATHS = ("/audio/one.mp3?canary-token", "/audio/two.mp3")


@pytest.fixture
def archive(deployed: Deployed) -> Function:
    return deployed.load("archive")


@pytest.fixture
def story(deployed: Deployed) -> tuple[Change, ...]:
    """Store a job whose provider shows both clips, at an audio host of ours."""
    changes = SUNOAPI.story(*SUNOAPI.opening, replace(SUNOAPI.whole, word=word_at(deployed)))
    deployed.store(changes)
    deployed.host.answers["/audio/one.mp3"] = answer(AUDIO)
    deployed.host.answers["/audio/two.mp3"] = answer(AUDIO + b"two")
    return changes


def word_at(deployed: Deployed) -> Progress:
    word = SUNOAPI.whole.word
    assert isinstance(word, Progress)
    urls = [deployed.host.url(path) for path in PATHS]
    clips = zip(word.clips, urls, strict=True)
    return replace(
        word,
        clips=tuple(
            replace(clip, audio_url=url, source_url=None, image_url=None) for clip, url in clips
        ),
    )


@pytest.fixture
def broken(deployed: Deployed, story: tuple[Change, ...]) -> tuple[Change, ...]:
    """Let the audio host have a bad day."""
    deployed.host.answers["/audio/one.mp3"] = answer(b"<html>", 503)
    return story


def delivered(deployed: Deployed, story: tuple[Change, ...], tries: int = 1) -> Event:
    """Receive the order for the first clip, for the so many-th time."""
    return deployed.deliver(queued("archive", story[-1].orders[0], tries=tries))


def clip_of(deployed: Deployed) -> Clip:
    return deployed.job().results[0]


def kept(deployed: Deployed) -> dict[str, bytes]:
    s3 = aws.s3()
    found = s3.list_objects_v2(Bucket=deployed.bucket).get("Contents", [])
    return {
        one["Key"]: s3.get_object(Bucket=deployed.bucket, Key=one["Key"])["Body"].read()
        for one in found
    }


def test_a_clip_is_kept_whole_under_a_name_that_says_its_content(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    assert archive(delivered(deployed, story)) == DONE

    digest = sha256(AUDIO).hexdigest()
    key = f"clips/{ACCOUNT}/{SUNOAPI.job_id}/{clip_of(deployed).id}/{digest}.mp3"
    assert kept(deployed) == {key: AUDIO}
    passport = clip_of(deployed).passport
    assert passport
    assert (passport.key, passport.sha256, passport.size_bytes) == (key, digest, len(AUDIO))
    assert (passport.content_type, passport.archived_at) == ("audio/mpeg", at(60))


def test_the_job_is_archived_with_its_last_clip(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    archive(deployed.deliver(queued("archive", *story[-1].orders)))

    assert deployed.job().status is Status.ARCHIVED
    types = [row["detail_type"] for row in deployed.rows("EVENT") if row["source"] == "cliphook"]
    assert types[-3:] == ["clip.archived", "clip.archived", "job.archived"]


def test_the_order_again_downloads_nothing_again(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    archive(delivered(deployed, story))

    assert archive(delivered(deployed, story)) == DONE

    assert len(deployed.host.requests) == 1


@pytest.mark.parametrize(("tries", "wait_s"), [(1, 2), (2, 5), (6, 300), (7, 900)])
def test_a_try_that_fails_comes_again_after_a_growing_wait(
    tries: int, wait_s: int, deployed: Deployed, broken: tuple[Change, ...], clock: Traveller
) -> None:
    order = delivered(deployed, broken, tries)

    answered = deployed.load("archive")(order)

    failed = [{"itemIdentifier": order["Records"][0]["messageId"]}]
    assert answered == {"batchItemFailures": failed}
    assert clip_of(deployed).status is ClipStatus.READY
    clock.move_to(at(60 + wait_s - 0.1))
    assert deployed.waiting("archive") == 0
    clock.move_to(at(60 + wait_s + 0.1))
    assert deployed.waiting("archive") == 1


REASONS = {
    "http_404": answer(b"", 404),
    "not_audio": answer(b"<html>" * 99),
    "empty": answer(b""),
}


@pytest.mark.parametrize(("reason", "served"), REASONS.items(), ids=REASONS)
def test_the_last_try_writes_the_loss_down(
    reason: str,
    served: bytes,
    archive: Function,
    deployed: Deployed,
    story: tuple[Change, ...],
) -> None:
    deployed.host.answers["/audio/one.mp3"] = served

    answered = archive(delivered(deployed, story, tries=8))

    # It is reported as failed all the same: so the queue puts it among its dead letters.
    assert len(answered["batchItemFailures"]) == 1
    assert clip_of(deployed).status is ClipStatus.ARCHIVE_FAILED
    assert clip_of(deployed).loss == (at(60), reason)
    assert "clip.archive_failed" in {row["detail_type"] for row in deployed.rows("EVENT")}
    assert kept(deployed) == {}


def test_a_clip_that_was_lost_can_be_tried_again(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    lost = ClipLost(clip_of(deployed).provider_clip_id, "http_404", at(50))
    (*_, change) = SUNOAPI.story(
        *SUNOAPI.opening, replace(SUNOAPI.whole, word=word_at(deployed)), lost
    )
    assert deployed.jobs.commit(change, None)

    assert archive(delivered(deployed, story)) == DONE

    assert clip_of(deployed).status is ClipStatus.ARCHIVED


def test_a_clip_that_came_after_the_end_is_kept_as_recovered(
    archive: Function, deployed: Deployed
) -> None:
    late = replace(SUNOAPI.whole, word=word_at(deployed), at=at(7300))
    story = SUNOAPI.story(*SUNOAPI.opening, Expired(at(7201)), late)
    deployed.store(story)
    deployed.host.answers["/audio/one.mp3"] = answer(AUDIO)

    assert archive(delivered(deployed, story)) == DONE

    assert deployed.job().status is Status.EXPIRED
    assert "clip.recovered" in {row["detail_type"] for row in deployed.rows("EVENT")}


def test_what_only_a_callback_claims_is_never_downloaded(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    order = delivered(deployed, story)
    elsewhere = SAMPLES["apikley"]
    deployed.store(elsewhere.accepted)
    body = order["Records"][0]["body"].replace(SUNOAPI.job_id, elsewhere.job_id)
    order["Records"][0]["body"] = body

    assert archive(order) == DONE

    assert deployed.host.requests == []


def test_on_a_host_of_the_internet_loopback_is_forbidden(
    deployed: Deployed, story: tuple[Change, ...]
) -> None:
    archive = deployed.load("archive", FETCH_LOOPBACK="false")

    answered = archive(delivered(deployed, story, tries=8))

    assert len(answered["batchItemFailures"]) == 1
    assert deployed.host.requests == []
    assert clip_of(deployed).loss == (at(60), "forbidden_address")


def test_a_clip_that_could_not_be_stored_is_not_said_to_be_lost(
    deployed: Deployed, story: tuple[Change, ...], output: Output
) -> None:
    archive = deployed.load("archive", BUCKET_NAME="nobody")

    answered = archive(delivered(deployed, story, tries=8))

    assert len(answered["batchItemFailures"]) == 1
    assert clip_of(deployed).status is ClipStatus.READY
    assert "NoSuchBucket" in output.read()


def test_the_log_says_why_and_not_from_where(
    archive: Function, deployed: Deployed, story: tuple[Change, ...], output: Output
) -> None:
    deployed.host.answers["/audio/one.mp3"] = answer(b"", 404)

    archive(delivered(deployed, story))

    assert "http_404" in output.read()
    assert "canary-token" not in output.read()
    assert "/audio/" not in output.read()
