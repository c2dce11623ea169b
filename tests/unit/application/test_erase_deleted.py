"""Erasing stops in time, goes on the next time, and lets nothing that fails stand in the way."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

import pytest

from cliphook.application.delete_job import delete_job
from cliphook.application.erase_deleted import Hands, erase_deleted
from cliphook.application.ports import JobRef
from cliphook.application.record import record
from cliphook.domain.change import begin
from cliphook.domain.deletion import SETTLED_AFTER, TRY_AGAIN, By, Deletion
from cliphook.domain.ids import JobId
from cliphook.domain.report import Canceled
from tests.support.fake_deletions import FakeAccountJobs, FakeDeletions, FakeEraser
from tests.support.fakes import FakeJobs, FakeTable
from tests.support.makers import ACCOUNT, at, new_job

REFS: Final = [JobRef(ACCOUNT, JobId(f"job_01KAJ5T1W000000000000000{n:02d}")) for n in range(3)]


class Stage:
    """A table, a bucket and a clock."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self.eraser = FakeEraser()
        self.now = at(500)
        self.hands = Hands(
            jobs=FakeJobs(self.table),
            deletions=FakeDeletions(self.table),
            eraser=self.eraser,
            accounts=FakeAccountJobs(self.table),
            clock=lambda: self.now,
        )

    def add(self, ref: JobRef) -> None:
        self.hands.jobs.add(begin(new_job(id=ref.job_id)), None)
        self.table.unsent.clear()
        self.eraser.objects |= {f"clips/{ACCOUNT}/{ref.job_id}/{name}" for name in "abc"}

    def delete(self, ref: JobRef) -> None:
        record(ref, Canceled(at(400)), jobs=self.hands.jobs)
        self.table.unsent.clear()
        hands = self.hands
        delete_job(ref, by=By.CLIENT, jobs=hands.jobs, deletions=hands.deletions, now=at(500))

    def run(self, has_time: Callable[[], bool] = lambda: True) -> tuple[int, int, int]:
        done = erase_deleted(self.hands, has_time)
        return done.finished, done.left, len(done.failed)

    def due(self, ref: JobRef) -> datetime | None:
        return self.table.deletions[ref].due_at


@pytest.fixture
def stage() -> Stage:
    return Stage()


def few(times: int) -> Callable[[], bool]:
    """Have time so often, and then none."""
    left = iter(range(times))
    return lambda: next(left, None) is not None


def test_what_cannot_be_erased_keeps_no_other_waiting_and_is_tried_again(stage: Stage) -> None:
    for ref in REFS:
        stage.add(ref)
        stage.delete(ref)
    stage.eraser.trouble = {f"clips/{ACCOUNT}/{REFS[0].job_id}/"}

    assert stage.run() == (0, 2, 1)
    assert {key.split("/")[2] for key in stage.eraser.objects} == {REFS[0].job_id}

    stage.eraser.trouble = set()
    assert stage.run() == (0, 0, 0)
    stage.now += TRY_AGAIN
    assert stage.run() == (0, 1, 0)
    assert stage.eraser.objects == set()


@pytest.mark.parametrize("times", range(1, 9))
def test_a_run_without_time_leaves_the_rest_to_the_next_one(stage: Stage, times: int) -> None:
    for ref in REFS:
        stage.add(ref)
        stage.delete(ref)

    stage.run(few(times))
    assert stage.eraser.objects

    for _ in range(9):
        stage.now += TRY_AGAIN
        stage.run()
    assert stage.eraser.objects == set()
    assert {stage.due(ref) for ref in REFS} == {at(500) + SETTLED_AFTER}


def test_an_accounts_jobs_are_found_by_later_runs_as_well(stage: Stage) -> None:
    for ref in REFS[:2]:
        stage.add(ref)
    deletion = Deletion(ACCOUNT, None, at(500), By.OPERATOR, due_at=at(500))
    stage.hands.deletions.close(deletion)
    stage.run(few(2))
    # A key that was known a moment ago makes one more.
    stage.add(REFS[2])

    stage.now += SETTLED_AFTER
    for _ in range(9):
        stage.table.unsent.clear()
        stage.run()
        stage.now += SETTLED_AFTER

    assert stage.table.jobs == {}
    assert stage.eraser.objects == set()
    assert all(one.erased_at for one in stage.table.deletions.values())
    assert len(stage.table.deletions) == len(REFS) + 1


def test_nothing_that_is_not_deleted_is_touched(stage: Stage) -> None:
    for ref in REFS:
        stage.add(ref)
    stage.delete(REFS[1])

    stage.run()

    assert stage.table.jobs.keys() == {REFS[0], REFS[2]}
    assert len(stage.eraser.objects) == 2 * 3
