"""Covers, words in time and WAV twins, through the synthesized template."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import httpx
import pytest

from local.bring_up import Deployment
from local.demo import Client, Job
from tests.system.jobs import done
from tests.system.steering import told

WITHIN_S = 40.0
WANTED = json.dumps({"sunoapi": {"timed_lyrics": True, "wav_twins": True}})
PNG = b"\x89PNG\r\n\x1a\n"


def made(api: Client, scenario: str = "S1-happy") -> Job:
    """Make a song, and wait until it is done."""
    prompt = f"A heron at noon [[sim:{scenario}]]"
    (job,) = done(api, [api.submit({"prompt": prompt, "model": "sunoapi/V5"})])
    return job


def until(api: Client, clip_id: str, is_there: Callable[[Job], object]) -> Job:
    """Look at a clip until something of it is known."""
    ends_at = time.monotonic() + WITHIN_S
    while time.monotonic() < ends_at:
        clip: Job = api.http.get(f"/v1/clips/{clip_id}").json()
        if is_there(clip):
            return clip
        time.sleep(0.2)
    pytest.fail(f"it did not come: {clip}")


def fetched(api: Client, path: str) -> httpx.Response:
    """Follow the link that a route leads to."""
    answered = api.http.get(path)
    assert answered.status_code == 302, answered.text
    return httpx.get(answered.headers["location"], trust_env=False)


def test_the_cover_of_every_clip_is_kept_as_its_provider_had_it(api: Client) -> None:
    job = made(api)

    for clip in job["clips"]:
        image = until(api, clip["id"], lambda one: one["image"])["image"]
        served = fetched(api, f"/v1/clips/{clip['id']}/image")

        assert image["content_type"] == served.headers["content-type"] == "image/png"
        assert served.content.startswith(PNG)
        assert image["sha256"] == hashlib.sha256(served.content).hexdigest()
        assert served.content == httpx.get(clip["image_url"], trust_env=False).content


@pytest.mark.parametrize(
    ("scenario", "reason"),
    [
        ("cover-404", "http_404"),
        ("cover-html", "not_image"),
        ("cover-oversized", "too_large"),
    ],
)
def test_a_song_is_archived_whatever_becomes_of_its_cover(
    api: Client, scenario: str, reason: str
) -> None:
    job = made(api, scenario)

    assert (job["status"], job["done"]) == ("archived", True)
    clip = until(api, job["clips"][0]["id"], lambda one: one["image"])
    assert clip["image"]["error"] == reason
    assert api.http.get(f"/v1/clips/{clip['id']}/image").headers["location"] == clip["image_url"]


@pytest.fixture
def generous(deployment: Deployment) -> Iterator[None]:
    """Have an operator pay for everything that a provider makes."""
    with ExitStack() as stack:
        for function in ("submit", "dispatch", "poll"):
            name = f"cliphook-local-{function}"
            stack.enter_context(told(deployment, name, PROVIDER_SETTINGS=WANTED))
        yield


@pytest.mark.usefixtures("generous")
def test_what_an_operator_pays_for_is_made_and_kept(api: Client) -> None:
    clip_id = made(api)["clips"][0]["id"]

    clip = until(
        api, clip_id, lambda one: one["timed_lyrics"] and len(one["audio"]["formats"]) == 2
    )

    words = fetched(api, f"/v1/clips/{clip_id}/lyrics?format=timed").json()
    sung = api.http.get(f"/v1/clips/{clip_id}/lyrics").text
    assert "".join("".join(word["text"] for word in words["words"]).split()) == "".join(
        sung.split()
    )
    times = [word["start_s"] for word in words["words"]]
    assert times == sorted(times)
    assert times[-1] < clip["audio"]["duration_s"]
    assert clip["audio"]["formats"] == ["mp3", "wav"]
    twin = fetched(api, f"/v1/clips/{clip_id}/audio?format=wav")
    assert twin.headers["content-type"] == "audio/wav"
    assert (twin.content[:4], twin.content[8:12]) == (b"RIFF", b"WAVE")
