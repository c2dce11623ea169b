"""Every scenario of infery goes as it says, in sync mode and in async mode."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from local.simulators import Served
from local.simulators.infery_scenarios import SCENARIOS
from tests.unit.local.infery_client import (
    PRICE,
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
from tests.unit.local.infery_playing import CREATES, ENDS, FETCHES, OWN, POLLS, Played
from tests.unit.local.receiver import CLIENT, wait

type Stage = dict[tuple[str, str], Played]

modes = pytest.mark.parametrize("mode", ["sync", "async"])


@pytest.fixture(scope="module")
def sims() -> Iterator[dict[str, Served]]:
    with (
        other(requests_per_minute=0) as sync,
        other(mode="async_schema", requests_per_minute=0) as later,
    ):
        yield {"sync": sync, "async": later}


@pytest.fixture(scope="module")
def stage(sims: dict[str, Served]) -> Stage:
    """Play every scenario that shows at the create, in both modes, all at once."""

    def play(key: tuple[str, str]) -> httpx.Response | None:
        try:
            return ask(sims[key[0]], SOUND, key[1])
        except httpx.RemoteProtocolError:
            return None

    keys = [(mode, name) for mode in sims for name in (*CREATES, *ENDS)]
    with ThreadPoolExecutor(16) as pool:
        answers = dict(zip(keys, pool.map(play, keys), strict=True))
    logs = {mode: {entry["scenario"]: entry for entry in entries(sims[mode])} for mode in sims}
    return {key: Played(answers[key], logs[key[0]][key[1]]) for key in keys}


def test_no_scenario_goes_unwatched() -> None:
    covers = [name for name, row in SCENARIOS.items() if row.cover]
    watched = [*CREATES, *ENDS, *FETCHES, *POLLS, *OWN, *covers]

    assert sorted(watched) == sorted(SCENARIOS)


@modes
@pytest.mark.parametrize("name", CREATES)
def test_a_create_is_answered_as_its_scenario_says(stage: Stage, mode: str, name: str) -> None:
    played = stage[mode, name]
    status, accepted = CREATES[name]

    assert (played.answer.status_code if played.answer else None) == status
    assert played.entry["accepted"] is accepted


@pytest.mark.parametrize("name", ENDS)
def test_a_sync_answer_is_the_end_of_its_job(stage: Stage, name: str) -> None:
    played = stage["sync", name]
    status, end = ENDS[name]

    assert played.answer
    assert played.answer.status_code == status
    if name != "S12-never-finishes":
        key = "error" if status != 200 else "credits_used"
        assert key in played.answer.json(), end


@pytest.mark.parametrize("name", ENDS)
def test_a_job_ends_as_its_scenario_says(stage: Stage, sims: dict[str, Served], name: str) -> None:
    answer = stage["async", name].answer
    assert answer
    body = answer.json()
    assert (answer.status_code, body["status"]) == (200, "queued")

    def look() -> bool:
        return bool(poll(sims["async"], body["id"]).json()["status"] == ENDS[name][1])

    wait(look)


@modes
@pytest.mark.parametrize("name", [name for name in CREATES if name.startswith("S8")])
def test_what_was_accepted_is_made_and_charged_whatever_the_answer(
    sims: dict[str, Served], mode: str, name: str
) -> None:
    sim = sims[mode]
    before = credits_of(sim)

    try:
        ask(sim, SOUND, name)
    except httpx.RemoteProtocolError:
        assert name == "S8-cut-after-accept"

    assert credits_of(sim) == before - PRICE
    assert ended(sim, entries(sim)[-1]["task_id"])["status"] == "succeeded"


@modes
def test_an_answer_is_cut_in_the_middle_even_one_with_audio_in_it(mode: str) -> None:
    switch = "sync" if mode == "sync" else "async_schema"
    cut = pytest.raises(httpx.RemoteProtocolError, match="without sending complete")
    with other(mode=switch, fallback_b64=True, inline_bytes=6 << 20) as sim, cut:
        ask(sim, SOUND, "S8-cut-after-accept")


def test_success_without_an_id_has_all_the_rest() -> None:
    bodies = {}
    for mode in ("sync", "async_prose", "async_schema"):
        with other(mode=mode) as sim:
            bodies[mode] = [*ask(sim, SOUND, "S8-no-task-id").json()]

    assert bodies == {
        "sync": ["created", "credits_used"],
        "async_prose": ["status", "created_at", "model"],
        "async_schema": ["status", "progress", "created", "model"],
    }


@modes
@pytest.mark.parametrize(
    ("name", "statuses"),
    [("S5-rate-limited-then-ok", [429, 429, 200]), ("S7-error-once-before-accept", [500, 200])],
)
def test_a_fault_that_is_limited_is_over_after_so_many(
    sims: dict[str, Served], mode: str, name: str, statuses: list[int]
) -> None:
    body = SOUND | {"sound_key": "another request"}

    assert [ask(sims[mode], body, name).status_code for _ in statuses] == statuses


@pytest.mark.parametrize("name", POLLS)
def test_polls_fail_three_times_and_then_tell(sims: dict[str, Served], name: str) -> None:
    sim = sims["async"]
    job = job_of(ask(sim, SOUND, name))
    fault = POLLS[name]

    for _ in range(3):
        answer = poll(sim, job)
        if isinstance(fault, int):
            assert answer.status_code == fault
        else:
            assert error_of(answer)[1] == fault
    assert ended(sim, job)["status"] == "succeeded"


def test_an_unknown_job_stays_unknown(sims: dict[str, Served]) -> None:
    job = job_of(ask(sims["async"], SOUND, "S13-unknown-task"))

    assert [error_of(poll(sims["async"], job)) for _ in range(5)] == [(404, "job_not_found")] * 5


def test_failures_say_why_in_a_string_or_an_object(stage: Stage, sims: dict[str, Served]) -> None:
    def error(name: str) -> Any:
        answer = stage["async", name].answer
        assert answer
        return ended(sims["async"], job_of(answer))["error"]

    words = {name: error(name) for name in ENDS if name.startswith("fail-")}
    assert len({*words.values()}) == len(words)
    assert error("error-object") == {
        "message": words["fail-generation"],
        "type": "server_error",
        "code": "upstream_error",
    }


def test_a_word_that_nobody_knows_comes_before_the_end(sims: dict[str, Served]) -> None:
    job = job_of(ask(sims["async"], SOUND, "status-unknown"))

    assert poll(sims["async"], job).json()["status"] == "arranging"


def test_the_next_creates_go_as_ordered_and_a_marker_goes_before(sims: dict[str, Served]) -> None:
    sim = sims["sync"]
    order = {"scenario": "empty-data", "times": 1}
    assert CLIENT.post(f"{sim.base_url}/_sim/next", json=order).status_code == 200

    marked, ordered, free = (ask(sim, SOUND, name) for name in ("data-null", "", ""))

    assert [answer.json()["data"] for answer in (marked, ordered)] == [None, []]
    assert items(free)


def test_a_marker_may_stand_in_the_title(sims: dict[str, Served]) -> None:
    body = SUNO | {"custom_mode": True, "title": "[[sim:empty-data]]", "style": "folk"}

    assert ask(sims["sync"], body).json()["data"] == []
