"""Rows on their way to the bus: none that cannot be sent keeps another back, and none is lost."""

from itertools import count

import pytest

from cliphook.application.outbox_ports import UnreadableRow
from cliphook.application.ports import EventRow
from cliphook.application.publish_events import REFUSALS_MAX, Published, publish_events
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.report import Via
from cliphook.domain.status import Stage
from tests.support.fakes import FakeBus, FakeFeed, FakeJobs, FakeOutbox, FakeTable, Moment
from tests.support.makers import WHOLE, accepted, at, claimed, new_job, progressed
from tests.support.world import World

STORY = (claimed(), accepted(), progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL))
# I16: what one bad row may cost another.
LATE_MAX_S = 300


class House:
    """A job's rows, and a bus."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self.outbox = FakeOutbox(self.table)
        self.feed = FakeFeed(self.table)
        self.bus = FakeBus()
        self.change = begin(new_job())
        FakeJobs(self.table).add(self.change, None)
        for report in STORY:
            following = apply(self.change.job, report)
            assert isinstance(following, Change)
            self.change = following
            assert FakeJobs(self.table).commit(self.change, None)

    @property
    def rows(self) -> list[EventRow]:
        return [row for row in self.outbox.list_unsent(at(9000)) if isinstance(row, EventRow)]

    def publish(self, *rows: EventRow | UnreadableRow, minute: int = 1) -> Published:
        return publish_events(
            rows, places=self.feed, bus=self.bus, outbox=self.outbox, now=at(60 * minute)
        )


@pytest.fixture
def house() -> House:
    return House()


def test_the_events_of_a_job_go_in_their_order_however_the_stream_brings_them(
    house: House,
) -> None:
    house.publish(*reversed(house.rows))

    events = [row.key for row in house.bus.sent if row.source == "cliphook"]
    assert len(events) > 2
    assert events == sorted(events)


def test_a_row_that_is_refused_for_now_stays_and_is_parked_at_last(house: House) -> None:
    house.bus.refused.add("job.accepted")
    done = [house.publish(*house.rows, minute=number + 1) for number in range(REFUSALS_MAX)]

    assert [(one.refused, one.parked) for one in done] == [(1, 0)] * (REFUSALS_MAX - 1) + [(1, 1)]
    assert house.rows == []
    assert [*house.table.parked.values()] == ["NotToday"]


def test_a_row_waits_for_as_long_as_the_bus_is_busy(house: House) -> None:
    house.bus.refused.add("job.accepted")
    house.bus.is_busy = True
    for number in range(3 * REFUSALS_MAX):
        assert house.publish(*house.rows, minute=number + 1).parked == 0
        # It keeps its place, and so shows for how long it has waited.
        assert len([*house.outbox.list_unsent(at(59))]) == 1
    house.bus.refused.clear()

    assert house.publish(*house.rows).taken == 1

    assert house.rows == []
    assert not house.table.parked


def test_a_row_that_is_taken_after_all_was_never_parked(house: House) -> None:
    house.bus.refused.add("job.accepted")
    for _ in range(REFUSALS_MAX - 1):
        house.publish(*house.rows)
    house.bus.refused.clear()

    assert house.publish(*house.rows).taken == 1

    assert house.rows == []
    assert not house.table.parked


def test_rows_for_which_the_bus_does_not_answer_are_no_fault_of_theirs(house: House) -> None:
    house.bus.is_away = True
    before = house.rows
    for _ in range(REFUSALS_MAX + 1):
        done = house.publish(*before)

    assert len(done.unreached) == len(before)
    assert house.rows == before
    assert not house.table.parked


def test_what_cannot_be_written_down_is_announced_again(house: House) -> None:
    marks = count()

    def fail_first(name: str, moment: Moment) -> None:
        if (name, moment) == ("outbox.mark_sent", Moment.BEFORE) and next(marks) == 0:
            raise UnavailableStoreError

    house.table.hook = fail_first
    rows = house.rows

    done = house.publish(*rows)

    assert done.taken == len(rows)
    (left,) = house.rows
    assert left in house.bus.sent


def test_without_time_nothing_more_is_written_down(house: House) -> None:
    rows = house.rows
    questions = count()

    done = publish_events(
        rows,
        places=house.feed,
        bus=house.bus,
        outbox=house.outbox,
        now=at(60),
        has_time=lambda: next(questions) < 2,
    )

    assert done.taken == len(rows)
    assert len(house.rows) == len(rows) - 2
    # Nobody else may look for a while, so whoever hands rows in has to bring these again.
    assert {row.key for row in done.unreached} == {row.key for row in rows[2:]}


def test_a_refused_row_delays_no_other_by_more_than_five_minutes() -> None:
    world = World()
    world.bus.refused.add("job.text")
    world.request()
    late: dict[str, float] = {}
    for _ in range(40):
        world.run(30)
        for row in world.bus.sent:
            late.setdefault(row.event_id, (world.now - row.at).total_seconds())

    assert {row.detail_type for row in world.bus.sent} >= {"job.first", "job.archived"}
    assert max(late.values()) <= LATE_MAX_S
    assert len(world.table.parked) == 1
