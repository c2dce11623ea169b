"""Scenarios of clients: who ask twice, change their minds, or cannot pay."""

import json
from typing import Final

from tests.simulator.scenario import Ask, Course, Habits, Reply, Scenario
from tests.simulator.scenarios.arrivals import ODD, PUSH
from tests.simulator.scenarios.refusals import ANY

EIGHT_DAYS_S: Final = 8 * 86_400.0
_OTHER: Final = {"prompt": "Snow", "model": "sunoapi/V5"}
_PRICES: Final = (("PRICES", json.dumps({"sunoapi": "10.0000", "apikley": "10.0000"})),)
_ENDS: Final = frozenset({"archived", "canceled"})

ROWS: Final = (
    Scenario(
        "a storm of one key",
        (
            Ask(PUSH, key="k", copies=5),
            Ask(_OTHER, key="k", after_s=30),
            Ask(PUSH, key="k", after_s=60),
            Ask(PUSH, key="k", after_s=1.2, client="two"),
            Ask(PUSH, key="k", after_s=EIGHT_DAYS_S),
        ),
        {"sunoapi": Habits(courses=ODD)},
    ),
    Scenario(
        "canceled in between",
        (
            Ask(PUSH, cancel_after_s=0.01),
            Ask(PUSH, after_s=2, cancel_after_s=9),
            Ask(PUSH, after_s=3, cancel_after_s=119, client="two"),
        ),
        {"sunoapi": Habits(courses=(*ODD, Course.FAILED, Course.ERROR_AFTER_FIRST))},
        ends=_ENDS,
    ),
    Scenario(
        "canceled while nobody knows",
        (Ask(ANY, cancel_after_s=30),),
        {"sunoapi": Habits(replies=(Reply.TAKE_AND_HANG, Reply.HANG, Reply.REFUSE_FOR_NOW))},
        ends=_ENDS,
        settings=_PRICES,
        credit=(("one", "50.0000"),),
    ),
    Scenario(
        "credit for a job that fails",
        (Ask(PUSH, key="a"),),
        {"sunoapi": Habits(courses=(Course.FAILED, Course.ERROR_AFTER_FIRST, Course.NEVER))},
        ends=frozenset({"failed", "expired"}),
        settings=_PRICES,
        credit=(("one", "50.0000"),),
    ),
    Scenario(
        "credit for two jobs of four",
        (
            Ask(PUSH, key="a", copies=2),
            Ask(PUSH, key="b", after_s=1.01),
            Ask(ANY, key="c", after_s=1.02),
            Ask(ANY, key="d", after_s=200),
        ),
        {
            "sunoapi": Habits(
                replies=(Reply.TAKE, Reply.REFUSE, Reply.TAKE_AND_HANG),
                courses=(Course.PLAIN, Course.FAILED, Course.ERROR_AFTER_FIRST, Course.LATE),
            )
        },
        ends=_ENDS | {"failed", "expired"},
        settings=_PRICES,
        credit=(("one", "25.0000"), ("two", "5.0000")),
    ),
    Scenario(
        "caps for a day",
        (Ask(ANY), Ask(ANY, after_s=5), Ask(ANY, after_s=9)),
        {"sunoapi": Habits(replies=(Reply.REFUSE, Reply.TAKE)), "apikley": Habits(clips=1)},
        ends=frozenset({"archived", "failed"}),
        settings=(
            *_PRICES,
            ("DAILY_CAPS", json.dumps({"sunoapi": "25.0000", "apikley": "15.0000"})),
        ),
        credit=(("one", "100.0000"),),
    ),
    Scenario(
        "deleted in between",
        (Ask(PUSH), Ask(PUSH, after_s=2, client="two")),
        {"sunoapi": Habits(courses=(Course.MALFORMED, *ODD), calls_again_s=(60,))},
        # Just while a callback of that job is at work.
        deleted=(("two", 37.1375),),
    ),
)
