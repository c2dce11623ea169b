"""Timestamped lyrics of sunoapi and apikley: at once, of finished tracks, and not for nothing."""

from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.simulators import Served
from local.simulators.suno_timing import PATH
from tests.unit.local.playing import FACTS
from tests.unit.local.receiver import CLIENT, KEY, Receiver, get
from tests.unit.local.suno_client import source

both = pytest.mark.parametrize("provider", FACTS)


def ask(sim: Served, **body: object) -> httpx.Response:
    return CLIENT.post(f"{sim.base_url}{PATH}", json=body, headers=KEY)


def credits_of(sim: Served, provider: str) -> Decimal:
    return Decimal(str(get(sim, FACTS[provider].credit_path).json()["data"]))


@both
def test_every_word_has_its_time_within_the_track(
    provider: str, sims: dict[str, Served], receiver: Receiver
) -> None:
    sim = sims[provider]
    task, track = source(sim, receiver, prompt="La la\nland")
    before = credits_of(sim, provider)

    body: Any = ask(sim, taskId=task, audioId=track["id"]).json()

    words = body["data"]["alignedWords"]
    assert (body["code"], credits_of(sim, provider)) == (200, before - Decimal("0.5"))
    assert "".join(word["word"] for word in words) == "La la\nland"
    times = [time for word in words for time in (word["startS"], word["endS"])]
    assert times == sorted(times)
    assert times[-1] < track["duration"]


@both
def test_what_is_no_finished_track_of_that_task_is_refused_and_costs_nothing(
    provider: str, sims: dict[str, Served], receiver: Receiver
) -> None:
    sim = sims[provider]
    task, track = source(sim, receiver)
    before = credits_of(sim, provider)

    for body in ({}, {"taskId": task}, {"taskId": "other", "audioId": track["id"]}):
        assert ask(sim, **body).json()["code"] != 200

    assert credits_of(sim, provider) == before


@both
def test_nobody_without_a_key_is_told(provider: str, sims: dict[str, Served]) -> None:
    answer = CLIENT.post(f"{sims[provider].base_url}{PATH}", json={})

    assert answer.json()["code"] == 401
