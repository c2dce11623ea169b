"""Every scenario of infery goes as it says: in sync mode, in async mode, and at the downloads."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from local.simulators import Served
from local.simulators.file_faults import PRIVATE_URL
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
from tests.unit.local.mpeg import frames
from tests.unit.local.receiver import CLIENT, wait

# How a create is answered in either mode: HTTP status (None: no answer that can be read), and
# whether the job exists.
CREATES: dict[str, tuple[int | None, bool]] = {
    "S3-bad-key": (401, False),
    "S4-no-credits": (402, False),
    "S5-rate-limited-then-ok": (429, False),
    "S6-validation": (400, False),
    "S7-error-before-accept": (500, False),
    "S7-error-once-before-accept": (500, False),
    "S7-timeout-before-accept": (504, False),
    "S8-timeout-after-accept": (504, True),
    "S8-error-after-accept": (500, True),
    "S8-bad-gateway-after-accept": (502, True),
    "S8-cut-after-accept": (None, True),
    "S8-no-task-id": (200, True),
    "S9-html-403": (403, False),
    "S9-html-502": (502, False),
    "refuse-invalid": (400, False),
    "refuse-too-long": (400, False),
    "refuse-fetch": (400, False),
    "refuse-unauthorized": (401, False),
    "refuse-credits": (402, False),
    "refuse-forbidden": (403, False),
    "refuse-not-found": (404, False),
    "refuse-rate": (429, False),
    "refuse-server-error": (500, False),
    "refuse-bad-gateway": (502, False),
    "refuse-maintenance": (503, False),
    "refuse-timeout": (504, False),
}
# How a create is answered in sync mode, where async mode accepts it, and how its job ends there.
ENDS: dict[str, tuple[int, str]] = {
    "S1-happy": (200, "succeeded"),
    "S2-slow": (200, "succeeded"),
    "S10-unknown-fields": (200, "succeeded"),
    "S11-failure-after-accept": (502, "failed"),
    "S12-never-finishes": (504, "processing"),
    "word-succeeded": (200, "succeeded"),
    "word-completed": (200, "completed"),
    "model-fallback": (200, "succeeded"),
    "b64-fallback": (200, "succeeded"),
    "b64-escaped-slashes": (200, "succeeded"),
    "b64-data-url": (200, "succeeded"),
    "b64-broken": (200, "succeeded"),
    "mixed-data": (200, "succeeded"),
    "url-and-b64": (200, "succeeded"),
    "empty-data": (200, "succeeded"),
    "data-null": (200, "succeeded"),
    "data-absent": (200, "succeeded"),
    "null-fields": (200, "succeeded"),
    "complete-without-audio": (200, "succeeded"),
    "wav": (200, "succeeded"),
    "mp3-for-wav": (200, "succeeded"),
    "content-type-lie": (200, "succeeded"),
    "one-track": (200, "succeeded"),
    "five-tracks": (200, "succeeded"),
    "twelve-stems": (200, "succeeded"),
    "fail-generation": (502, "failed"),
    "fail-policy": (400, "failed"),
    "fail-server": (500, "failed"),
    "fail-timeout": (504, "failed"),
    "failure-at-the-end": (502, "failed"),
    "error-object": (502, "failed"),
    "status-unknown": (200, "succeeded"),
    "complete-then-failed": (200, "failed"),
    "audio-length-lie": (200, "succeeded"),
}
MPEG = "audio/mpeg"
# Status, type, and whether the body is a sound MP3, of the first fetches, in their order.
FETCHES: dict[str, list[tuple[int, str, bool]]] = {
    "S14-audio-404-then-ok": [(404, "text/html", False)] * 2 + [(200, MPEG, True)],
    "S15-empty-audio": [(200, MPEG, False)] * 3,
    "S15-empty-audio-then-ok": [(200, MPEG, False), (200, MPEG, True)],
    "S16-wrong-content-type": [(200, "text/plain", True)] * 2,
    "S17-expired-url": [(403, "application/xml", False)] * 3,
    "audio-403": [(403, "text/html", False)] * 3,
    "audio-403-then-ok": [(403, "text/html", False), (200, MPEG, True)],
    "audio-404": [(404, "text/html", False)] * 3,
    "audio-html": [(200, "text/html", False)] * 2,
    "audio-redirect": [(302, "", False)] * 2,
    "audio-redirect-private": [(302, "", False)] * 2,
    "audio-redirect-loop": [(302, "", False)] * 2,
    "audio-slow": [(200, MPEG, True)],
    "audio-silent": [(200, MPEG, True)],
    "audio-garbage": [(200, MPEG, False)],
    "audio-short": [(200, MPEG, True)],
    "audio-wav": [(200, MPEG, False)],
}
# Looked at by a test of their own, here or beside the switches they are like.
OWN = {"sync", "async-prose", "async-schema", "b64-large", "S13-unknown-task", "audio-half",
       "audio-half-then-ok", "audio-endless"}  # fmt: skip
POLLS: dict[str, int | str] = {
    "poll-html-502": 502,
    "poll-empty-500": 500,
    "poll-unknown": "job_not_found",
    "poll-rate": "rate_limit_exceeded",
}


@dataclass
class Played:
    """What came of one scenario in one mode: the answer, if any, and what the log says."""

    answer: httpx.Response | None
    entry: dict[str, Any]


@pytest.fixture(scope="module")
def sims() -> Iterator[dict[str, Served]]:
    with (
        other(requests_per_minute=0) as sync,
        other(mode="async_schema", requests_per_minute=0) as later,
    ):
        yield {"sync": sync, "async": later}


@pytest.fixture(scope="module")
def stage(sims: dict[str, Served]) -> dict[tuple[str, str], Played]:
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


type Stage = dict[tuple[str, str], Played]
modes = pytest.mark.parametrize("mode", ["sync", "async"])


def test_no_scenario_goes_unwatched() -> None:
    watched = [*CREATES, *ENDS, *FETCHES, *POLLS, *OWN]

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


@pytest.mark.parametrize("name", FETCHES)
def test_fetches_go_as_the_scenario_says(sims: dict[str, Served], name: str) -> None:
    url = items(ask(sims["sync"], SOUND, name))[0]["url"]

    for status, kind, sound in FETCHES[name]:
        answer = CLIENT.get(url)
        assert answer.status_code == status
        assert answer.headers.get("content-type", "").partition(";")[0] == kind
        assert (len(frames(answer.content)) > 100) is sound


def test_a_redirect_may_lead_to_the_file_or_where_nobody_should_go(
    sims: dict[str, Served],
) -> None:
    sim = sims["sync"]
    moved, private, loop = (
        items(ask(sim, SOUND, f"audio-redirect{kind}"))[0]["url"]
        for kind in ("", "-private", "-loop")
    )

    there = CLIENT.get(moved).headers["location"]
    assert len(frames(CLIENT.get(f"{sim.base_url}{there}").content)) > 100
    assert CLIENT.get(private).headers["location"] == PRIVATE_URL
    assert loop.endswith(CLIENT.get(loop).headers["location"])


def test_half_a_file_promises_twice_what_it_sends(sims: dict[str, Served]) -> None:
    always, once = (
        items(ask(sims["sync"], SOUND, name))[0]["url"]
        for name in ("audio-half", "audio-half-then-ok")
    )

    for url in (always, always, once):
        with pytest.raises(httpx.RemoteProtocolError, match="without sending complete"):
            CLIENT.get(url)
    assert len(frames(CLIENT.get(once).content)) > 100


def test_an_endless_file_does_not_end(sims: dict[str, Served]) -> None:
    url = items(ask(sims["sync"], SOUND, "audio-endless"))[0]["url"]
    received = 0
    with CLIENT.stream("GET", url) as answer:
        for piece in answer.iter_raw():
            received += len(piece)
            if received > 8 << 20:
                break

    assert received > 8 << 20


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
