"""What a theatre needs besides fakes: turns at the table, keys, and a sender that takes notes."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import datetime
from threading import Lock, RLock

from cliphook.application.ports import Sender
from cliphook.domain.ids import JobId
from cliphook.domain.job import Job
from cliphook.domain.report import Answer, Word
from tests.support.hooks import Moment


class Turns:
    """A hook of the table that lets one thread at it at a time."""

    def __init__(self) -> None:
        self._lock = RLock()

    def __call__(self, _: str, moment: Moment) -> None:
        if moment is Moment.BEFORE:
            self._lock.acquire()
        else:
            self._lock.release()


class OneKey:
    """The operator's keys."""

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        return f"sim-{provider}-{fresh}"


class NotingSender:
    """
    A sender that notes when it asks about which job.

    A question asked while another one about the same job is under way is noted as `crossed`.
    """

    def __init__(self, sender: Sender, clock: Callable[[], datetime]) -> None:
        self.asked: Mapping[JobId, list[datetime]] = defaultdict(list)
        self.crossed = Counter[JobId]()
        self._sender = sender
        self._clock = clock
        self._under_way = Counter[JobId]()
        self._lock = Lock()

    def submit(self, job: Job, callback_url: str, at: datetime) -> tuple[Answer, bytes]:
        return self._sender.submit(job, callback_url, at)

    def ask(self, job: Job) -> tuple[Word, bytes]:
        with self._lock:
            self._under_way[job.id] += 1
            if self._under_way[job.id] > 1:
                self.crossed[job.id] += 1
            else:
                self.asked[job.id].append(self._clock())
        try:
            return self._sender.ask(job)
        finally:
            self._under_way[job.id] -= 1
