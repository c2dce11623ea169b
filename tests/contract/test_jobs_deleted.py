"""A job that was deleted, by its row or by us, stays so, whatever is still to come for it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import pytest

from cliphook.application.archive_clip import archive_clip
from cliphook.application.cancel_job import cancel_job
from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.poll_job import poll_job
from cliphook.application.ports import Evidence, JobRef, Jobs, Origin, Promise
from cliphook.application.receive_callback import receive_callback
from cliphook.application.record import record
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.deletion import By, bury
from cliphook.domain.errors import UnknownResourceError, UnreadableReportError
from cliphook.domain.ids import AccountId
from cliphook.domain.job import Job
from cliphook.domain.report import Expired, Nudged, Progress, Report, Via, Word
from cliphook.domain.status import Stage
from cliphook.domain.ticket import Ticket, expiry
from tests.contract.conftest import Store
from tests.support.examining import walking_keeper
from tests.support.fakes import FakeFetcher, FakeGates, FakeSender, FakeShelf, FakeTable
from tests.support.makers import (
    ACCOUNT,
    JOB,
    TASK,
    WHOLE,
    accepted,
    at,
    claimed,
    new_job,
    progressed,
    said_clip,
)

REF: Final = JobRef(ACCOUNT, JOB)
TICKET: Final = Ticket(ACCOUNT, JOB, 1, "sunoapi", expiry(at(1)))
NOW: Final = at(9000)
TAKEN: Final = (claimed(), accepted())
TEXT: Final = Progress(TASK, Stage.TEXT, (said_clip(audio=False),))
MUSIC: Final = progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL)


@dataclass(frozen=True, slots=True)
class Vanishing:
    """Jobs, each of which is deleted just after somebody has read it."""

    store: Store

    def add(self, change: Change, promise: Promise | None) -> JobRef:
        return self.store.jobs.add(change, promise)

    def promised(self, account_id: AccountId, promise: Promise, now: datetime) -> JobRef | None:
        return self.store.jobs.promised(account_id, promise, now)

    def load(self, ref: JobRef) -> Job | None:
        job = self.store.jobs.load(ref)
        if job:
            self.store.delete(ref)
        return job

    def commit(self, change: Change, evidence: Evidence | None) -> bool:
        return self.store.jobs.commit(change, evidence)

    def keep(self, evidence: Evidence) -> None:
        self.store.jobs.keep(evidence)


def story(*reports: Report) -> list[Change]:
    changes = [begin(new_job())]
    for report in reports:
        change = apply(changes[-1].job, report)
        assert isinstance(change, Change)
        changes.append(change)
    return changes


def unreadable(_: bytes) -> Word:
    raise UnreadableReportError


def call_back(jobs: Jobs, read: Callable[[bytes], Word]) -> None:
    receive_callback(TICKET, b'{"a": 1}', read=read, jobs=jobs, now=NOW)


def dispatch(jobs: Jobs) -> None:
    dispatch_job(
        REF,
        jobs=jobs,
        sender=FakeSender(),
        gates=FakeGates(FakeTable()),
        rates=lambda _: None,
        callback_url=lambda _, __: "https://music.test",
        owner="request-2",
        clock=lambda: NOW,
        sleep=lambda _: None,
    )


def poll(jobs: Jobs) -> None:
    sender = FakeSender()
    sender.words = [(MUSIC.word, b"{}")]
    poll_job(REF, at(91), jobs=jobs, sender=sender, clock=lambda: NOW)


def archive(jobs: Jobs) -> None:
    fetcher = FakeFetcher()
    fetcher.files = {str(clip.audio_url): b"ID3" for clip in WHOLE}
    clip_id = story(*TAKEN, MUSIC)[-1].job.results[0].id
    archive_clip(
        REF,
        clip_id,
        jobs=jobs,
        fetcher=fetcher,
        keeper=walking_keeper(FakeShelf()),
        clock=lambda: NOW,
        is_last_try=False,
    )


# What had become of the job when it was deleted, and what is still to come for it.
LATER: dict[str, tuple[tuple[Report, ...], Callable[[Jobs], object]]] = {
    "a callback": (TAKEN, lambda jobs: call_back(jobs, lambda _: TEXT)),
    "a callback that is no news": (
        (*TAKEN, progressed(Stage.TEXT, *TEXT.clips)),
        lambda jobs: call_back(jobs, lambda _: TEXT),
    ),
    "a callback of another task": (
        TAKEN,
        lambda jobs: call_back(jobs, lambda _: replace(TEXT, task_id="another")),
    ),
    "a callback that nobody can read": (TAKEN, lambda jobs: call_back(jobs, unreadable)),
    "an order to dispatch": ((), dispatch),
    "an order to poll": (TAKEN, poll),
    "an order to archive": ((*TAKEN, MUSIC), archive),
    "the sweep": (TAKEN, lambda jobs: record(REF, Nudged(NOW), jobs=jobs)),
    "the deadline": (TAKEN, lambda jobs: record(REF, Expired(NOW), jobs=jobs)),
    "a cancellation": (TAKEN, lambda jobs: cancel_job(REF, jobs=jobs, now=NOW)),
}
everything = pytest.mark.parametrize(("reports", "later"), LATER.values(), ids=LATER)


def bury_it(store: Store) -> None:
    job = store.jobs.load(REF)
    assert job
    assert store.deletions.bury(bury(job, By.CLIENT, NOW), job.version)


WAYS: dict[str, Callable[[Store], object]] = {
    "its row is gone": lambda store: store.delete(REF),
    "it is buried": bury_it,
}
either_way = pytest.mark.parametrize("go", WAYS.values(), ids=WAYS)


@either_way
@everything
def test_nothing_brings_a_deleted_job_back(
    store: Store,
    reports: tuple[Report, ...],
    later: Callable[[Jobs], object],
    go: Callable[[Store], object],
) -> None:
    for change in story(*reports):
        assert store.jobs.commit(change, None) if change.before else store.jobs.add(change, None)
    go(store)
    before = store.snapshot()

    with suppress(UnknownResourceError):
        later(store.jobs)

    assert store.snapshot() == before


@everything
def test_nothing_brings_a_job_back_that_was_deleted_while_it_was_at_work(
    store: Store, reports: tuple[Report, ...], later: Callable[[Jobs], object]
) -> None:
    *_, last = changes = story(*reports)
    for change in changes:
        assert store.jobs.commit(change, None) if change.before else store.jobs.add(change, None)
    store.delete(REF)
    before = store.snapshot()
    store.jobs.add(replace(last, before=None, events=(), orders=()), None)
    assert store.snapshot() != before

    with suppress(UnknownResourceError):
        later(Vanishing(store))

    assert store.snapshot() == before


@pytest.mark.parametrize("quarantine", [None, "unreadable"])
def test_a_body_of_a_job_that_nobody_added_is_not_kept(
    store: Store, quarantine: str | None
) -> None:
    before = store.snapshot()

    with pytest.raises(UnknownResourceError):
        store.jobs.keep(Evidence(REF, Origin.CALLBACK, b"{}", NOW, quarantine))

    assert store.snapshot() == before
