"""The simulated apiin misbehaves as each of its scenarios says, all of them played at once."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from local.simulators import Served, serve
from local.simulators.apiin_facts import FAILURES
from local.simulators.apiin_scenarios import SCENARIOS
from local.simulators.suno_scenarios import SCENARIOS as SUNO
from tests.unit.local.apiin_client import (
    ALL,
    COURSES,
    CREATES,
    MUSIC,
    ask,
    at,
    feed,
    play,
    results,
    task_of,
)
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import Receiver, get, wait
from tests.unit.local.scenes import Played

# Looked at by a test of their own.
OWN = {"all-at-once", "duplicate", "feed-staged", "S13-unknown-task", "first-poll-html-502",
       *(name for name in SCENARIOS if name.startswith("poll-"))}  # fmt: skip
FILES = {name for name, scenario in SCENARIOS.items() if scenario.files} | {"audio-length-lie"}


@pytest.fixture(scope="module")
def apiin() -> Iterator[Served]:
    with serve("apiin", QUICK) as sim:
        yield sim


@pytest.fixture(scope="module")
def played(apiin: Served, receiver: Receiver) -> dict[str, Played]:
    return play(apiin, receiver)


def final(sim: Served, played: Played) -> list[dict[str, Any]]:
    """Give the results of a task whose course is over."""
    task = sim.world.tasks[played.task]
    last = task.scenario.marks[-1]
    wait(lambda: sim.world.clock.published() > task.at(last.after, last.plus_s))
    return results(sim, played.task)


def test_no_scenario_goes_unwatched() -> None:
    covers = {name for name, row in SCENARIOS.items() if row.cover}

    assert {*CREATES, *COURSES} | OWN | FILES | covers == {*SCENARIOS}


def test_a_name_that_the_suno_format_has_too_means_the_same() -> None:
    shared = SCENARIOS.keys() & SUNO.keys()

    assert {"S1-happy", "skip-text-first", "duplicate", "error-then-success"} <= shared
    for name in shared - {"complete-then-pending", "complete-then-failed"}:
        assert [call.stage for call in SCENARIOS[name].calls] == [
            call.stage for call in SUNO[name].calls
        ], name


@pytest.mark.parametrize("name", CREATES)
def test_a_create_is_answered_as_its_scenario_says(played: dict[str, Played], name: str) -> None:
    status, accepted = CREATES[name]
    answer = played[name].answer

    assert (answer.status_code if answer else None) == status
    assert played[name].entry["accepted"] is accepted
    assert played[name].sent == (ALL if accepted else [])


@pytest.mark.parametrize("name", COURSES)
def test_a_task_takes_the_course_of_its_scenario(
    apiin: Served, played: dict[str, Played], name: str
) -> None:
    calls, words = COURSES[name]

    assert played[name].sent == calls
    assert [result["status"] for result in final(apiin, played[name])] == words


def test_a_create_may_be_answered_without_the_id(played: dict[str, Played]) -> None:
    answer = played["S8-no-task-id"].answer

    assert answer
    assert answer.json() == {"status": "pending"}


def test_repeated_stages_come_as_often_as_told(played: dict[str, Played]) -> None:
    assert Counter(played["duplicate"].sent) == dict.fromkeys(ALL, 3)
    assert Counter(played["all-at-once"].sent) == dict.fromkeys(ALL, 1)


@pytest.mark.parametrize("count", [1, 3])
def test_webhooks_may_come_before_the_answer(played: dict[str, Played], count: int) -> None:
    name = {1: "callback-before-answer", 3: "complete-before-answer"}[count]

    assert played[name].before_answer >= count


def test_an_answer_waits_for_no_webhook_that_nobody_asked_for(apiin: Served) -> None:
    assert task_of(ask(apiin, {"prompt": "[[sim:complete-before-answer]]"}))


@pytest.mark.parametrize("kind", FAILURES)
def test_a_failure_is_a_text_in_each_result_and_nothing_else(
    apiin: Served, played: dict[str, Played], kind: str
) -> None:
    body = feed(apiin, played[f"fail-{kind}"].task)
    (call,) = played[f"fail-{kind}"].calls

    assert (body["code"], body["message"], body["data"]["type"]) == (200, "success", "SUCCESS")
    for result in (*body["data"]["response_data"], *call.body):
        field = "fail_message" if kind == "policy" else "error_message"
        assert result[field]
        assert sum(bool(result[name]) for name in ("fail_message", "error_message")) == 1
        assert result["extra_message"] == ""
    status = get(apiin, f"/api/v1/tasks/{played[f'fail-{kind}'].task}").json()["status"]
    assert status == "failed"


@pytest.mark.parametrize("name", ["one-track-fails", "failure-after-first"])
def test_one_of_two_tracks_may_fail(apiin: Served, played: dict[str, Played], name: str) -> None:
    sound, failed = final(apiin, played[name])

    assert (bool(sound["audio_url"]), sound["error_message"]) == (True, "")
    assert (failed["audio_url"], bool(failed["error_message"])) == ("", True)


def test_complete_comes_without_audio_and_then_with_it(played: dict[str, Played]) -> None:
    urls = [
        [result["audio_url"] for result in call.body]
        for call in played["complete-without-audio"].calls
    ]

    assert sorted(map(all, urls)) == [False, False, True]
    assert urls.count(["", ""]) == 2


def test_a_webhook_has_the_shape_of_its_scenario(played: dict[str, Played]) -> None:
    wrapped, flat, foreign = (
        played[name].calls[0].body
        for name in ("callback-wrapped", "callback-flat", "foreign-task-id")
    )

    assert wrapped["data"]["task_id"] == played["callback-wrapped"].task
    assert flat["task_id"] == played["callback-flat"].task
    assert foreign["data"]["task_id"] != played["foreign-task-id"].task
    assert all("extra" in result for result in played["S10-unknown-fields"].calls[0].body)
    assert all(len(call.raw) > 256 * 1024 for call in played["too-large"].calls)
    assert len(played["broken-json"].calls) == 3
    for call in played["broken-json"].calls:
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            assert call.body


def test_a_text_may_have_an_address_for_its_audio_or_no_id(
    apiin: Served, played: dict[str, Played]
) -> None:
    early, nameless = (
        next(call.body for call in played[name].calls if call.body[0]["status"] == "text")
        for name in ("early-audio-url", "text-without-ids")
    )

    assert all(result["audio_url"] for result in early)
    assert {result["duration"] for result in early} == {""}
    assert {result["id"] for result in nameless} == {""}
    slow = task_of(ask(apiin, {"prompt": "[[sim:S2-slow]]"}))
    assert all(result["id"] for result in at(apiin, slow, "text"))


def test_a_feed_may_be_of_the_older_kind(apiin: Served, played: dict[str, Played]) -> None:
    wait(lambda: feed(apiin, played["feed-staged"].task)["type"] == "complete")

    assert "code" not in feed(apiin, played["feed-staged"].task)


@pytest.mark.parametrize(
    ("fault", "status"),
    [("html-502", 502), ("empty-500", 500), ("unknown", 404), ("rate", 429)],
)
def test_polls_fail_three_times_and_then_tell(
    apiin: Served, played: dict[str, Played], fault: str, status: int
) -> None:
    task = played[f"poll-{fault}"].task
    codes = [get(apiin, f"{MUSIC}/feed", task_id=task).status_code for _ in range(4)]

    assert codes == [status, status, status, 200]


def test_a_first_poll_may_fail_alone(apiin: Served, played: dict[str, Played]) -> None:
    task = played["first-poll-html-502"].task

    codes = [get(apiin, f"{MUSIC}/feed", task_id=task).status_code for _ in range(2)]

    assert codes == [502, 200]


def test_a_task_may_stay_unknown(apiin: Served, played: dict[str, Played]) -> None:
    task = played["S13-unknown-task"].task

    assert get(apiin, f"{MUSIC}/feed", task_id=task).status_code == 404
    assert get(apiin, f"/api/v1/tasks/{task}").status_code == 404


def test_a_fault_that_is_limited_is_over_after_so_many(apiin: Served, receiver: Receiver) -> None:
    def codes(name: str) -> list[int]:
        bodies = [
            # A new ticket in the address does not make it another request.
            {"prompt": f"[[sim:{name}]] again", "callback_url": receiver.path(f"again-{number}")}
            for number in range(3)
        ]
        return [ask(apiin, body).status_code for body in bodies]

    assert codes("S5-rate-limited-then-ok") == [429, 429, 200]
    assert codes("S7-error-once-before-accept") == [500, 200, 200]
