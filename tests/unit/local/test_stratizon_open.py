"""What Stratizon's page leaves open is a setting, and reference audio comes in all its ways."""

import logging
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest

from local.simulators import Served, serve
from local.simulators.multipart import Part, read_form
from local.simulators.stratizon_facts import StratizonSwitches
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import CLIENT, KEY, wait
from tests.unit.local.stratizon_client import (
    AUDIO,
    MINIMAX,
    REFERENCE,
    SUNO,
    ended,
    made,
    play,
    poll,
    post,
    upload,
    wait_for_wallet,
    wallet,
)


@pytest.fixture(scope="module")
def sim() -> Iterator[Served]:
    with serve("stratizon", QUICK) as served:
        yield served


def switched(**switches: Any) -> Served:
    return serve("stratizon", replace(QUICK, switches=StratizonSwitches(**switches)))


def billing(sim: Served, scenario: str) -> Any:
    return ended(sim, made(sim, play(scenario, MINIMAX)))["billing"]


STRINGS = {"charged_credits": "50.0000", "charged_credits_usd_reference": "0.0500"}
NUMBERS = {"charged_credits": 50.0, "charged_credits_usd_reference": 0.05}


def test_credits_are_strings_or_numbers(sim: Served) -> None:
    with switched(credits_as="number") as other:
        assert billing(other, "S1-happy") == billing(sim, "credits-number") == NUMBERS
        assert billing(sim, "S1-happy") == billing(other, "credits-string") == STRINGS


def test_a_refund_is_said_in_credits_in_usd_too_or_not_at_all(sim: Served) -> None:
    credits_ = STRINGS | {"refunded_credits": "50.0000"}
    both = credits_ | {"refunded_credits_usd_reference": "0.0500"}

    assert billing(sim, "S11-failure-after-accept") == billing(sim, "canceled") == credits_
    assert billing(sim, "refund-in-usd-too") == both
    assert billing(sim, "refund-unsaid") == STRINGS
    with switched(refund_keys="credits-and-usd") as usd, switched(refund_keys="none") as silent:
        assert billing(usd, "canceled") == both
        assert billing(silent, "canceled") == STRINGS


@pytest.mark.parametrize(
    ("words", "ladder"),
    [("succeeded", ["queued", "succeeded", "failed", "canceled"]),
     ("completed", ["pending", "completed", "failed", "cancelled"]),
     ("success", ["queued", "success", "failed", "cancelled"])],
)  # fmt: skip
def test_a_task_has_the_words_that_were_chosen(words: Any, ladder: list[str]) -> None:
    with switched(status_words=words) as sim:
        first = post(sim, SUNO).json()["status"]
        names = ("S1-happy", "S11-failure-after-accept", "canceled")

        assert [first, *(ended(sim, made(sim, play(name)))["status"] for name in names)] == ladder


def link(clip: dict[str, Any], key: str) -> Any:
    for name in key.split("."):
        clip = clip[name]
    return clip


@pytest.mark.parametrize(
    ("key", "scenario"),
    [("audio_url", "S1-happy"), ("url", "clip-url"), ("audio.url", "clip-audio-url")],
)
def test_the_link_of_a_clip_is_where_it_was_chosen(sim: Served, key: Any, scenario: str) -> None:
    with switched(clip_url_key=key) as other:
        for served, name in ((sim, scenario), (other, "S1-happy")):
            (clip,) = ended(served, made(served, play(name, MINIMAX)))["output"]["clips"]
            assert link(clip, key).startswith(f"{served.base_url}/files/")
            assert len(clip) == 3


def test_an_error_has_the_shape_that_was_chosen(sim: Served) -> None:
    body = SUNO | {"model": "other"}
    error = post(sim, body).json()["error"]

    assert error.keys() == {"code", "message"}
    with switched(error_shape="flat") as flat, switched(error_shape="text") as text:
        assert post(flat, body).json() == error
        assert post(text, body).json() == {"error": error["message"]}


@pytest.mark.parametrize(
    ("scheme", "header"),
    [("raw", {"authorization": "sim-x"}), ("x-api-key", {"x-api-key": "sim-x"})],
)
def test_a_key_is_shown_as_it_was_chosen(scheme: Any, header: dict[str, str]) -> None:
    with switched(auth_scheme=scheme) as sim:
        url = f"{sim.base_url}/v1/tasks/none"

        assert CLIENT.get(url, headers=header).status_code == 404
        assert CLIENT.get(url, headers=KEY).status_code == 401
        CLIENT.post(f"{sim.base_url}/v1/music/text-to-music", json=SUNO, headers=header)
        assert "sim-x" not in CLIENT.get(f"{sim.base_url}/_sim/requests").text


def test_metadata_may_be_forgotten() -> None:
    with switched(echo_metadata=False) as sim:
        assert "metadata" not in ended(sim, made(sim, SUNO | {"metadata": {"job": "a1"}}))


def test_every_answer_may_carry_what_nobody_documents(sim: Served) -> None:
    answer = post(sim, play("S10-unknown-fields")).json()
    task = ended(sim, answer["task_id"])

    assert all("extra" in body for body in (answer, task, task["output"]["clips"][0]))


