"""
Cliphook against a provider's simulator, over real connections on loopback and in fast time.

Stories, page, rate, pace, sender and fetcher are the real ones; table, bus and shelf are the
fakes. Queues deliver again what failed, the sweep comes every minute.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from http import HTTPStatus
from itertools import count
from threading import Lock
from typing import Any, Final

from cliphook.adapters import schema
from cliphook.adapters.providers.choice import Market, choose
from cliphook.adapters.providers.table import PROVIDERS, find_provider
from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.poll_job import Early, poll_job
from cliphook.application.ports import EventRow, JobRef
from cliphook.application.publish_events import publish_events
from cliphook.application.receive_callback import receive_callback
from cliphook.application.submit_job import Choice, submit_job
from cliphook.application.sweep_jobs import sweep_jobs
from cliphook.domain.errors import CliphookError, RetryableError
from cliphook.domain.gate import Health, health
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job
from cliphook.domain.plan import Lineage, Pace
from cliphook.domain.request import MusicRequest
from cliphook.domain.ticket import Ticket, check, expiry, issue
from cliphook.runtime.providers import pace_of, rates_of
from local.simulators import SimulatorSettings, serve
from tests.support.archiving import archive, make_fetchers, part_of
from tests.support.callback_server import Reply, callback_server
from tests.support.fake_feed import FakeFeed
from tests.support.fakes import FakeBus, FakeGates, FakeJobs, FakeOutbox, FakeShelf, FakeTable
from tests.support.fast_time import FastTime
from tests.support.lines import Line
from tests.support.makers import ACCOUNT
from tests.support.props import NotingSender, OneKey, Turns
from tests.support.shared_studio import Made, SharedStudio
from tests.support.speaking import make_sender

MASTER: Final = b"a master secret of sixty-four characters, more or less, for tests"
# Longer than a provider is asked again that says "not now", which is twenty minutes.
PACE: Final = Pace(poll_first_s=90, deadline_s=1400, unknown_deadline_s=900)
POLLED_FIRST_S: Final = 10
BODY_MAX_BYTES: Final = 256 * 1024
# Above the largest file that a simulator serves; what has no end is given up soon.
AUDIO_MAX_BYTES: Final = 8 * 1024 * 1024
ARCHIVE_RETRY_S: Final = (2, 5, 15, 30)
# Less than the deadline of a job whose answer never comes.
ANSWER_MAX_S: Final = 600
# When a queue delivers an order again that was not carried out, or came before its time.
WAITS_S: Final = (60, 60, 60, 60)
MINUTE_S: Final = 60
RECEIVED: Final = Reply(HTTPStatus.OK, json.dumps({"code": 200, "msg": "success"}).encode())


class Theatre:
    """One deployment with one provider, and a client for every scenario."""

    def __init__(self, provider: str, simulator_url: str, time: FastTime, line: Line) -> None:
        """Start with nothing stored, and nothing due but the first sweep."""
        self.provider = PROVIDERS[provider]
        self.simulator_url = simulator_url
        self.public_url = ""
        self.time = time
        self.line = line
        self.table = FakeTable(Turns())
        self.jobs = FakeJobs(self.table)
        self.gates = FakeGates(self.table)
        self.outbox = FakeOutbox(self.table)
        self.bus = FakeBus()
        post = {"outbox": self.outbox, "places": FakeFeed(self.table), "bus": self.bus}
        self._post: dict[str, Any] = post
        self.shelf = FakeShelf()
        sender = make_sender(
            {provider: simulator_url},
            OneKey(),
            transport=line,
            shelf=self.shelf,
            clock=time.now,
            answer_max_s=ANSWER_MAX_S,
        )
        self.sender = NotingSender(sender, time.now)
        self.fetchers = make_fetchers(AUDIO_MAX_BYTES)
        self.refs: dict[str, JobRef] = {}
        self._numbers = count(1)
        self._delivered = 0
        self._flowing = Lock()
        self._market = Market(PROVIDERS, {}, self._health, partial(pace_of, PACE, POLLED_FIRST_S))
        self.time.after(MINUTE_S, self._sweep)

    def request(
        self, scenario: str, after_s: float, request: MusicRequest, lineage: Lineage | None = None
    ) -> None:
        """Have a client ask for music that a scenario is to happen to."""
        self.time.after(after_s, lambda: self._submit(scenario, request, lineage))

    def job(self, scenario: str) -> Job:
        """Give the job of a scenario as it is now."""
        return self.table.jobs[self.refs[scenario]]

    def events(self, scenario: str) -> list[dict[str, Any]]:
        """List what was announced of a scenario's job, each event once, by its number."""
        ref = self.refs[scenario]
        rows = [row for row in self.bus.sent if row.source == schema.EVENT_SOURCE]
        own = {row.event_id: row.detail for row in rows if ref.job_id in row.key[0]}
        return sorted(map(json.loads, own.values()), key=lambda detail: int(detail["seq"]))

    def answer(self, path: str, body: bytes) -> Reply:
        """Be the callback function: what is answered follows from the ticket and the size."""
        with self.time.halted():
            try:
                _, _, name, text = path.split("/")
                ticket = check(text, name, [MASTER], self.time.now())
                if len(body) > BODY_MAX_BYTES:
                    return Reply(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                read = find_provider(name).read_callback
                receive_callback(ticket, body, read=read, jobs=self.jobs, now=self.time.now())
                self._flow()
            except RetryableError:
                return Reply(HTTPStatus.SERVICE_UNAVAILABLE)
            except CliphookError:
                return Reply(HTTPStatus.NOT_FOUND)
            return RECEIVED

    def _submit(self, scenario: str, request: MusicRequest, lineage: Lineage | None) -> None:
        ref, _ = submit_job(
            request,
            ACCOUNT,
            None,
            jobs=self.jobs,
            choose=lambda asked: Choice(choose(asked, lineage, self._market), lineage),
            now=self.time.now(),
            entropy=next(self._numbers).to_bytes(10, "big"),
        )
        self.refs[scenario] = ref
        self._flow()
        if self.table.jobs[ref].pace.dispatch_after_s > 0:
            self._dispatch(ref, is_brief=True)
            self._flow()

    def _health(self, provider: str) -> Health:
        return health(self.gates.load(provider), self.time.now())

    def _dispatch(self, ref: JobRef, *, is_brief: bool = False) -> None:
        dispatch_job(
            ref,
            jobs=self.jobs,
            sender=self.sender,
            gates=self.gates,
            rates=rates_of(PROVIDERS),
            callback_url=self._callback_url,
            owner=f"invocation-{next(self._numbers)}",
            clock=self.time.now,
            sleep=lambda _: None,
            is_brief=is_brief,
        )

    def _callback_url(self, job: Job, at: datetime) -> str:
        ticket = Ticket(job.account_id, job.id, len(job.attempts), job.provider, expiry(at))
        return f"{self.public_url}/callbacks/{job.provider}/{issue(ticket, MASTER, at)}"

    def _flow(self) -> None:
        """Let the stream bring new rows to the bus, and the bus bring orders to the queues."""
        with self._flowing:
            unsent = [*self.outbox.list_unsent(self.time.now() + timedelta(days=1))]
            publish_events(unsent, **self._post, now=self.time.now())
            sent = self.bus.sent[self._delivered :]
            self._delivered += len(sent)
        for row in sent:
            if row.source == schema.ORDER_SOURCE:
                self._deliver(row, 0, tries=1)

    def _deliver(self, row: EventRow, wait_s: float, tries: int) -> None:
        self.time.after(wait_s, lambda: self._work_off(row, tries))

    def _work_off(self, row: EventRow, tries: int) -> None:
        waits_s = ARCHIVE_RETRY_S if row.detail_type == schema.Order.ARCHIVE else WAITS_S
        is_last = tries > len(waits_s)
        try:
            again_s = self._work(row, is_last=is_last)
        except CliphookError:
            again_s = None if is_last else waits_s[tries - 1]
        self._flow()
        if again_s is not None:
            self._deliver(row, again_s, tries + 1)

    def _work(self, row: EventRow, *, is_last: bool) -> float | None:
        detail = json.loads(row.detail)
        ref = JobRef(AccountId(detail["account_id"]), JobId(detail["job_id"]))
        told = part_of(detail)
        due_at = datetime.fromisoformat(told["due_at"])
        if due_at > self.time.now():
            return (due_at - self.time.now()).total_seconds()
        if row.detail_type == schema.Order.DISPATCH:
            self._dispatch(ref)
        elif row.detail_type == schema.Order.POLL:
            early = poll_job(ref, due_at, jobs=self.jobs, sender=self.sender, clock=self.time.now)
            return early.wait_s if isinstance(early, Early) else None
        else:
            archive(
                ref,
                told,
                jobs=self.jobs,
                fetchers=self.fetchers,
                shelf=self.shelf,
                clock=self.time.now,
                is_last_try=is_last,
            )
        return None

    def _sweep(self) -> None:
        self.time.after(MINUTE_S, self._sweep)
        sweep_jobs(jobs=self.jobs, due_jobs=self.outbox, **self._post, clock=self.time.now)
        self._flow()


@contextmanager
def theatre(
    provider: str,
    settings: SimulatorSettings,
    time: FastTime,
    is_patient: Callable[[str], bool],
    made: Made,
) -> Iterator[Theatre]:
    """
    Open a theatre: a simulator, and an address to call back to, both on loopback.

    `is_patient` tells of which scenarios' submissions let time pass before they are answered, and
    `made` is the music that theatres share.
    """
    line = Line(time, is_patient, overhears=PROVIDERS[provider].facts.inline_audio)
    with serve(provider, settings, clock=time.clock()) as served:
        served.world.studio.close()
        served.world.studio = SharedStudio(made, time.halted)
        house = Theatre(provider, served.base_url, time, line)
        with callback_server(house.answer) as url:
            house.public_url = url
            yield house
