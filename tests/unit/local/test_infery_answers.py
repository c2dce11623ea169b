"""A create of infery is answered with the music, and with headers that say what it cost."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from local.simulators import Served
from tests.unit.local.infery_client import (
    CLIP,
    FAST,
    PATH,
    PRICE,
    PRO,
    SOUND,
    SUNO,
    ask,
    credits_of,
    entries,
    items,
    job_of,
    other,
    poll,
)
from tests.unit.local.receiver import KEY, get, wait


@pytest.fixture(scope="module")
def infery() -> Iterator[Served]:
    with other(requests_per_minute=0) as sim:
        yield sim


def test_a_create_is_answered_with_the_music_and_nothing_that_is_not_documented(
    infery: Served,
) -> None:
    answer = ask(infery, SUNO)

    body = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert [*body] == ["created", "data", "credits_used"]
    assert body["credits_used"] == PRICE
    assert abs(body["created"] - time.time()) < 60
    for item in body["data"]:
        assert [*item] == ["url", "content_type", "duration_seconds", "lyrics"]
        assert item["content_type"] == "audio/mpeg"
        assert 24 <= item["duration_seconds"] <= 32


def test_the_answer_comes_after_its_delay() -> None:
    with other(sync_delay_s=600.0) as sim:
        began = time.monotonic()
        answer = ask(sim, SUNO)

    # 600 published seconds at half a millisecond each.
    assert time.monotonic() - began >= 0.3
    assert items(answer)


def test_a_delay_can_exceed_the_patience_of_a_client_and_the_music_is_made_and_charged() -> None:
    with other(sync_delay_s=600.0) as sim:
        before = credits_of(sim)
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(
                f"{sim.base_url}{PATH}", json=SUNO, headers=KEY, timeout=0.1, trust_env=False
            )
        wait(lambda: entries(sim)[0]["status"] == 200)

        assert credits_of(sim) == before - PRICE
        assert entries(sim)[0]["accepted"] is True


@pytest.mark.parametrize(
    ("body", "count", "seconds"),
    [
        (SUNO, 2, None),
        (CLIP, 1, 30),
        (CLIP | {"duration_seconds": 60}, 1, 30),
        (PRO | {"prompt": "Strings, 45 seconds"}, 1, 45),
        (PRO | {"prompt": "A 1 minute waltz"}, 1, 60),
        (PRO | {"prompt": "[0:00 - 0:20] a piano, [0:20 - 0:50] a choir for 5 minutes"}, 1, 50),
        (PRO | {"prompt": "Strings for 900 seconds"}, 1, 180),
        (SUNO | {"duration_seconds": 40.5}, 2, 40.5),
    ],
)
def test_models_differ_in_how_much_they_make(
    infery: Served, body: dict[str, Any], count: int, seconds: float | None
) -> None:
    made = items(ask(infery, body))

    assert len(made) == count
    if seconds:
        assert {item["duration_seconds"] for item in made} == {seconds}


def test_a_sound_is_short(infery: Served) -> None:
    assert all(3 <= item["duration_seconds"] <= 10 for item in items(ask(infery, SOUND)))


def test_there_are_as_many_results_as_is_chosen() -> None:
    with other(n_items=3) as sim:
        assert [len(items(ask(sim, body))) for body in (SUNO, CLIP)] == [3, 3]


def test_what_is_not_sung_has_no_lyrics(infery: Served) -> None:
    unsung = [
        SUNO | {"instrumental": True},
        SUNO | {"operation": "sounds"},
        PRO | {"prompt": "An instrumental waltz"},
        SUNO | {"operation": "vocal_removal", "audio_id": "a", "task_id": "t"},
    ]

    assert all("lyrics" not in item for body in unsung for item in items(ask(infery, body)))


def test_the_lyrics_are_those_that_were_sent(infery: Served) -> None:
    words = "[Verse]\nSalt on the window"
    custom = SUNO | {"custom_mode": True, "title": "Coast", "style": "folk"}

    assert {item["lyrics"] for item in items(ask(infery, custom | {"lyrics": words}))} == {words}
    assert {item["lyrics"] for item in items(ask(infery, custom | {"prompt": words}))} == {words}
    assert "[Chorus]" in items(ask(infery, SUNO))[0]["lyrics"]


def test_lyrics_alone_are_texts_without_audio(infery: Served) -> None:
    body = ask(infery, SUNO | {"operation": "lyrics"}).json()
    several = items(ask(infery, SUNO | {"operation": "lyrics"}, "five-tracks"))

    assert [[*item] for item in body["data"]] == [["lyrics"]]
    assert body["credits_used"] == PRICE
    assert len({item["lyrics"] for item in several}) == 5


@pytest.mark.parametrize("operation", ["upload_cover", "add_vocals", "extend", "sounds"])
def test_every_operation_makes_music(infery: Served, operation: str) -> None:
    upload = items(ask(infery, SUNO))[0]["url"]
    needs = {"extend": {"audio_id": "a1"}, "sounds": {}}.get(operation, {"upload_url": upload})

    made = items(ask(infery, SUNO | {"operation": operation} | needs))

    assert all(item["url"] and item["duration_seconds"] > 0 for item in made)


def test_items_carry_ids_only_where_that_is_chosen() -> None:
    with other(extra_ids=True) as sim:
        first, second = items(ask(sim, SUNO))
        (text,) = items(ask(sim, SUNO | {"operation": "lyrics"}))

        assert first["id"] == first["audio_id"] != second["id"]
        assert first["task_id"] == second["task_id"]
        assert poll(sim, first["task_id"]).json()["status"] == "succeeded"
        assert [*text] == ["lyrics", "task_id"]
        # No music is made for nobody.
        assert sim.world.tasks[text["task_id"]].clips == ()


def test_models_are_listed_by_modality(infery: Served) -> None:
    every, music, video = (
        get(infery, "/v1/models", **query).json()
        for query in ({}, {"modality": "music"}, {"modality": "video"})
    )

    assert every == music
    assert (music["object"], {row["object"] for row in music["data"]}) == ("list", {"model"})
    assert {row["id"] for row in music["data"]} == {
        "suno-v4",
        "lyria-3-clip-preview",
        "lyria-3-pro-preview",
    }
    assert video["data"] == []


def test_answers_are_numbered_and_say_cost_and_model(infery: Served) -> None:
    made, refused = ask(infery, SUNO), ask(infery, SUNO | {"model": "x"})

    assert made.headers["x-request-id"] != refused.headers["x-request-id"]
    assert [made.headers[name] for name in ("x-credits-used", "x-model-used")] == [
        str(PRICE),
        "suno-v4",
    ]
    assert made.headers["x-fallback-depth"] == "0"
    assert "x-fallback-from" not in made.headers
    assert refused.headers["x-credits-used"] == "0"
    assert "x-model-used" not in refused.headers


def test_another_model_may_answer_and_the_headers_say_so(infery: Served) -> None:
    said = ask(infery, SUNO, "model-fallback").headers

    assert said["x-model-used"] == "lyria-3-pro-preview"
    assert (said["x-fallback-from"], said["x-fallback-depth"]) == ("suno-v4", "1")


def test_the_headers_can_be_left_out() -> None:
    with other(emit_fallback_headers=False) as sim:
        answers = [ask(sim, SUNO), ask(sim, {}), get(sim, "/v1/models"), poll(sim, "x")]

    assert not any(name.startswith("x-") for answer in answers for name in answer.headers)


def run(seed: int) -> list[Any]:
    """Make three jobs, twice, and collect all that chance decides."""
    settings = replace(FAST, seed=seed, tunes=0)
    with other(settings, mode="async_schema") as sim:
        answers = [ask(sim, SUNO | {"prompt": prompt}) for prompt in "abc"]
        tasks = [sim.world.tasks[job_of(answer)] for answer in answers]
        numbers = [answer.headers["x-request-id"] for answer in answers]
        httpx.post(f"{sim.base_url}/_sim/reset", trust_env=False)
        again = [ask(sim, SUNO | {"prompt": prompt}) for prompt in "abc"]
        assert [job_of(answer) for answer in again] == [task.task_id for task in tasks]
        assert [answer.headers["x-request-id"] for answer in again] == numbers
    seen = [[task.task_id, dict(task.moments), task.clips, task.brief] for task in tasks]
    return [seen, [task.words for task in tasks], numbers]


def test_the_same_seed_is_the_same_run_and_another_is_another() -> None:
    first, same, another = run(7), run(7), run(8)

    assert first == same
    assert all(one != two for one, two in zip(first, another, strict=True))
