"""A create is answered as its scenario says, and the task exists or does not."""

import httpx
import pytest

from local.simulators import Served
from local.simulators.suno_scenarios import SCENARIOS
from tests.unit.local.playing import ALL, CALLS, CREATES, FACTS, OWN, Stage, pairs
from tests.unit.local.receiver import Receiver, create, custom

both = pytest.mark.parametrize("provider", FACTS)


def test_no_scenario_goes_unwatched() -> None:
    files = {name for name, row in SCENARIOS.items() if row.files or row.cover}

    assert {*CREATES, *CALLS, *OWN, "audio-length-lie"} | files == {*SCENARIOS}


@pytest.mark.parametrize("key", pairs(CREATES), ids="-".join)
def test_a_create_is_answered_as_its_scenario_says(stage: Stage, key: tuple[str, str]) -> None:
    status, code, accepted = CREATES[key[1]]
    played = stage[key]
    expected = code[played.provider] if isinstance(code, dict) else code

    assert (played.answer.status_code if played.answer else None) == status
    if expected and played.answer:
        assert played.answer.json()["code"] == expected
    assert played.entry["accepted"] is accepted
    assert played.sent == (ALL if accepted else [])


@both
@pytest.mark.parametrize(
    ("name", "count"), [("callback-before-answer", 1), ("complete-before-answer", 3)]
)
def test_callbacks_may_come_before_the_answer(
    stage: Stage, provider: str, name: str, count: int
) -> None:
    played = stage[provider, name]

    assert played.answer
    assert played.before_answer >= count
    assert played.answer.json()["data"]["taskId"] == played.call("text")["task_id"]


@both
def test_a_fault_that_is_limited_is_over_after_so_many(
    provider: str, receiver: Receiver, sims: dict[str, Served]
) -> None:
    sim = sims[provider]

    def codes(name: str) -> list[object]:
        bodies = [
            # A new ticket in the address does not make it another request.
            custom(receiver, "again", prompt=f"[[sim:{name}]]", callBackUrl=receiver.path(str(n)))
            for n in range(3)
        ]
        return [_code(create(sim, body)) for body in bodies]

    rate = 405 if provider == "sunoapi" else 429
    assert codes("S5-rate-limited-then-ok") == [rate, rate, 200]
    assert codes("S7-error-once-before-accept") == [500, 200, 200]


def _code(answer: httpx.Response) -> object:
    return answer.json()["code"] if answer.content else answer.status_code