def test_an_upload_is_used_by_its_id_as_often_as_wanted(sim: Served) -> None:
    answer = upload(sim)
    reference = {"reference_audio": {"artifact_id": answer.json()["artifact_id"]}}

    assert (answer.status_code, answer.json().keys()) == (201, {"artifact_id"})
    assert sim.world.artifacts[answer.json()["artifact_id"]] == AUDIO
    for _ in range(2):
        assert ended(sim, made(sim, SUNO | reference, REFERENCE))["status"] == "succeeded"
    assert upload(sim).json() != answer.json()


def test_a_clip_is_a_reference_by_its_id_and_by_its_address(sim: Served) -> None:
    (clip,) = ended(sim, made(sim, MINIMAX))["output"]["clips"]
    kept = len(sim.world.artifacts)

    for reference in ({"artifact_id": clip["artifact_id"]}, {"url": clip["audio_url"]}):
        task = made(sim, MINIMAX | {"reference_audio": reference}, REFERENCE)
        assert ended(sim, task)["status"] == "succeeded"
    (copy,) = [*sim.world.artifacts.values()][kept:]
    assert sha256(copy).digest() == sha256(CLIENT.get(clip["audio_url"]).content).digest()


def test_a_task_does_not_begin_before_its_reference_is_here(sim: Served) -> None:
    (clip,) = ended(sim, made(sim, play("audio-slow", MINIMAX)))["output"]["clips"]
    reference = {"reference_audio": {"url": clip["audio_url"]}}
    task = made(sim, MINIMAX | reference, REFERENCE)
    kept = len(sim.world.artifacts)

    wait(lambda: poll(sim, task).json()["status"] != "queued")

    assert len(sim.world.artifacts) == kept + 1
    assert ended(sim, task)["status"] == "succeeded"


@pytest.mark.parametrize("path", ["/files/none.mp3", "/_sim"])
def test_a_reference_that_is_not_to_be_had_fails_the_task_and_is_refunded(
    sim: Served, path: str
) -> None:
    before = wallet(sim)
    reference = {"reference_audio": {"url": f"{sim.base_url}{path}"}}

    task = ended(sim, made(sim, SUNO | reference, REFERENCE))

    assert (task["status"], task["error"]["code"]) == ("failed", "reference_audio_unavailable")
    assert task["billing"]["refunded_credits"] == "80.0000"
    wait_for_wallet(sim, before)
    assert before > Decimal(0)


def test_nobody_is_asked_for_audio_who_is_not_on_this_machine(
    sim: Served, caplog: pytest.LogCaptureFixture
) -> None:
    reference = {"reference_audio": {"url": "https://media.example.test/secret-name.mp3"}}

    with caplog.at_level(logging.ERROR):
        task = ended(sim, made(sim, SUNO | reference, REFERENCE))

    assert task["error"]["code"] == "reference_audio_unavailable"
    assert "refusing to fetch" in caplog.text
    assert "secret-name" not in caplog.text


def test_an_artifact_that_nobody_uploaded_is_refused_before_it_costs(sim: Served) -> None:
    before = wallet(sim)
    reference = {"reference_audio": {"artifact_id": "art_0"}}

    assert post(sim, SUNO | reference, REFERENCE).status_code == 422
    assert wallet(sim) == before


def test_an_upload_is_one_field_of_audio(sim: Served) -> None:
    url = f"{sim.base_url}/v1/uploads"
    both = [("file", ("a.mp3", AUDIO)), ("file", ("b.mp3", AUDIO))]

    answers = [
        upload(sim, b"<html>"),
        upload(sim, b""),
        upload(sim, field="audio"),
        CLIENT.post(url, files=both, headers=KEY),
        CLIENT.post(url, json={"file": "x"}, headers=KEY),
        CLIENT.post(url, content=AUDIO, headers=KEY | {"content-type": "multipart/form-data"}),
    ]

    assert [answer.status_code for answer in answers] == [422] * 6
    with switched(upload_field="audio") as other:
        assert upload(other, field="audio").status_code == 201
        assert upload(other).status_code == 422


@pytest.mark.parametrize("content", [b"", b"\r\n", b"\r\n--b\r", b"a\r\r\n\n--", bytes(range(256))])
def test_a_form_gives_back_what_was_put_in(content: bytes) -> None:
    raw = (
        b'--b0\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n'
        b'--b0\r\ncontent-disposition: form-data; name="file"; filename="a b.mp3"\r\n'
        b"Content-Type: audio/mpeg\r\n\r\n" + content + b"\r\n--b0--\r\n"
    )

    assert read_form('multipart/form-data; boundary="b0"', raw) == [
        Part("note", "", b"hello"),
        Part("file", "a b.mp3", content),
    ]


@pytest.mark.parametrize(
    "raw",
    [b"", b"x", b"--b0--", b"--b0\r\n\r\nx\r\n--b0--", b"--b0\r\nContent-Disposition: form-data;"],
)  # fmt: skip
def test_half_a_form_is_none(raw: bytes) -> None:
    assert not read_form("multipart/form-data; boundary=b0", raw)
