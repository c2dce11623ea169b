"""A run of the sweep ends in time, whatever it comes upon, and the next one goes on."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from cliphook.adapters.eventbridge_bus import UNANSWERED_MAX
from cliphook.application.outbox_ports import Delivery
from cliphook.application.ports import EventRow, JobRef
from cliphook.application.sweep_jobs import BATCH, DUE_S, UNSENT_S, Swept, sweep_jobs
from cliphook.domain.change import begin
from cliphook.domain.errors import ContendedJobError, UnavailableStoreError
from cliphook.domain.ids import EventId, JobId
from cliphook.domain.job import Job
from infra.flows import SWEEP_S
from tests.support.fakes import FakeBus, FakeJobs, FakeOutbox, FakeTable, Moment
from tests.support.makers import ACCOUNT, at, new_job

# What the SDK may need until it gives one call up: three attempts of four seconds each.
CALL_MAX_S = 3 * (1 + 3)
LATE_MAX_S = 300


class PickyJobs(FakeJobs):
    """Jobs of which some cannot be read."""

    def __init__(self, table: FakeTable, unreadable: set[JobRef]) -> None:
        super().__init__(table)
        self._unreadable = unreadable

    def load(self, ref: JobRef) -> Job | None:
        job = super().load(ref)
        if ref in self._unreadable:
            raise UnavailableStoreError
        return job


class House:
    """Overdue jobs and their unsent events, where the table takes its time."""

    def __init__(self, jobs: int) -> None:
        self.now = at(600)
        self.took_s: dict[str, float] = {}
        self.failing: dict[str, Exception] = {}
        self.unreadable = set[JobRef]()
        self.table = FakeTable()
        self.refs = [JobRef(ACCOUNT, JobId(f"job_{number:026d}")) for number in range(jobs)]
        for number, ref in enumerate(self.refs):
            job = new_job(id=ref.job_id, created_at=at(number / 100))
            FakeJobs(self.table).add(begin(job), None)
        self.table.hook = self._take_time

    def _take_time(self, name: str, moment: Moment) -> None:
        if moment is Moment.BEFORE:
            self.now += timedelta(seconds=self.took_s.get(name, 0))
            if name in self.failing:
                raise self.failing[name]

    def sweep(self) -> Swept:
        outbox = FakeOutbox(self.table)
        return sweep_jobs(
            jobs=PickyJobs(self.table, self.unreadable),
            due_jobs=outbox,
            outbox=outbox,
            bus=FakeBus(),
            clock=lambda: self.now,
        )

    def nudged(self) -> dict[JobRef, datetime]:
        found = {ref: job.nudged_at for ref, job in self.table.jobs.items()}
        return {ref: nudged_at for ref, nudged_at in found.items() if nudged_at}


SLOW = (["outbox.mark_sent"], ["jobs.load"], ["jobs.commit"], ["jobs.load", "jobs.commit"])


@pytest.mark.parametrize("slow", SLOW, ids=" ".join)
def test_a_run_ends_in_time_however_slow_the_table_is(slow: list[str]) -> None:
    house = House(jobs=100)
    house.took_s = dict.fromkeys(slow, CALL_MAX_S)
    before = house.now

    swept = house.sweep()

    assert (house.now - before).total_seconds() <= SWEEP_S
    assert swept.nudged > 0


def test_a_run_ends_in_time_where_jobs_take_long_to_fail() -> None:
    house = House(jobs=100)
    house.unreadable = {*house.refs}
    house.took_s = {"jobs.load": CALL_MAX_S, "due_jobs.put_off": CALL_MAX_S}
    before = house.now

    house.sweep()

    assert (house.now - before).total_seconds() <= DUE_S + CALL_MAX_S


def test_the_worst_last_step_of_a_run_still_ends_in_time() -> None:
    # Rows are sent to a bus that is away, and then the first job is looked for.
    assert UNSENT_S + UNANSWERED_MAX * CALL_MAX_S + CALL_MAX_S < SWEEP_S
    # The last job is read and stored.
    assert DUE_S + 2 * CALL_MAX_S < SWEEP_S


def test_events_that_take_all_the_time_there_is_leave_some_to_the_jobs() -> None:
    house = House(jobs=100)
    house.took_s["outbox.mark_sent"] = 1

    swept = house.sweep()

    assert swept.published == BATCH
    assert swept.nudged == 100


def test_the_next_run_goes_on_where_the_last_one_stopped() -> None:
    house = House(jobs=100)
    house.took_s["jobs.commit"] = 1
    first = house.sweep().nudged
    house.now = at(660)

    second = house.sweep().nudged

    assert (first, first + second) == (DUE_S, 2 * DUE_S)
    assert len(house.nudged()) == 2 * DUE_S


@pytest.mark.parametrize(
    "error", [ContendedJobError(), UnavailableStoreError(), KeyError("job"), OverflowError()]
)
def test_whatever_is_wrong_with_jobs_they_are_put_off(error: Exception) -> None:
    house = House(jobs=3)
    house.failing["jobs.commit"] = error

    assert house.sweep().put_off == 3

    assert house.nudged() == {}
    assert house.sweep().put_off == 0


def test_a_table_that_takes_nothing_ends_a_run_and_not_the_sweep() -> None:
    house = House(jobs=3)
    for name in ("jobs.load", "due_jobs.put_off", "outbox.mark_sent"):
        house.failing[name] = UnavailableStoreError()
    house.sweep()
    house.failing.clear()

    assert house.sweep().nudged == 3


def test_a_good_job_behind_any_number_of_bad_ones_waits_no_five_minutes() -> None:
    house = House(jobs=2000)
    *bad, good = house.refs
    house.unreadable = {*bad}
    start = house.now

    while good not in house.nudged():
        house.sweep()
        house.now += timedelta(minutes=1)

    assert (house.now - start).total_seconds() <= LATE_MAX_S


class Stumbling(FakeBus):
    """A bus that does not answer the first time."""

    def put(self, rows: Sequence[EventRow]) -> Delivery:
        self.is_away = not self._was_asked
        self._was_asked = True
        return super().put(rows)

    _was_asked = False


def test_what_a_job_announced_later_does_not_overtake_what_the_bus_has_not_taken() -> None:
    def rows(job: str, count: int) -> list[EventRow]:
        keys = [(job, f"EVENT#{number:06d}") for number in range(count)]
        return [
            EventRow(key, EventId("".join(key)), "cliphook", "job.text", "{}", at(0))
            for key in keys
        ]

    table = FakeTable()
    one, other = rows("JOB#1", BATCH + 10), rows("JOB#2", 5)
    table.rows |= {row.key: row for row in (*one, *other)}
    table.unsent |= {row.key for row in (*one, *other)}
    outbox, bus = FakeOutbox(table), Stumbling()

    def sweep() -> Swept:
        jobs = FakeJobs(table)
        return sweep_jobs(jobs=jobs, due_jobs=outbox, outbox=outbox, bus=bus, clock=lambda: at(600))

    first = sweep()
    assert (bus.sent, first.published, first.unpublished) == (other, 5, BATCH + 10)

    assert sweep().published == BATCH + 10
    assert bus.sent == [*other, *one]
