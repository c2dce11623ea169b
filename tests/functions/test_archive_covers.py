"""The archive queue keeps covers and twins beside the audio, and never instead of it."""

from dataclasses import replace
from hashlib import sha256

import pytest
from time_machine import Traveller

from cliphook.domain.change import Change
from cliphook.domain.companion import Companion, Part
from cliphook.domain.companions import companion_of
from cliphook.domain.event import Order
from cliphook.domain.ids import EventId
from cliphook.domain.report import Accompanied, Progress, Said
from cliphook.domain.status import Status
from tests.functions.conftest import Output
from tests.functions.test_archive import AUDIO, DONE, kept, word_at
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import queued
from tests.support.lambda_shapes import Event
from tests.support.loopback import answer
from tests.support.makers import ACCOUNT, at
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]
COVER = b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256))
PATH = "/covers/one.jpeg?canary-token"
MIB = 1024 * 1024

REFUSED = {
    "http_404": answer(b"", 404),
    "not_image": answer(b"<svg onload=alert(1)>" * 9, headers={"Content-Type": "image/jpeg"}),
    "too_large": answer(COVER.ljust(11 * MIB, b"\0")),
    "empty": answer(b""),
}


@pytest.fixture
def archive(deployed: Deployed) -> Function:
    return deployed.load("archive")


@pytest.fixture
def story(deployed: Deployed) -> tuple[Change, ...]:
    """Store a job of one clip with a cover, at a host of ours."""
    changes = SUNOAPI.story(*SUNOAPI.opening, whole(deployed))
    deployed.store(changes)
    deployed.host.answers["/audio/one.mp3"] = answer(AUDIO)
    deployed.host.answers["/covers/one.jpeg"] = answer(COVER, headers={"Content-Type": "text/html"})
    return changes


def whole(deployed: Deployed) -> Said:
    """Tell the end of a job of one clip, whose files are at a host of ours."""
    word = word_at(deployed)
    clip = replace(word.clips[0], image_url=deployed.host.url(PATH))
    return replace(SUNOAPI.whole, word=Progress(word.task_id, word.stage, (clip,)))


def order_of(story: tuple[Change, ...], part: Part | None = Part.IMAGE) -> Order:
    (found,) = [order for order in story[-1].orders if order.part is part]
    return found


def delivered(deployed: Deployed, story: tuple[Change, ...], tries: int = 1) -> Event:
    return deployed.deliver(queued("archive", order_of(story), tries=tries))


def cover_of(deployed: Deployed) -> Companion:
    return companion_of(deployed.job().results[0], Part.IMAGE)


def test_a_cover_is_kept_under_a_name_that_says_its_content(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    assert archive(delivered(deployed, story)) == DONE

    digest = sha256(COVER).hexdigest()
    clip = deployed.job().results[0]
    key = f"clips/{ACCOUNT}/{SUNOAPI.job_id}/{clip.id}/{digest}.jpg"
    assert kept(deployed) == {key: COVER}
    file = cover_of(deployed).file
    assert file
    assert (file.key, file.sha256, file.size_bytes) == (key, digest, len(COVER))
    assert (file.content_type, file.kept_at) == ("image/jpeg", at(60))


def test_the_order_again_fetches_nothing_again(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    archive(delivered(deployed, story))

    assert archive(delivered(deployed, story)) == DONE

    assert len(deployed.host.requests) == 1


@pytest.mark.parametrize(("reason", "served"), REFUSED.items(), ids=REFUSED)
def test_what_is_no_cover_is_given_up_and_the_audio_is_kept(
    reason: str,
    served: bytes,
    archive: Function,
    deployed: Deployed,
    story: tuple[Change, ...],
) -> None:
    deployed.host.answers["/covers/one.jpeg"] = served

    answered = archive(delivered(deployed, story, tries=8))
    archive(deployed.deliver(queued("archive", order_of(story, None))))

    # It is reported as failed all the same: so the queue puts it among its dead letters.
    assert len(answered["batchItemFailures"]) == 1
    assert cover_of(deployed) == Companion(loss=(at(60), reason))
    assert [*kept(deployed).values()] == [AUDIO]
    assert (deployed.job().status, deployed.job().is_done) == (Status.ARCHIVED, True)
    types = {row["detail_type"] for row in deployed.rows("EVENT")}
    assert "clip.archive_failed" not in types


def test_a_try_that_fails_comes_again_after_a_growing_wait(
    archive: Function, deployed: Deployed, story: tuple[Change, ...], clock: Traveller
) -> None:
    deployed.host.answers["/covers/one.jpeg"] = REFUSED["http_404"]

    assert len(archive(delivered(deployed, story, 3))["batchItemFailures"]) == 1

    assert cover_of(deployed) == Companion()
    clock.move_to(at(60 + 15 - 0.1))
    assert deployed.waiting("archive") == 0
    clock.move_to(at(60 + 15 + 0.1))
    assert deployed.waiting("archive") == 1


def test_a_cover_that_was_given_up_can_be_tried_again(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    name = deployed.job().results[0].provider_clip_id
    lost = Accompanied(name, Part.IMAGE, Companion(loss=(at(50), "http_404")), at(50))
    (*_, change) = SUNOAPI.story(*SUNOAPI.opening, whole(deployed), lost)
    assert deployed.jobs.commit(change, None)

    assert archive(delivered(deployed, story)) == DONE

    assert cover_of(deployed).file


def test_an_order_for_what_nobody_wants_fetches_nothing(
    archive: Function, deployed: Deployed, story: tuple[Change, ...]
) -> None:
    job = deployed.job()
    wish = Order(EventId("evt"), order_of(story).work, at(60), job, job.results[0].id, Part.WAV)

    assert archive(deployed.deliver(queued("archive", wish))) == DONE

    assert deployed.host.requests == []


def test_the_log_says_why_and_not_from_where(
    archive: Function, deployed: Deployed, story: tuple[Change, ...], output: Output
) -> None:
    deployed.host.answers["/covers/one.jpeg"] = REFUSED["not_image"]

    archive(delivered(deployed, story))

    assert "not_image" in output.read()
    assert "canary-token" not in output.read()
