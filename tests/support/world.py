"""
The whole of Cliphook in one process and in virtual time, over the fakes.

Every invocation of a function is a task at an instant. One that dies leaves what it had done; a
queue delivers its order again, a provider calls back again, the stream and the schedule go on.
"""

import heapq
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Final

from cliphook.adapters import schema
from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.poll_job import Early, poll_job
from cliphook.application.ports import EventRow, JobRef, Promise
from cliphook.application.publish_events import publish_events
from cliphook.application.submit_job import Choice, submit_job
from cliphook.application.sweep_jobs import sweep_jobs
from cliphook.domain.errors import CliphookError
from cliphook.domain.gate import Rate
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job
from cliphook.domain.plan import Option
from cliphook.domain.request import MusicRequest
from cliphook.domain.status import Stage
from tests.support.archiving import archive, part_of
from tests.support.fakes import (
    CrashError,
    FakeBus,
    FakeFeed,
    FakeFetcher,
    FakeGates,
    FakeJobs,
    FakeOutbox,
    FakeShelf,
    FakeTable,
)
from tests.support.hooks import Hook, no_hook
from tests.support.makers import ACCOUNT, PACE, START
from tests.support.world_makers import CLIPS, Makers, callback_url

ROUTE: Final = (Option("sunoapi", "V5", PACE),)
# How long a queue hides an order from others.
VISIBILITY_S: Final = 60
TRIES_MAX: Final = 5


@dataclass
class World:
    """One deployment, its providers and one client."""

    hook: Hook = no_hook
    route: tuple[Option, ...] = ROUTE
    rates: Mapping[str, Rate] = field(default_factory=dict[str, Rate])
    calls_back: bool = True
    # The number of the work order that the bus loses on its way to the queue.
    lost_order: int | None = None

    def __post_init__(self) -> None:
        """Start with nothing stored, nothing asked and nothing due but the first sweep."""
        self.now = START
        self.table = FakeTable(self.hook)
        self.jobs = FakeJobs(self.table)
        self.gates = FakeGates(self.table)
        self.outbox = FakeOutbox(self.table)
        self.feed = FakeFeed(self.table)
        self.bus = FakeBus(self.hook)
        self.fetcher = FakeFetcher(self.hook)
        self.shelf = FakeShelf(self.hook)
        self.makers = Makers(self, calls_back=self.calls_back)
        self.answered: list[JobRef] = []
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._orders = count()
        self._delivered = 0
        self._invocations = count()
        for clip in CLIPS[Stage.COMPLETE]:
            self.fetcher.files[str(clip.audio_url)] = f"ID3 {clip.provider_clip_id}".encode()
        self.at(60, self._sweep)

    def at(self, seconds: float, task: Callable[[], None]) -> None:
        """Have something happen so many seconds from now."""
        when = self.now + timedelta(seconds=seconds)
        heapq.heappush(self._agenda, (when, next(self._order), task))

    def request(self, promise: Promise | None = None) -> None:
        """Have the client ask for music now; what it gets to know is in `answered`."""
        self.at(0, lambda: self._submit(promise))

    def run(self, seconds: float) -> None:
        """Let so much time pass."""
        end = self.now + timedelta(seconds=seconds)
        while self._agenda and self._agenda[0][0] <= end:
            self.now, _, task = heapq.heappop(self._agenda)
            with suppress(CrashError):
                task()
            self._flow()
        self.now = end

    def job(self) -> Job | None:
        """Give the one job that there is, if there is one."""
        assert len(self.table.jobs) <= 1
        return next(iter(self.table.jobs.values()), None)

    def _submit(self, promise: Promise | None) -> None:
        number = next(self._invocations)
        ref, _ = submit_job(
            MusicRequest(prompt="A calm piano"),
            ACCOUNT,
            promise,
            jobs=self.jobs,
            choose=lambda _: Choice(self.route),
            now=self.now,
            entropy=number.to_bytes(10, "big"),
        )
        job = self.jobs.load(ref)
        if job and job.pace.dispatch_after_s > 0:
            self.dispatch(ref, is_brief=True)
        self.answered.append(ref)

    def dispatch(self, ref: JobRef, *, is_brief: bool = False) -> None:
        """Be an invocation that submits a job."""
        dispatch_job(
            ref,
            jobs=self.jobs,
            sender=self.makers,
            gates=self.gates,
            rates=self.rates.get,
            callback_url=callback_url,
            owner=f"invocation-{next(self._invocations)}",
            clock=lambda: self.now,
            sleep=lambda _: None,
            is_brief=is_brief,
        )

    def _flow(self) -> None:
        """Let the stream bring new rows to the bus, and the bus bring orders to the queues."""
        unsent = [self.table.rows[key] for key in sorted(self.table.unsent)]
        with suppress(CrashError):
            publish_events(unsent, places=self.feed, bus=self.bus, outbox=self.outbox, now=self.now)
        for row in self.bus.sent[self._delivered :]:
            if row.source == schema.ORDER_SOURCE and next(self._orders) != self.lost_order:
                self._work_off(row, wait_s=0, tries=1)
        self._delivered = len(self.bus.sent)

    def _work_off(self, row: EventRow, wait_s: float, tries: int) -> None:
        def work() -> None:
            try:
                again_s = self._work(row, tries)
            except (CrashError, CliphookError):
                again_s = VISIBILITY_S
            if again_s is not None and tries < TRIES_MAX:
                self._work_off(row, again_s, tries + 1)

        self.at(wait_s, work)

    def _work(self, row: EventRow, tries: int) -> float | None:
        detail = json.loads(row.detail)
        ref = JobRef(AccountId(detail["account_id"]), JobId(detail["job_id"]))
        told = part_of(detail)
        due_at = datetime.fromisoformat(told["due_at"])
        clock = lambda: self.now  # noqa: E731
        if due_at > self.now:
            return (due_at - self.now).total_seconds()
        if row.detail_type == schema.Order.DISPATCH:
            self.dispatch(ref)
        elif row.detail_type == schema.Order.POLL:
            early = poll_job(ref, due_at, jobs=self.jobs, sender=self.makers, clock=clock)
            return early.wait_s if isinstance(early, Early) else None
        else:
            archive(
                ref,
                told,
                jobs=self.jobs,
                fetchers={None: self.fetcher, "image": self.fetcher},
                shelf=self.shelf,
                clock=clock,
                is_last_try=tries == TRIES_MAX,
            )
        return None

    def _sweep(self) -> None:
        self.at(60, self._sweep)
        sweep_jobs(
            jobs=self.jobs,
            due_jobs=self.outbox,
            outbox=self.outbox,
            places=self.feed,
            bus=self.bus,
            clock=lambda: self.now,
        )
