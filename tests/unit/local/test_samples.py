"""What the simulators send has the shape of the samples that the readers are tested with."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from local.simulators import SimulatorSettings
from local.simulators import suno_wire as wire
from local.simulators.dice import Dice
from local.simulators.scenario import Mark
from local.simulators.suno_scenario import SunoScenario
from local.simulators.suno_scenarios import SCENARIOS
from local.simulators.suno_switches import SunoSwitches
from local.simulators.suno_tasks import draft
from local.simulators.tasks import Order, Task, make_task
from tests.unit.local.playing import FACTS

SAMPLES = Path(__file__).parents[3] / "events" / "wire"
CREATED_AT = datetime(2026, 1, 10, tzinfo=UTC)
REQUEST = {
    "customMode": True,
    "instrumental": False,
    "model": "V5",
    "prompt": "[Verse]",
    "style": "folk",
    "title": "Ferry Light",
    "callBackUrl": "https://gateway.cliphook.test/callbacks/x/y",
}
# The scenario that sends a sample, and which of its callbacks it is.
CALLBACKS = {
    "text_a": ("S1-happy", 0),
    "text_b": ("text-variant-b", 0),
    "text_c": ("text-variant-c", 0),
    "first": ("S1-happy", 1),
    "complete": ("S1-happy", 2),
    "complete_documented_time": ("create-time-string", 2),
    "complete_camel_id": ("camel-task-id", 2),
    "complete_unwrapped": ("unwrapped", 2),
    "complete_without_audio": ("complete-without-audio", 1),
    "error_null": ("error-null", 0),
    "error_list": ("error-list", 0),
    "error_string": ("error-string", 0),
    "error_failed": ("error-failed", 0),
}
STATUSES = [
    f"record_info_{status}"
    for status in (
        "pending",
        "generating",
        "text_success",
        "first_success",
        "success",
        "create_task_failed",
        "sensitive_word_error",
        "callback_exception",
    )
]
# What is left to settings: whether there are source_* keys, and the form of createTime.
LOOSE = {"createTime", "duration", "errorCode"}


def sample(provider: str, name: str) -> Any:
    """Read a sample."""
    return json.loads((SAMPLES / provider / f"{name}.json").read_text(encoding="utf-8"))


def existing(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pair the names with the providers that have such a sample."""
    return [
        (provider, name)
        for name in names
        for provider in FACTS
        if (SAMPLES / provider / f"{name}.json").exists()
    ]


def shape(value: Any) -> Any:
    """Keep the keys and types of a body, and nothing of what it says."""
    if isinstance(value, dict):
        return {
            key: None if key in LOOSE else shape(inner)
            for key, inner in value.items()
            if not key.startswith("source")
        }
    return [shape(inner) for inner in value] if isinstance(value, list) else type(value)


def task(provider: str, scenario: str) -> Task[SunoScenario]:
    settings = SimulatorSettings()
    dice = Dice(f"1/{provider}/1")
    order = Order(REQUEST, SCENARIOS[scenario], dice, "http://127.0.0.1:9", 0.0, CREATED_AT)
    return make_task(order, draft(order, FACTS[provider], settings), settings)


def callback(made: Task[SunoScenario], number: int, provider: str) -> bytes:
    call = made.scenario.calls[number]
    return wire.callback(made, call, facts=FACTS[provider], switches=SunoSwitches())


both = pytest.mark.parametrize("provider", FACTS)


@pytest.mark.parametrize(("provider", "name"), existing(CALLBACKS))
def test_a_callback_looks_like_its_sample(provider: str, name: str) -> None:
    scenario, number = CALLBACKS[name]
    expected = sample(provider, name)
    made = task(provider, scenario)
    body = json.loads(callback(made, number, provider))

    if name == "complete_without_audio":
        for tracks in (expected["data"]["data"], body["data"]["data"]):
            for track in tracks:
                track.pop("duration", None)
    assert shape(body) == shape(expected)


@pytest.mark.parametrize(("provider", "name"), existing(STATUSES))
def test_a_poll_looks_like_its_sample(provider: str, name: str) -> None:
    expected = sample(provider, name)
    made = task(provider, "S1-happy")

    body = wire.record_info(
        made,
        Mark(name.removeprefix("record_info_").upper()),
        FACTS[provider],
        SunoSwitches(),
    )

    if expected["data"]["response"]:
        for track in expected["data"]["response"]["sunoData"]:
            track.setdefault("duration", None)
    assert shape(body) == shape(expected)
    assert json.loads(body["data"]["param"]) == REQUEST


@both
def test_a_complete_of_sunoapi_has_source_keys_and_one_of_apikley_has_none(provider: str) -> None:
    made = task(provider, "S1-happy")
    body = callback(made, 2, provider)

    assert (b"source_audio_url" in body) is (provider == "sunoapi")


@both
def test_every_code_that_is_documented_has_a_sample(provider: str) -> None:
    facts = FACTS[provider]
    refused = {f"refused_{verdict.code}" for verdict in facts.refusals.values()}
    failed = {f"error_{verdict.code}" for verdict in facts.failures.values()}
    names = {path.stem for path in (SAMPLES / provider).glob("*.json")}

    assert refused == {name for name in names if name.startswith("refused_")}
    assert failed == {name for name in names if name[6:].isdigit() and name.startswith("error_")}
    for name in refused | failed:
        assert sample(provider, name)["code"] == int(name.rsplit("_", 1)[1])


@both
def test_samples_name_no_host_that_exists(provider: str) -> None:
    for path in (SAMPLES / provider).glob("*.json"):
        text = path.read_text(encoding="utf-8")
        hosts = [part.split("/")[0] for part in text.split("https://")[1:]]
        assert all(host.endswith(".test") for host in hosts)
        assert json.dumps(json.loads(text), indent=2, ensure_ascii=False) + "\n" == text
