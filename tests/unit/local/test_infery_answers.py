"""A create of infery is answered with the music, or with a job that polls tell of in two words."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from local.simulators import Served
from local.simulators.scenario import Moment
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
    ended,
    entries,
    error_of,
    items,
    job_of,
    other,
    poll,
)
from tests.unit.local.receiver import KEY, get, wait

MODES = {"async_prose": "job_id", "async_schema": "id"}
modes = pytest.mark.parametrize("mode", MODES)


@pytest.fixture(scope="module")
def infery() -> Iterator[Served]:
    with other(requests_per_minute=0) as sim:
        yield sim


@pytest.fixture(scope="module")
def jobs() -> Iterator[dict[str, Served]]:
    with (
        other(mode="async_prose", requests_per_minute=0) as prose,
        other(mode="async_schema", requests_per_minute=0) as schema,
    ):
        yield {"async_prose": prose, "async_schema": schema}


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


def test_a_job_that_never_finishes_stays_below_a_hundred_percent(jobs: dict[str, Served]) -> None:
    sim = jobs["async_schema"]
    job = job_of(ask(sim, SUNO, "S12-never-finishes"))
    task = sim.world.tasks[job]

    wait(lambda: sim.world.clock.published() > task.at(Moment.COMPLETE, 60.0))

    body = poll(sim, job).json()
    assert (body["status"], body["progress"]) == ("processing", 99)


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


def test_an_accepted_job_is_told_in_the_words_of_the_prose(jobs: dict[str, Served]) -> None:
    answer = ask(jobs["async_prose"], SUNO)

    body = answer.json()
    assert answer.status_code == 200
    assert [*body] == ["job_id", "status", "created_at", "model"]
    assert (body["status"], body["model"]) == ("queued", "suno-v4")
    created = datetime.strptime(body["created_at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert abs(created.timestamp() - time.time()) < 60


def test_an_accepted_job_is_told_in_the_words_of_the_schema(jobs: dict[str, Served]) -> None:
    body = ask(jobs["async_schema"], SUNO).json()

    assert [*body] == ["id", "status", "progress", "created", "model"]
    assert (body["status"], body["progress"], body["model"]) == ("queued", 0, "suno-v4")
    assert abs(body["created"] - time.time()) < 60


def test_an_accepted_job_may_be_a_202() -> None:
    with other(mode="async_schema", accepted_http=202) as sim:
        assert ask(sim, SUNO).status_code == 202


@modes
def test_polls_pass_queued_and_processing_with_growing_progress(
    jobs: dict[str, Served], mode: str
) -> None:
    sim = jobs[mode]
    job = job_of(ask(sim, SUNO, "S2-slow"))
    seen: list[tuple[str, int]] = []

    def look() -> bool:
        body = poll(sim, job).json()
        assert body[MODES[mode]] == job
        seen.append((body["status"], body["progress"]))
        return "result" in body

    wait(look)
    words = [word for place, (word, _) in enumerate(seen) if word not in dict(seen[:place])]
    assert words == ["queued", "processing", "completed" if "prose" in mode else "succeeded"]
    progress = [percent for _, percent in seen]
    assert progress == sorted(progress)
    assert {percent for word, percent in seen if word == "queued"} == {0}
    busy = {percent for word, percent in seen if word == "processing"}
    assert len(busy) > 2
    assert all(0 < percent < 100 for percent in busy)
    assert progress[-1] == 100


@modes
def test_a_finished_job_has_the_result_that_a_sync_answer_would_have(
    jobs: dict[str, Served], mode: str
) -> None:
    body = ended(jobs[mode], job_of(ask(jobs[mode], SUNO)))

    assert [*body] == [MODES[mode], "status", "progress", "result", "credits_used"]
    assert [*body["result"]] == ["created", "data"]
    assert body["credits_used"] == PRICE
    assert [*body["result"]["data"][0]] == ["url", "content_type", "duration_seconds", "lyrics"]


@modes
@pytest.mark.parametrize("word", ["succeeded", "completed"])
def test_either_word_can_be_chosen_for_a_finished_job(
    jobs: dict[str, Served], mode: str, word: str
) -> None:
    by_scenario = ended(jobs[mode], job_of(ask(jobs[mode], SUNO, f"word-{word}")))
    with other(mode=mode, status_vocab=word) as sim:
        by_switch = ended(sim, job_of(ask(sim, SUNO)))

    assert {by_scenario["status"], by_switch["status"]} == {word}


@modes
def test_a_failed_job_says_why_in_a_string_and_nothing_of_credits(
    jobs: dict[str, Served], mode: str
) -> None:
    body = ended(jobs[mode], job_of(ask(jobs[mode], SUNO, "S11-failure-after-accept")))

    assert [*body] == [MODES[mode], "status", "error"]
    assert body["error"] == "Upstream provider rejected the request"


def test_a_job_that_nobody_made_is_not_found(jobs: dict[str, Served]) -> None:
    for sim in jobs.values():
        assert error_of(poll(sim, "mgen_00000000000000000000000000")) == (404, "job_not_found")


@pytest.mark.parametrize(("scenario", "key"), [("async-prose", "job_id"), ("async-schema", "id")])
def test_a_scenario_chooses_the_mode_of_one_request(
    infery: Served, jobs: dict[str, Served], scenario: str, key: str
) -> None:
    body = ask(infery, SUNO, scenario).json()

    assert "data" not in body
    assert "result" in ended(infery, body[key])
    assert items(ask(jobs["async_prose"], SUNO, "sync"))


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
