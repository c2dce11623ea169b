"""Scenarios of services, hosts and people that do what they should not."""

from typing import Final

from tests.simulator.effects import Port
from tests.simulator.previous import BEFORE_COVERS, BEFORE_MONEY
from tests.simulator.scenario import (
    Ask,
    Attack,
    Audio,
    Course,
    Habits,
    Harm,
    Scenario,
    Trouble,
)
from tests.simulator.scenarios.arrivals import ODD, PUSH
from tests.simulator.scenarios.refusals import ANY

_TWO: Final = (Ask(PUSH), Ask(PUSH, after_s=2, client="two"))


def _audio(*audio: Audio) -> dict[str, Habits]:
    return {"sunoapi": Habits(audio=audio)}


ROWS: Final = (
    Scenario("the bus is down", (Ask(PUSH),), troubles=(Trouble(Port.BUS, 0.5, 720),)),
    Scenario(
        "the bus takes half",
        (Ask(PUSH),),
        {"sunoapi": Habits(courses=ODD)},
        troubles=(Trouble(Port.BUS, 0.5, 400, Harm.PARTIAL),),
    ),
    Scenario(
        "the table fails for a while",
        _TWO,
        troubles=(Trouble(Port.KV, 20, 240),),
    ),
    Scenario(
        "hosts that stumble",
        (Ask(PUSH),),
        _audio(Audio.TRUNCATED_ONCE, Audio.BROKEN_ONCE, Audio.GOOD, Audio.CHANGING),
    ),
    Scenario(
        "a host that serves something else each time",
        (Ask(PUSH),),
        {"sunoapi": Habits(audio=(Audio.CHANGING,), clips=1)},
    ),
    Scenario(
        "hosts that serve nothing whole",
        (Ask(PUSH),),
        {
            "sunoapi": Habits(
                audio=(
                    Audio.BROKEN_FOR_AN_HOUR,
                    Audio.TRUNCATED,
                    Audio.EMPTY,
                    Audio.MISSING,
                    Audio.BROKEN,
                    Audio.EXPIRED,
                ),
                clips=1,
            )
        },
        ends=frozenset({"complete", "archived"}),
        redrive_at_s=2 * 3600,
    ),
    Scenario(
        "hostile callbacks",
        _TWO,
        {"sunoapi": Habits(attacks=tuple(reversed(Attack)), courses=ODD)},
    ),
    Scenario(
        "a callback of old",
        (Ask(PUSH),),
        {"sunoapi": Habits(attacks=(Attack.REPLAYED,), clips=1)},
    ),
    Scenario(
        "a row that nobody can read",
        _TWO,
        poison=True,
    ),
    Scenario(
        "two releases at once",
        (Ask(PUSH), Ask(ANY, after_s=2, client="two")),
        {"sunoapi": Habits(courses=(Course.PLAIN, Course.SWAPPED, Course.LOST))},
        before=BEFORE_MONEY,
    ),
    Scenario(
        "covers while two releases run",
        (Ask(PUSH),),
        {"sunoapi": Habits(clips=1, covers=(Audio.GOOD, Audio.BROKEN_ONCE))},
        before=BEFORE_COVERS,
    ),
    Scenario("rows of a newer release", (Ask(PUSH),), newer=True),
    Scenario("callbacks and nothing else", (Ask(PUSH),), strict=True),
)
