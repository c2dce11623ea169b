"""Scenarios of how music comes: told, asked for, in the answer; early, late, twice, or not."""

from typing import Final

from tests.simulator.scenario import Ask, Audio, Course, Habits, Reply, Scenario

PUSH: Final = {"prompt": "Rain on a tin roof", "model": "sunoapi/V5"}
POLL: Final = {"prompt": "Rain on a tin roof", "model": "stratizon/suno-5.5"}
BLOCK: Final = {"prompt": "Rain on a tin roof", "model": "infery/suno-v4"}

# What a provider may do besides, without it being anybody's fault.
ODD: Final = (
    Course.PLAIN,
    Course.SKIPPED,
    Course.REPEATED,
    Course.SWAPPED,
    Course.MALFORMED,
    Course.LOST,
    Course.FOREIGN_ID,
    Course.FALSE_ERROR,
    Course.FALSE_COMPLETE,
)


def _push(*courses: Course) -> dict[str, Habits]:
    return {"sunoapi": Habits(courses=courses, lags_s=(0, 15))}


ROWS: Final = (
    Scenario(
        "one push job",
        (Ask(PUSH, look_after_s=5),),
        {"sunoapi": Habits(courses=ODD, lags_s=(0, 15), calls_again_s=(60, 300, 900))},
    ),
    Scenario(
        "one poll job",
        (Ask(POLL),),
        {"stratizon": Habits(courses=(Course.PLAIN, Course.FAILED), lags_s=(0, 60))},
        ends=frozenset({"archived", "failed"}),
    ),
    Scenario(
        "one block job",
        (Ask(BLOCK),),
        {"infery": Habits(replies=(Reply.TAKE, Reply.TAKE_AND_HANG, Reply.BREAK))},
        ends=frozenset({"archived", "expired"}),
    ),
    Scenario(
        "music in the answer",
        (Ask(BLOCK),),
        {"infery": Habits(replies=(Reply.TAKE_INLINE, Reply.TAKE))},
    ),
    Scenario(
        "two answers that take their time",
        (Ask(BLOCK), Ask(BLOCK, after_s=1.5, client="two")),
        {"infery": Habits(clips=1)},
    ),
    Scenario(
        "early callbacks of two jobs",
        (Ask(PUSH), Ask(PUSH, after_s=1.5, client="two")),
        {"sunoapi": Habits(replies=(Reply.TAKE_SLOWLY, Reply.TAKE), courses=ODD)},
    ),
    Scenario("callbacks that are lost", (Ask(PUSH),), _push(Course.LOST, Course.MALFORMED)),
    Scenario(
        "callbacks in any order",
        (Ask(PUSH),),
        _push(Course.SWAPPED, Course.REPEATED, Course.SKIPPED, Course.FOREIGN_ID),
    ),
    Scenario(
        "covers, served or not",
        (Ask(PUSH),),
        {
            "sunoapi": Habits(
                courses=(Course.PLAIN, Course.SKIPPED, Course.LATE),
                covers=(Audio.GOOD, Audio.MISSING, Audio.TRUNCATED_ONCE, Audio.EXPIRED),
            )
        },
        ends=frozenset({"archived", "expired"}),
    ),
    Scenario(
        "an error after first",
        (Ask(PUSH),),
        _push(Course.ERROR_AFTER_FIRST, Course.FAILED),
        ends=frozenset({"failed"}),
    ),
    Scenario(
        "false alarms",
        (Ask(PUSH),),
        _push(Course.FALSE_ERROR, Course.FALSE_COMPLETE),
    ),
    Scenario(
        "music after its time",
        (Ask(PUSH),),
        _push(Course.LATE, Course.NEVER),
        ends=frozenset({"expired"}),
    ),
)
