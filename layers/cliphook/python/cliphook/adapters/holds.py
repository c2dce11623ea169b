"""
What a process remembers of those who kept it waiting for nothing.

All work on a queue is done by a limited number of processes. Who keeps one waiting and then gives
nothing, twice in a row, is not asked again by it for a multiple of that time. So a share of each
process's time at most is lost to any one provider or host, however much work there is for it, and
all the rest is left to the others. Nothing is shared, so this costs no call and no write.
"""

from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from cliphook.application.ports import Fetched, Fetcher, Sender
from cliphook.domain.due import deadline_of
from cliphook.domain.errors import (
    FailedFetchError,
    ForbiddenAddressError,
    HeldHostError,
    UnansweredPollError,
)
from cliphook.domain.job import Job
from cliphook.domain.report import Answer, Word

# How many times as long as it was kept waiting a process leaves somebody alone, and how long at
# most: a good order that has to wait because of bad ones waits less than five minutes. A quick
# refusal costs nobody anything, and one failure may be that of one file or job.
FACTOR: Final = 4
HOLD_MAX_S: Final = 240
WASTED_MIN_S: Final = 1
STRIKES: Final = 2

type Clock = Callable[[], datetime]


class Holds:
    """Whom this process asks nothing for a while."""

    def __init__(self, clock: Clock) -> None:
        """Start with nobody."""
        self._clock = clock
        self._until: dict[str, datetime] = {}
        self._strikes: dict[str, int] = {}

    def left_s(self, name: str) -> float:
        """Tell how long somebody is still left alone."""
        until = self._until.get(name)
        return max(0.0, (until - self._clock()).total_seconds()) if until else 0.0

    def wasted(self, name: str, began_at: datetime) -> None:
        """Take note that somebody gave nothing since an instant."""
        now = self._clock()
        took_s = (now - began_at).total_seconds()
        if took_s < WASTED_MIN_S:
            return
        self._strikes[name] = self._strikes.get(name, 0) + 1
        if self._strikes[name] >= STRIKES:
            hold_s = min(HOLD_MAX_S, FACTOR * took_s)
            self._until[name] = now + timedelta(seconds=hold_s)

    def answered(self, name: str) -> None:
        """Take note that somebody gave something, and forget what was before."""
        self._strikes.pop(name, None)
        self._until.pop(name, None)


@dataclass(frozen=True, slots=True)
class PatientSender:
    """
    A sender that leaves a provider alone which did not answer a poll.

    A question that is not put counts as one that was not answered, but the last one before a job
    is given up is always put.
    """

    sender: Sender
    holds: Holds
    clock: Clock

    def submit(self, job: Job, callback_url: str, at: datetime) -> tuple[Answer, bytes]:
        """Submit the latest attempt, as the sender does."""
        return self.sender.submit(job, callback_url, at)

    def ask(self, job: Job) -> tuple[Word, bytes]:
        """Ask how far the latest attempt is; raises `UnansweredPollError`."""
        began_at = self.clock()
        is_last = began_at >= deadline_of(job, job.attempts[-1])
        if self.holds.left_s(job.provider) and not is_last:
            raise UnansweredPollError
        try:
            answered = self.sender.ask(job)
        except UnansweredPollError:
            self.holds.wasted(job.provider, began_at)
            raise
        self.holds.answered(job.provider)
        return answered


@dataclass(frozen=True, slots=True)
class PatientFetcher:
    """A fetcher that leaves a host alone which did not serve a file."""

    fetcher: Fetcher
    holds: Holds
    clock: Clock

    @contextmanager
    def fetch(self, best: str, *others: str, provider: str = "") -> Generator[Fetched]:
        """Download audio from a host that is not left alone; raises `HeldHostError` for none."""
        urls = [url for url in (best, *others) if not self.holds.left_s(_host(url))]
        if not urls:
            raise HeldHostError(min(self.holds.left_s(_host(url)) for url in (best, *others)))
        began_at = self.clock()
        with ExitStack() as stack:
            try:
                fetched = stack.enter_context(self.fetcher.fetch(*urls, provider=provider))
            except (FailedFetchError, ForbiddenAddressError):
                for url in urls:
                    self.holds.wasted(_host(url), began_at)
                raise
            for url in urls:
                self.holds.answered(_host(url))
            yield fetched


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc.lower()
    except ValueError:
        return url
