"""Callbacks in every order, once and again, end in the same job with the same clips."""

from collections.abc import Mapping, Sequence
from itertools import permutations
from random import Random
from typing import Any

import pytest

from tests.simulator.cases import Case, act
from tests.simulator.checks.reading import plain
from tests.simulator.decisions import Decision, Kind, Point
from tests.simulator.logs import CalledBack, Wrote

SCENARIO = "one push job"
# When each of them is sent, and from when on they arrive, after the last was sent.
SENT_S = (11.0, 36.0, 121.0)
ARRIVED_S = 130.0
GAP_S = 4.0
COURSE = Decision(Point("provider.sunoapi", 1, 0, "course"), Kind.CHOICE, name="repeated")


def played(decisions: Sequence[Decision]) -> tuple[list[str], Mapping[str, Any]]:
    """Play a case; give the stages as they arrived, and what is known of the job in the end."""
    history = act(Case(SCENARIO, 1, tuple(decisions)))
    assert history.violations == []
    assert len(history.decisions) == len(decisions)
    rows = [one.after for one in history.logs.of(Wrote) if one.key[1] == "JOB" and one.after]
    job = plain(rows[-1]["job"])
    clips = {
        name: {key: value for key, value in clip.items() if not key.endswith("_at")}
        for name, clip in job["clips"].items()
    }
    for clip in clips.values():
        clip["passport"].pop("archived_at")
    told = {"status": rows[-1]["status"]["S"], "stages": sorted(job["stages"]), "clips": clips}
    return [one.stage for one in history.logs.of(CalledBack)], told


def delayed(number: int, seconds: float) -> Decision:
    return Decision(Point("to.provider", number, 0, "request"), Kind.DELAY, seconds)


@pytest.mark.parametrize("order", [*permutations(range(3))], ids=str)
def test_three_callbacks_in_any_order_end_in_the_same_job(order: Sequence[int]) -> None:
    _, wanted = played(())

    arriving = [
        delayed(number + 1, ARRIVED_S + GAP_S * order.index(number) - sent_s)
        for number, sent_s in enumerate(SENT_S)
    ]
    _, told = played(arriving)

    assert told == wanted


@pytest.mark.parametrize("seed", range(10))
def test_nine_callbacks_shuffled_end_in_the_same_job(seed: int) -> None:
    _, wanted = played(())
    chance = Random(seed)

    shuffled = [delayed(number, chance.uniform(0, 200)) for number in range(1, 10)]
    stages, told = played([COURSE, *shuffled])

    # Whoever heard no answer in time has called again.
    assert len(stages) >= 9
    assert told == wanted
