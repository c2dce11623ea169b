"""Infery may answer a create with a job, in two vocabularies, and polls tell how far it is."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from local.simulators import Served
from local.simulators.scenario import Moment
from tests.unit.local.infery_client import (
    PRICE,
    SUNO,
    ask,
    ended,
    error_of,
    items,
    job_of,
    other,
    poll,
)
from tests.unit.local.receiver import wait

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


def test_a_job_that_never_finishes_stays_below_a_hundred_percent(jobs: dict[str, Served]) -> None:
    sim = jobs["async_schema"]
    job = job_of(ask(sim, SUNO, "S12-never-finishes"))
    task = sim.world.tasks[job]

    wait(lambda: sim.world.clock.published() > task.at(Moment.COMPLETE, 60.0))

    body = poll(sim, job).json()
    assert (body["status"], body["progress"]) == ("processing", 99)


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


def test_a_job_may_fail_where_an_answer_is_the_music(infery: Served) -> None:
    job = job_of(ask(infery, SUNO, "async-failure"))

    wait(lambda: bool(poll(infery, job).json()["status"] == "failed"))


def test_a_first_poll_may_fail_alone(jobs: dict[str, Served]) -> None:
    for sim in jobs.values():
        job = job_of(ask(sim, SUNO, "first-poll-html-502"))

        assert [poll(sim, job).status_code for _ in range(2)] == [502, 200]
