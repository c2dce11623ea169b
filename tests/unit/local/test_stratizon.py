"""The simulated Stratizon makes what is asked for, and takes and gives back what it costs."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import httpx
import pytest

from local.simulators import Served, serve
from local.simulators.stratizon_facts import StratizonSwitches
from local.simulators.stratizon_scenarios import SCENARIOS
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import CLIENT, KEY, get, wait
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
    wait_for_wallet,
    wallet,
)

PRICES = {"suno-5.5": Decimal(80), "minimax-music-2.6": Decimal(50)}
# HTTP status (None: no answer that can be read), and whether the task exists.
CREATES: dict[str, tuple[int | None, bool]] = {
    "S3-bad-key": (401, False),
    "S4-no-credits": (402, False),
    "S5-rate-limited-then-ok": (429, False),
    "S6-validation": (422, False),
    "S7-error-before-accept": (500, False),
    "S7-error-once-before-accept": (500, False),
    "S7-timeout-before-accept": (504, False),
    "S8-timeout-after-accept": (504, True),
    "S8-error-after-accept": (500, True),
    "S8-bad-gateway-after-accept": (502, True),
    "S8-cut-after-accept": (None, True),
    "S8-no-task-id": (202, True),
    "S9-html-403": (403, False),
    "S9-html-502": (502, False),
    "refuse-invalid": (422, False),
    "refuse-unauthorized": (401, False),
    "refuse-credits": (402, False),
    "refuse-not-found": (404, False),
    "refuse-rate": (429, False),
    "refuse-too-long": (413, False),
    "refuse-maintenance": (503, False),
    "refuse-server-error": (500, False),
}
ENDS = {
    "S1-happy": "succeeded",
    "S2-slow": "succeeded",
    "S10-unknown-fields": "succeeded",
    "S11-failure-after-accept": "failed",
    "fail-upstream_failed": "failed",
    "fail-content_policy_violation": "failed",
    "fail-timeout": "failed",
    "fail-reference_audio_unavailable": "failed",
    "failed-at-once": "failed",
    "canceled": "canceled",
    "cancelled": "cancelled",
    "complete-without-audio": "succeeded",
    "one-track": "succeeded",
    "no-tracks": "succeeded",
    "status-completed": "completed",
    "status-success": "success",
    "status-unknown": "succeeded",
    "clip-url": "succeeded",
    "clip-audio-url": "succeeded",
    "credits-number": "succeeded",
    "credits-string": "succeeded",
    "refund-in-usd-too": "failed",
    "refund-unsaid": "failed",
}
LOST = {"failed", "canceled", "cancelled"}
# Looked at by a test of their own.
OWN = {"S12-never-finishes", "S13-unknown-task", "error-then-complete"}


@pytest.fixture(scope="module")
def sim() -> Iterator[Served]:
    with serve("stratizon", QUICK) as served:
        yield served


def test_no_scenario_goes_unwatched() -> None:
    shared = {name for name, row in SCENARIOS.items() if row.files or row.length_lie != 1}
    polls = {name for name in SCENARIOS if name.startswith("poll-")}

    assert {*CREATES, *ENDS} | OWN | shared | polls == {*SCENARIOS}


@pytest.mark.parametrize("name", CREATES)
def test_a_create_is_answered_as_its_scenario_says(sim: Served, name: str) -> None:
    status, accepted = CREATES[name]
    before = wallet(sim)

    try:
        got: int | None = post(sim, play(name)).status_code
    except httpx.RemoteProtocolError:
        got = None

    entry = get(sim, "/_sim/requests").json()["requests"][-1]
    assert (got, entry["accepted"], bool(entry["task_id"])) == (status, accepted, accepted)
    assert before - wallet(sim) == (PRICES["suno-5.5"] if accepted else 0)


@pytest.mark.parametrize("name", ENDS)
def test_a_task_ends_as_its_scenario_says_and_is_paid_for_only_if_it_succeeds(
    sim: Served, name: str
) -> None:
    before = wallet(sim)

    task = ended(sim, made(sim, play(name)))

    lost = ENDS[name] in LOST
    assert task["status"] == ENDS[name]
    assert ("output" in task, "error" in task) == (not lost, ENDS[name] == "failed")
    wait_for_wallet(sim, before - (0 if lost else PRICES["suno-5.5"]))


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


def test_a_task_remembers_metadata_as_it_was_sent(sim: Served) -> None:
    metadata = {"job": "job_1", "nested": {"list": [1, 2.5, None, "ü"]}}

    assert poll(sim, made(sim, FULL | {"metadata": metadata})).json()["metadata"] == metadata
    assert "metadata" not in poll(sim, made(sim, SUNO)).json()


def test_statuses_pass_in_their_order(sim: Served) -> None:
    task, seen = made(sim, play("S2-slow")), []

    def look() -> bool:
        seen.append(poll(sim, task).json()["status"])
        return bool(seen[-1] == "succeeded")

    wait(look)
    assert list(dict.fromkeys(seen)) == ["queued", "running", "succeeded"]


def test_what_never_finishes_says_running_and_what_is_unknown_404(sim: Served) -> None:
    endless, unknown, other = (
        made(sim, play(name)) for name in ("S12-never-finishes", "S13-unknown-task", "S1-happy")
    )
    ended(sim, other)

    assert poll(sim, endless).json()["status"] == "running"
    assert poll(sim, unknown).status_code == poll(sim, "task_0").status_code == 404


@pytest.mark.parametrize(
    ("name", "status"),
    [("html-502", 502), ("empty-500", 500), ("unknown", 404), ("rate", 429)],
)
def test_polls_fail_three_times_and_then_tell(sim: Served, name: str, status: int) -> None:
    task = made(sim, play(f"poll-{name}"))

    assert [poll(sim, task).status_code for _ in range(4)] == [status] * 3 + [200]


def test_a_failure_names_its_reason(sim: Served) -> None:
    task = ended(sim, made(sim, play("fail-content_policy_violation")))

    assert task["error"]["code"] == "content_policy_violation"
    assert task["error"]["message"]


def test_a_refund_that_was_made_stays_when_the_music_comes_nevertheless(sim: Served) -> None:
    before = wallet(sim)
    task = made(sim, play("error-then-complete"))

    wait(lambda: poll(sim, task).json()["status"] == "failed")
    wait(lambda: poll(sim, task).json()["status"] == "succeeded")

    assert poll(sim, task).json()["billing"]["refunded_credits"] == "80.0000"
    wait_for_wallet(sim, before)


def test_complete_comes_without_links_and_then_with_them(sim: Served) -> None:
    task = made(sim, play("complete-without-audio"))

    def links() -> list[str | None]:
        output = ended(sim, task)["output"]
        return [clip["audio_url"] for clip in output["clips"]]

    assert links() == [None, None]
    assert wait(lambda: all(links()))


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
