"""Scenarios of submissions that are refused, or of which nobody knows."""

from typing import Final

from tests.simulator.scenario import Ask, Course, Habits, Reply, Scenario
from tests.simulator.scenarios.arrivals import ODD, PUSH

ANY: Final = {
    "prompt": "Rain on a tin roof",
    "model": "suno-v5",
    "routing": {"providers": ["sunoapi", "apikley"]},
}

_NO: Final = (Reply.REFUSE, Reply.REFUSE_QUIETLY, Reply.NO_CONNECTION)
_HEARD_BY_CALLBACK: Final = (Reply.TAKE_AND_HANG, Reply.TAKE_AND_BREAK, Reply.TAKE_WITHOUT_ID)

ROWS: Final = (
    Scenario(
        "refused, then taken by another",
        (Ask(ANY),),
        {"sunoapi": Habits(replies=_NO), "apikley": Habits(courses=ODD)},
    ),
    Scenario(
        "not now, then taken",
        (Ask(PUSH),),
        {"sunoapi": Habits(first=(Reply.REFUSE_FOR_NOW, Reply.NO_CONNECTION), courses=ODD)},
    ),
    Scenario(
        "refused by all",
        (Ask(ANY),),
        {name: Habits(replies=_NO) for name in ("sunoapi", "apikley")},
        ends=frozenset({"failed"}),
    ),
    Scenario(
        "taken and never said",
        (Ask(ANY),),
        {"sunoapi": Habits(replies=_HEARD_BY_CALLBACK, courses=(Course.PLAIN, Course.REPEATED))},
    ),
    Scenario(
        "nobody knows",
        (Ask(ANY),),
        {"sunoapi": Habits(replies=(Reply.HANG, Reply.BREAK))},
        ends=frozenset({"expired"}),
    ),
)
