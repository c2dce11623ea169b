"""Recording under contention: who always loses the race says so, and nothing of it is stored."""

from dataclasses import replace

import pytest

from cliphook.application.ports import Evidence, JobRef, Origin
from cliphook.application.record import RACES_MAX, record
from cliphook.application.sweep_jobs import sweep_jobs
from cliphook.domain.change import Change, begin
from cliphook.domain.errors import ContendedJobError, UnavailableStoreError, UnknownResourceError
from cliphook.domain.ids import JobId
from tests.support.fakes import FakeBus, FakeFeed, FakeJobs, FakeOutbox, FakeTable, Moment
from tests.support.makers import ACCOUNT, JOB, at, claimed, new_job

REF = JobRef(ACCOUNT, JOB)
OTHER = JobRef(ACCOUNT, JobId("job_01KAJ5T1W0000000000000000K"))
EVIDENCE = Evidence(REF, Origin.CALLBACK, b"{}", at(60))


class Rival:
    """Somebody who commits to one job just before everybody else does, so many times."""

    def __init__(self, times: int) -> None:
        self.left = times
        self.table = FakeTable(hook=self)
        FakeJobs(self.table).add(begin(new_job()), None)
        self.table.unsent.clear()

    def __call__(self, name: str, moment: Moment) -> None:
        if (name, moment) == ("jobs.commit", Moment.BEFORE) and self.left:
            self.left -= 1
            job = self.table.jobs[REF]
            self.table.jobs[REF] = replace(job, version=job.version + 1)


def test_a_race_that_is_won_at_last_is_recorded() -> None:
    rival = Rival(RACES_MAX - 1)

    change = record(REF, claimed(), jobs=FakeJobs(rival.table), evidence=EVIDENCE)

    assert isinstance(change, Change)
    assert rival.table.jobs[REF].attempts
    assert len(rival.table.evidence) == 1


def test_who_loses_every_race_gives_up_and_has_stored_nothing() -> None:
    rival = Rival(RACES_MAX)

    with pytest.raises(ContendedJobError):
        record(REF, claimed(), jobs=FakeJobs(rival.table), evidence=EVIDENCE)

    assert rival.table.jobs[REF].attempts == ()
    assert not rival.table.evidence
    assert not rival.table.unsent


def test_a_job_that_nobody_knows_is_said_so() -> None:
    with pytest.raises(UnknownResourceError):
        record(OTHER, claimed(), jobs=FakeJobs(FakeTable()))


def test_a_job_that_cannot_be_stored_keeps_the_sweep_from_no_other() -> None:
    table = FakeTable()
    jobs, outbox = FakeJobs(table), FakeOutbox(table)
    for ref in (REF, OTHER):
        jobs.add(begin(new_job(id=ref.job_id)), None)
    failing = iter([UnavailableStoreError()])

    def fail_once(name: str, moment: Moment) -> None:
        if (name, moment) == ("jobs.commit", Moment.BEFORE):
            for error in failing:
                raise error

    table.hook = fail_once
    swept = sweep_jobs(
        jobs=jobs,
        due_jobs=outbox,
        outbox=outbox,
        places=FakeFeed(table),
        bus=FakeBus(),
        clock=lambda: at(600),
    )

    assert swept.nudged == 1
    assert [table.jobs[ref].nudged_at for ref in (REF, OTHER)] == [None, at(600)]


def test_a_job_that_is_too_busy_keeps_the_sweep_from_no_other() -> None:
    rival = Rival(RACES_MAX)
    jobs, outbox = FakeJobs(rival.table), FakeOutbox(rival.table)
    jobs.add(begin(new_job(id=OTHER.job_id)), None)

    swept = sweep_jobs(
        jobs=jobs,
        due_jobs=outbox,
        outbox=outbox,
        places=FakeFeed(rival.table),
        bus=FakeBus(),
        clock=lambda: at(600),
    )

    assert swept.nudged == 1
    assert rival.table.jobs[REF].nudged_at is None
    assert rival.table.jobs[OTHER].nudged_at == at(600)
