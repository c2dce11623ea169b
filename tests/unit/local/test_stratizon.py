"""The simulated Stratizon makes what is asked for, and takes and gives back what it costs."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from local.simulators import Served, serve
from local.simulators.stratizon_facts import StratizonSwitches
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import CLIENT, KEY
from tests.unit.local.stratizon_client import (
    FULL,
    MINIMAX,
    SUNO,
    TEXT,
    ended,
    made,
    play,
    poll,
    post,
    wallet,
)


@pytest.fixture(scope="module")
def sim() -> Iterator[Served]:
    with serve("stratizon", QUICK) as served:
        yield served


def test_an_answer_is_202_and_says_the_price_in_four_decimals(sim: Served) -> None:
    answer = post(sim, MINIMAX)
    body = answer.json()

    assert answer.status_code == 202
    assert body == {
        "task_id": body["task_id"],
        "status": "queued",
        "model": "minimax-music-2.6",
        "billing": {"charged_credits": "50.0000", "charged_credits_usd_reference": "0.0500"},
    }


@pytest.mark.parametrize(("body", "count"), [(SUNO, 2), (MINIMAX, 1), (play("one-track"), 1)])
def test_a_model_makes_its_number_of_clips(sim: Served, body: dict[str, Any], count: int) -> None:
    clips = ended(sim, made(sim, body))["output"]["clips"]

    assert len({clip["artifact_id"] for clip in clips}) == len(clips) == count
    for clip in clips:
        assert clip.keys() == {"artifact_id", "audio_url", "duration_seconds"}
        assert CLIENT.get(clip["audio_url"]).content[:3] == b"ID3"


def test_a_wav_is_made_where_it_is_asked_for(sim: Served) -> None:
    setting = {"model_options": {"minimax": {"audio_setting": {"format": "wav"}}}}
    (clip,) = ended(sim, made(sim, MINIMAX | setting))["output"]["clips"]
    audio = CLIENT.get(clip["audio_url"])

    assert (audio.headers["content-type"], audio.content[:4]) == ("audio/wav", b"RIFF")


def test_its_downloads_misbehave_like_those_of_any_other(sim: Served) -> None:
    (late,) = ended(sim, made(sim, play("S14-audio-404-then-ok", MINIMAX)))["output"]["clips"]
    (longer,) = ended(sim, made(sim, play("audio-length-lie", MINIMAX)))["output"]["clips"]

    assert [CLIENT.get(late["audio_url"]).status_code for _ in range(3)] == [404, 404, 200]
    assert longer["duration_seconds"] == pytest.approx(late["duration_seconds"] * 10)


def test_a_task_remembers_metadata_as_it_was_sent(sim: Served) -> None:
    metadata = {"job": "job_1", "nested": {"list": [1, 2.5, None, "ü"]}}

    assert poll(sim, made(sim, FULL | {"metadata": metadata})).json()["metadata"] == metadata
    assert "metadata" not in poll(sim, made(sim, SUNO)).json()


def test_an_empty_wallet_makes_no_task() -> None:
    with serve("stratizon", replace(QUICK, credits=130.0)) as sim:
        statuses = [post(sim, body).status_code for body in (SUNO, SUNO, MINIMAX, MINIMAX)]

        assert statuses == [202, 402, 202, 402]
        assert wallet(sim) == 0


def test_each_create_is_a_task_of_its_own_even_with_the_same_body(sim: Served) -> None:
    assert len({made(sim, FULL) for _ in range(3)}) == 3


def test_a_fault_that_is_limited_is_over_after_so_many(sim: Served) -> None:
    body = play("S5-rate-limited-then-ok", MINIMAX)

    assert [post(sim, body).status_code for _ in range(3)] == [429, 429, 202]


def test_a_clients_own_notes_do_not_make_another_request(sim: Served) -> None:
    body = play("S5-rate-limited-then-ok", {**SUNO, "title": "Notes"})
    tries = [{**body, "metadata": {"try": str(number)}} for number in range(3)]

    assert [post(sim, one).status_code for one in tries] == [429, 429, 202]


@pytest.mark.parametrize("headers", [{"authorization": "Bearer x"}, {"authorization": "sim-x"},
                                     {"authorization": "", "x-api-key": "sim-x"}])  # fmt: skip
def test_only_a_bearer_of_the_simulators_comes_in(sim: Served, headers: dict[str, str]) -> None:
    asked = [CLIENT.get(f"{sim.base_url}/v1/tasks/x", headers=headers),
             CLIENT.post(f"{sim.base_url}/v1/uploads", headers=headers),
             post(sim, SUNO, **headers)]  # fmt: skip

    assert [(answer.status_code, answer.json()["error"]["code"]) for answer in asked] == [
        (401, "unauthorized")
    ] * 3


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", TEXT), ("POST", "/v1/tasks/x"), ("GET", "/v1/tasks"), ("DELETE", "/v1/uploads"),
     ("POST", "/v1/tasks/x/cancel")],
)  # fmt: skip
def test_what_is_not_there_is_a_404(sim: Served, method: str, path: str) -> None:
    answer = CLIENT.request(method, sim.base_url + path, headers=KEY)

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


def test_a_namespace_that_nobody_knows_has_the_status_that_was_chosen(sim: Served) -> None:
    body = SUNO | {"model_options": {"udio": {}}}
    switches = StratizonSwitches(namespace_error_status=400)

    assert post(sim, body).json()["error"]["code"] == "unknown_option_namespace"
    with serve("stratizon", replace(QUICK, switches=switches)) as other:
        assert (post(sim, body).status_code, post(other, body).status_code) == (422, 400)
