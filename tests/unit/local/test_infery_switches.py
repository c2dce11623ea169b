"""Infery's settings can be chosen by name, numbers among them, and each is explained."""

import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from local.simulators import choices
from local.simulators.infery_switches import InferySwitches
from tests.unit.local.receiver import CLIENT

SPANS = {
    "inline_bytes": (1, 200 * 1024 * 1024),
    "n_items": (1, 100),
    "sync_delay_s": (0, 3600),
    "requests_per_minute": (0, 1_000_000),
}


@dataclass(frozen=True)
class Free:
    """Settings without limits."""

    number: float = 0.0


def test_words_flags_and_numbers_are_chosen_by_name() -> None:
    texts = ["mode=async_prose", "accepted_http=202", "fallback_b64=true", "n_items=3",
             "sync_delay_s=2.5", "inline_bytes=62914560"]  # fmt: skip

    assert choices.chosen(InferySwitches(n_items=1), texts) == InferySwitches(
        mode="async_prose",
        accepted_http=202,
        fallback_b64=True,
        n_items=3,
        sync_delay_s=2.5,
        inline_bytes=62_914_560,
    )
    assert choices.chosen(InferySwitches(n_items=3), ["n_items=default"]) == InferySwitches()


@pytest.mark.parametrize(
    "text",
    ["mode=both", "accepted_http=201", "n_items=1.5", "n_items=many", "n_items=0", "n_items=",
     "sync_delay_s=nan", "sync_delay_s=inf", "sync_delay_s=-1", "status_vocab=3",
     "requests_per_minute=many"],
)  # fmt: skip
def test_what_cannot_be_chosen_is_refused(text: str) -> None:
    with pytest.raises(choices.NoSuchChoiceError, match=text.partition("=")[0]):
        choices.chosen(InferySwitches(), [text])


@pytest.mark.parametrize("number", ["nan", "inf", "-inf", "1e999"])
def test_a_number_is_a_finite_one_whatever_its_limits(number: str) -> None:
    assert choices.chosen(Free(), ["number=-1e3"]) == Free(-1000.0)
    with pytest.raises(choices.NoSuchChoiceError):
        choices.chosen(Free(), [f"number={number}"])


@pytest.mark.parametrize(("name", "span"), SPANS.items())
def test_numbers_stay_inside_their_limits(name: str, span: tuple[int, int]) -> None:
    for number in span:
        changes: dict[str, Any] = {name: number}
        assert getattr(InferySwitches(**changes), name) == number
    for number in (span[0] - 1, span[1] + 1):
        changes = {name: number}
        with pytest.raises(ValueError, match=name):
            InferySwitches(**changes)


def test_every_setting_is_explained() -> None:
    assert choices.explanations(InferySwitches()).keys() == {*choices.options(InferySwitches())}


def test_the_command_takes_a_number() -> None:
    command = [sys.executable, "-m", "local.simulators", "infery", "--port", "0"]
    choice = ["--set", "requests_per_minute=2"]
    with subprocess.Popen([*command, *choice], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        said = process.stdout.readline()
        try:
            base_url = next(word for word in said.split() if word.startswith("http://"))
            headers = {"authorization": "Bearer sim-x"}
            statuses = [
                CLIENT.get(f"{base_url}v1/models", headers=headers).status_code for _ in range(3)
            ]
        finally:
            process.terminate()

    assert statuses == [200, 200, 429]
