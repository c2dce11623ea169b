"""A callback is sent again until it is answered 200, as often and as late as published."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from local.simulators import Served, serve
from local.simulators.callbacks import is_loopback, redacted
from tests.unit.local.conftest import QUICK
from tests.unit.local.playing import ALL
from tests.unit.local.receiver import (
    Receiver,
    create,
    custom,
    get,
    poll,
    stages,
    task_id,
    wait,
)

SCALE = QUICK.scale


@pytest.fixture(scope="module")
def hasty() -> Iterator[Served]:
    """A simulator that waits half a second for an answer and gives up after three quick retries."""
    settings = replace(QUICK, callback_timeout_s=0.5, retries_s=(20.0, 40.0, 60.0))
    with serve("sunoapi", settings) as sim:
        yield sim


def tried(sim: Served, task: str, stage: str) -> list[dict[str, Any]]:
    """Look up how a stage was sent."""
    calls = get(sim, "/_sim/callbacks").json()["callbacks"]
    return [call for call in calls if (call["task_id"], call["stage"]) == (task, stage)]


def status(sim: Served, task: str) -> str:
    return str(poll(sim, task)["data"]["status"])


def test_it_is_sent_again_until_it_is_answered_200(hasty: Served, receiver: Receiver) -> None:
    receiver.answers["again"] = [500, 204]
    body = custom(receiver, "again", prompt="[[sim:skip-text-first]]")
    task = task_id(create(hasty, body))

    wait(lambda: len(receiver.at("again")) == 3)

    wait(lambda: [call["status"] for call in tried(hasty, task, "complete")] == [500, 204, 200])
    assert len({got.raw for got in receiver.at("again")}) == 1
    assert status(hasty, task) == "SUCCESS"


def test_retries_keep_their_distance(hasty: Served, receiver: Receiver) -> None:
    receiver.answers["spaced"] = [500] * 3
    task_id(create(hasty, custom(receiver, "spaced", prompt="[[sim:skip-text-first]]")))

    wait(lambda: len(receiver.at("spaced")) == 4)

    times = [got.at for got in receiver.at("spaced")]
    pauses = [after - before for before, after in pairwise(times)]
    for pause, least in zip(pauses, (20.0, 40.0, 60.0), strict=True):
        assert pause >= least * SCALE * 0.9


def test_after_the_third_retry_it_is_a_callback_exception_with_the_tracks(
    hasty: Served, receiver: Receiver
) -> None:
    receiver.answers["never"] = [503] * 4
    task = task_id(create(hasty, custom(receiver, "never", prompt="[[sim:skip-text-first]]")))

    wait(lambda: status(hasty, task) == "CALLBACK_EXCEPTION")

    assert [call["attempt"] for call in tried(hasty, task, "complete")] == [1, 2, 3, 4]
    tracks = poll(hasty, task)["data"]["response"]["sunoData"]
    assert all(track["audioUrl"] for track in tracks)


def test_who_answers_too_late_is_called_again(hasty: Served, receiver: Receiver) -> None:
    receiver.delays_s["late"] = 0.9
    task = task_id(create(hasty, custom(receiver, "late", prompt="[[sim:skip-text-first]]")))

    calls = wait(lambda: tried(hasty, task, "complete")[1:] and tried(hasty, task, "complete"))

    assert calls[0]["status"] is None
    assert calls[0]["error"] == "no answer within 0.5 s"


def test_one_stage_does_not_wait_for_another(hasty: Served, receiver: Receiver) -> None:
    receiver.answers["textfails"] = [500] * 4
    create(hasty, custom(receiver, "textfails"))

    wait(lambda: stages(receiver.at("textfails")) >= Counter(ALL))


def test_nobody_is_called_who_is_not_on_this_machine(
    hasty: Served, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    url = "https://user:secret@api.example.test/callbacks/sunoapi/ticket?token=abc"
    task = task_id(create(hasty, custom(receiver, "away", callBackUrl=url)))

    (call,) = wait(lambda: tried(hasty, task, "text"))

    assert call["error"] == "not on this machine: never called"
    assert call["url"] == "https://api.example.test/callbacks/sunoapi/…"
    assert "refusing to call" in caplog.text
    assert "ticket" not in caplog.text


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:8787/x", True),
        ("http://127.9.9.9/x", True),
        ("http://[::1]:80/x", True),
        ("http://localhost/x", True),
        ("http://localhost.example.test/x", False),
        ("http://127.0.0.1.example.test/x", False),
        ("http://127.0.0.1@example.test/x", False),
        ("http://169.254.169.254/x", False),
        ("http://10.0.0.1/x", False),
        ("http://0.0.0.0/x", False),
        ("x", False),
    ],
)
def test_only_loopback_is_this_machine(url: str, *, near: bool) -> None:
    assert is_loopback(url) is near


def test_a_ticket_is_not_shown() -> None:
    assert redacted("http://127.0.0.1:8787/callbacks/apikley/t0p") == (
        "http://127.0.0.1:8787/callbacks/apikley/…"
    )
