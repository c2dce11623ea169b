"""A poll tells what its scenario says, in the words of record-info."""

import pytest

from local.simulators import Served
from tests.unit.local.playing import FACTS, FINAL, Stage, pairs
from tests.unit.local.receiver import Receiver, create, custom, get, poll, wait

both = pytest.mark.parametrize("provider", FACTS)


@pytest.mark.parametrize("key", pairs(FINAL), ids="-".join)
def test_a_poll_ends_where_the_scenario_says(
    stage: Stage, key: tuple[str, str], sims: dict[str, Served]
) -> None:
    sim = sims[key[0]]
    expected = FINAL[key[1]]
    if key == ("apikley", "S12-never-finishes"):
        expected = "PENDING"  # Nobody has seen it say GENERATING.

    assert poll(sim, stage[key].task)["data"]["status"] == expected


@both
@pytest.mark.parametrize(
    ("fault", "seen"),
    [("html-502", 502), ("empty-500", 500), ("unknown", None), ("rate", {405, 429, 430})],
)
def test_polls_fail_three_times_and_then_tell(
    stage: Stage, provider: str, fault: str, seen: object, sims: dict[str, Served]
) -> None:
    sim = sims[provider]
    task = stage[provider, f"poll-{fault}"].task

    for _ in range(3):
        answer = get(sim, "/api/v1/generate/record-info", taskId=task)
        if seen is None:
            assert answer.json()["data"] is None
        elif isinstance(seen, set):
            assert answer.json()["code"] in seen
        else:
            assert answer.status_code == seen
    assert poll(sim, task)["data"]["status"] == "SUCCESS"


@both
def test_a_first_poll_may_fail_alone(stage: Stage, provider: str, sims: dict[str, Served]) -> None:
    task = stage[provider, "first-poll-html-502"].task

    asked = [get(sims[provider], "/api/v1/generate/record-info", taskId=task) for _ in range(2)]

    assert [answer.status_code for answer in asked] == [502, 200]


@both
def test_an_unknown_task_stays_unknown(
    stage: Stage, provider: str, sims: dict[str, Served]
) -> None:
    sim = sims[provider]

    assert poll(sim, stage[provider, "S13-unknown-task"].task)["data"] is None
    assert poll(sim, "0" * 32) == {"code": 200, "msg": "success", "data": None}


def test_status_words_pass_in_their_order(sunoapi: Served, receiver: Receiver) -> None:
    answer = create(sunoapi, custom(receiver, "words"))
    task = answer.json()["data"]["taskId"]
    seen: list[str] = []

    def look() -> bool:
        status = poll(sunoapi, task)["data"]["status"]
        if status not in seen:
            seen.append(status)
        return bool(status == "SUCCESS")

    wait(look)
    ladder = ["PENDING", "GENERATING", "TEXT_SUCCESS", "FIRST_SUCCESS", "SUCCESS"]
    assert seen == [word for word in ladder if word in seen]
    assert {"FIRST_SUCCESS", "SUCCESS"} <= {*seen}
