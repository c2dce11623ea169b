"""An uploadUrl is really fetched, and what it leads to decides."""

from collections.abc import Iterator

import numpy as np
import pytest

from local.simulators import Served
from local.simulators.encode import mp3_frames
from local.simulators.synth import RATE
from tests.unit.local.playing import FACTS
from tests.unit.local.receiver import Receiver, get, poll, task_id, wait
from tests.unit.local.suno_bodies import INVALID
from tests.unit.local.suno_client import SONGS, Made, ask, body_for, shelf, source

UPLOADS = sorted(SONGS - {"extend", "sounds"})

both = pytest.mark.parametrize("provider", FACTS)


@pytest.fixture(scope="module")
def long_file() -> Iterator[str]:
    """An MP3 of a little more than a minute."""
    silence = np.zeros((RATE * 62, 2), dtype=np.int16)
    with shelf({"long.mp3": mp3_frames(silence), "page.mp3": b"<html></html>"}) as address:
        yield address


@pytest.mark.parametrize(
    "place",
    ["{shelf}/none.mp3", "{shelf}/page.mp3", "http://127.0.0.1:9/x", "https://example.test/x"],
)
def test_apikley_refuses_an_upload_that_is_not_to_be_had(
    apikley: Served, receiver: Receiver, made: dict[str, Made], long_file: str, place: str
) -> None:
    for name in UPLOADS:
        url = place.format(shelf=long_file)
        body = body_for(name, receiver, made["apikley"], uploadUrl=url)
        assert ask(apikley, name, body).json()["code"] == 451
        assert get(apikley, "/_sim/requests").json()["requests"][-1]["accepted"] is False


@pytest.mark.parametrize("name", UPLOADS)
def test_sunoapi_finds_out_later_and_fails(
    sunoapi: Served, receiver: Receiver, made: dict[str, Made], long_file: str, name: str
) -> None:
    path = f"lost-{name}"
    lost = {"uploadUrl": f"{long_file}/none.mp3", "callBackUrl": receiver.path(path)}
    task = task_id(ask(sunoapi, name, body_for(name, receiver, made["sunoapi"], **lost)))

    (call,) = wait(lambda: receiver.at(path))
    data = poll(sunoapi, task)["data"]
    assert (call.body["code"], call.body["data"]["callbackType"]) == (451, "error")
    assert (data["status"], data["errorCode"]) == ("GENERATE_AUDIO_FAILED", 451)


def test_an_upload_is_fetched_from_where_it_was_moved_to_but_not_from_elsewhere(
    apikley: Served, sunoapi: Served, receiver: Receiver, made: dict[str, Made],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    moved, away = (
        source(sunoapi, receiver, prompt=f"[[sim:{name}]]")[1]["audioUrl"]
        for name in ("audio-redirect", "audio-redirect-private")
    )
    for url, code in ((moved, 200), (away, 451)):
        body = body_for("upload_cover", receiver, made["apikley"], uploadUrl=url)
        assert ask(apikley, "upload_cover", body).json()["code"] == code
    assert "refusing to fetch http://169.254.169.254" in caplog.text


@both
def test_the_length_of_an_upload_decides(
    provider: str, sims: dict[str, Served], receiver: Receiver, made: dict[str, Made],
    long_file: str,
) -> None:  # fmt: skip
    def code(name: str, **changes: object) -> int:
        changes |= {"uploadUrl": f"{long_file}/long.mp3"}
        answer = ask(sims[provider], name, body_for(name, receiver, made[provider], **changes))
        return int(answer.json()["code"])

    assert code("upload_cover") == 200
    assert code("upload_cover", model="V4_5ALL") == INVALID[provider]
    assert code("upload_extend", continueAt=61) == 200
    assert code("upload_extend", continueAt=63) == INVALID[provider]
