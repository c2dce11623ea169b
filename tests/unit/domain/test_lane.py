"""How many attempts are on the way to one receiver, and what they learn of it."""

from dataclasses import replace
from datetime import timedelta

from cliphook.domain.delivery import Response, Trouble
from cliphook.domain.lane import SILENT_LATER_MAX, Busy, Lane, Standing, enter, leave, standing
from tests.support.makers import at

LANE = Lane("ep_1")
WIDE = replace(LANE, room=10)
TAKEN = Response(status=204)
BROKEN = Response(status=500)
LATE = Response(error=Trouble.TIMEOUT)
BUSY = Response(status=429)
DAY_S = 24 * 3600


def entered(lane: Lane, flight: str, seconds: float = 0) -> Lane:
    found = enter(lane, flight, at(seconds))
    assert isinstance(found, Lane)
    return found


def left(lane: Lane, response: Response, seconds: float = 0) -> Lane:
    return leave(entered(lane, "one", seconds), "one", response, at(seconds))


def struck(times: int) -> Lane:
    """Make the lane to somebody who was silent so often."""
    return replace(LANE, strikes=times)


def test_ten_are_on_a_lane_and_the_eleventh_comes_again() -> None:
    lane = WIDE
    for number in range(10):
        lane = entered(lane, f"flight-{number}")

    assert enter(lane, "flight-10", at(0)) == Busy(at(1))
    freed = leave(lane, "flight-3", TAKEN, at(1))
    assert isinstance(enter(freed, "flight-10", at(1)), Lane)


def test_the_same_attempt_has_one_place() -> None:
    assert [*entered(entered(LANE, "one"), "one").flights] == ["one"]


def test_a_flight_whose_process_died_ends_by_itself() -> None:
    lane = WIDE
    for number in range(10):
        lane = entered(lane, f"flight-{number}")

    assert isinstance(enter(lane, "late", at(44)), Busy)
    assert [*entered(lane, "late", 45).flights] == ["late"]


def test_whoever_is_silent_three_times_in_a_row_rests_for_a_minute() -> None:
    assert left(struck(1), LATE).rests_until is None
    rested = left(struck(2), LATE)

    assert enter(rested, "next", at(59)) == Busy(at(60), SILENT_LATER_MAX)
    assert isinstance(enter(rested, "next", at(60)), Lane)


def test_one_who_rested_is_asked_by_one_attempt_at_a_time() -> None:
    probed = entered(left(struck(2), LATE), "probe", 60)

    assert enter(probed, "next", at(61)) == Busy(at(76), SILENT_LATER_MAX)


def test_one_who_answers_again_has_room_again() -> None:
    probed = entered(left(replace(WIDE, strikes=2), LATE), "probe", 60)

    lane = leave(probed, "probe", TAKEN, at(61))

    assert (lane.strikes, lane.rests_until, lane.room) == (0, None, 3)
    for number in range(3):
        lane = entered(lane, f"flight-{number}", 61)
    assert enter(lane, "flight-3", at(61)) == Busy(at(62))


def test_a_new_lane_has_room_for_two_and_for_one_more_with_each_that_is_taken() -> None:
    lane, rooms = LANE, []
    for _ in range(12):
        rooms.append(lane.room)
        lane = left(lane, TAKEN)

    assert rooms == [2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]


def test_whoever_is_silent_begins_anew_and_whoever_only_fails_does_not() -> None:
    assert left(WIDE, LATE).room == 2
    assert left(WIDE, BROKEN).room == 10


def test_a_quick_refusal_is_no_silence() -> None:
    assert left(struck(2), BROKEN).strikes == 0
    assert left(struck(2), BROKEN).rests_until is None


def test_whoever_says_that_it_is_too_busy_rests_at_once() -> None:
    assert enter(left(LANE, BUSY), "next", at(1)) == Busy(at(60))


def test_a_day_of_nothing_but_failures_is_noticed_and_five_days_are_the_end() -> None:
    lane = left(LANE, BROKEN)
    judged = {}
    for hour in range(0, 6 * 24, 12):
        lane = left(lane, BROKEN, hour * 3600)
        judged[hour] = standing(lane, at(hour * 3600))

    assert {hour for hour, one in judged.items() if one is Standing.WELL} == {0, 12}
    assert min(hour for hour, one in judged.items() if one is Standing.FAILING) == 24
    assert min(hour for hour, one in judged.items() if one is Standing.DEAD) == 120


def test_one_success_ends_the_time_of_failing() -> None:
    lane = left(left(LANE, BROKEN), TAKEN, DAY_S)

    assert (lane.failing_since, lane.failed_at) == (None, None)
    assert left(lane, BROKEN, DAY_S + 1).failing_since == at(DAY_S + 1)


def test_failures_with_nothing_tried_in_between_are_not_one_time_of_failing() -> None:
    lane = left(left(LANE, BROKEN), BROKEN, 10 * DAY_S)

    assert standing(lane, at(10 * DAY_S)) is Standing.WELL
    assert lane.failing_since == at(10 * DAY_S)


def test_the_longest_wait_of_the_schedule_is_one_time_of_failing() -> None:
    gap = timedelta(seconds=86_400 * 1.2)

    lane = left(left(LANE, BROKEN), BROKEN, gap.total_seconds())

    assert lane.failing_since == at(0)
