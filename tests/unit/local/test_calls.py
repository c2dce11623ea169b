"""Callbacks come in the order, number and shape of their scenario."""

from collections import Counter
from typing import Any

import pytest

from tests.unit.local.playing import ALL, CALLS, FACTS, WORDS, Stage, pairs

both = pytest.mark.parametrize("provider", FACTS)


@pytest.mark.parametrize("key", pairs(CALLS), ids="-".join)
def test_stages_are_called_back_in_the_order_of_the_scenario(
    stage: Stage, key: tuple[str, str]
) -> None:
    assert stage[key].sent == [WORDS.get(word, word) for word in CALLS[key[1]]]
    assert Counter(stage[key].words) == Counter(CALLS[key[1]])


@both
def test_repeated_stages_come_as_often_as_told(stage: Stage, provider: str) -> None:
    assert Counter(stage[provider, "duplicate"].words) == dict.fromkeys(ALL, 3)
    assert Counter(stage[provider, "all-at-once"].words) == dict.fromkeys(ALL, 1)


@both
def test_an_unwrapped_callback_is_only_its_data(stage: Stage, provider: str) -> None:
    bodies = [call.body for call in stage[provider, "unwrapped"].calls]

    assert {body["callbackType"] for body in bodies} == {*ALL}
    assert not any("code" in body or "msg" in body for body in bodies)


@both
def test_a_broken_callback_is_no_json(stage: Stage, provider: str) -> None:
    calls = stage[provider, "broken-json"].calls

    assert len(calls) == 3
    for call in calls:
        with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
            assert call.body


@both
def test_shapes_are_as_told(stage: Stage, provider: str) -> None:
    def call(name: str, word: str) -> Any:
        return stage[provider, name].call(word)

    camel = stage[provider, "camel-task-id"]
    assert camel.call("complete")["taskId"] == camel.task
    assert "task_id" not in camel.call("complete")
    foreign = stage[provider, "foreign-task-id"]
    assert {foreign.call(word)["task_id"] for word in ALL} & {foreign.task} == set()
    assert call("text-variant-b", "text")["data"] == []
    assert call("text-variant-c", "text")["data"] is None
    assert len(call("S1-happy", "text")["data"]) == 2
    assert isinstance(call("create-time-string", "first")["data"][0]["createTime"], str)
    assert len(call("one-track", "complete")["data"]) == 1
    assert "extra" in stage[provider, "S10-unknown-fields"].calls[0].body
    assert all(len(call.raw) > 256 * 1024 for call in stage[provider, "too-large"].calls)


@both
def test_failures_have_every_shape_of_data(stage: Stage, provider: str) -> None:
    assert stage[provider, "error-null"].call("error")["data"] is None
    assert stage[provider, "error-list"].call("error")["data"] == []
    assert stage[provider, "error-string"].call("error")["error"]
    assert "data" not in stage[provider, "error-string"].call("error")


@pytest.mark.parametrize(
    ("provider", "kind", "code"),
    [
        (provider, kind, verdict.code)
        for provider, facts in FACTS.items()
        for kind, verdict in facts.failures.items()
    ],
)
def test_a_failure_has_its_code(stage: Stage, provider: str, kind: str, code: int) -> None:
    (call,) = stage[provider, f"fail-{kind}"].calls

    assert call.body["code"] == code


@both
def test_complete_comes_without_audio_and_then_with_it(stage: Stage, provider: str) -> None:
    calls = [call.body["data"] for call in stage[provider, "complete-without-audio"].calls]
    urls = [[track["audio_url"] for track in call["data"]] for call in calls]

    assert stage[provider, "complete-without-audio"].sent == ["text", "complete", "complete"]
    assert sorted(map(all, urls)) == [False, False, True]
    assert urls.count(["", ""]) == 2
