"""A house in which one job is taken to its provider, while the table may fail for a while."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from cliphook.application.dispatch_job import dispatch_job
from cliphook.application.ports import JobRef
from cliphook.domain.change import begin
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.gate import Gate, Rate
from cliphook.domain.job import Job
from cliphook.domain.plan import Option
from cliphook.domain.report import Refused
from tests.support.fakes import FakeGates, FakeJobs, FakeSender, FakeTable, Moment, Trace
from tests.support.makers import ACCOUNT, JOB, PACE, REFUSAL, at, new_job

REF: Final = JobRef(ACCOUNT, JOB)
ROUTE: Final = (Option("sunoapi", "V5", PACE), Option("apikley", "V5", PACE))

type Address = Callable[[Job, datetime], str]


class DispatchHouse:
    """One job that waits for its submission, and a table that may fail for a while."""

    def __init__(self, job: Job | None = None) -> None:
        """Store the job; without one, it may go to two providers."""
        self.trace = Trace()
        self.failing: tuple[str, int] = ("", 0)
        self.table = FakeTable(hook=self._hook)
        self.jobs = FakeJobs(self.table)
        self.gates = FakeGates(self.table)
        self.sender = FakeSender(hook=self._hook)
        self.rates: dict[str, Rate] = {}
        self.waits: list[float] = []
        self.now = at(40)
        # How long a call to the provider takes.
        self.call_s = 0.0
        self.jobs.add(begin(job or new_job(route=ROUTE)), None)
        self.trace.calls.clear()

    @property
    def job(self) -> Job:
        """Give the job as it is stored."""
        return self.table.jobs[REF]

    def use_up_rates(self) -> None:
        """Have both providers take one submission in ten seconds, and have had it a second ago."""
        self.rates = {option.provider: Rate(1, 10) for option in ROUTE}
        for name in self.rates:
            self.table.gates[name] = Gate(name, slots=(at(39),), version=1)

    def fail(self, name: str, times: int) -> None:
        """Fail so many times after the provider was called."""
        self.failing = (name, times)

    def dispatch(self, callback_url: Address | None = None, seconds: float = 40) -> None:
        """Be an invocation at that second."""
        self.now = at(seconds)
        dispatch_job(
            REF,
            jobs=self.jobs,
            sender=self.sender,
            gates=self.gates,
            rates=self.rates.get,
            callback_url=callback_url or address,
            owner=f"request-{seconds}",
            clock=lambda: self.now,
            sleep=self.waits.append,
        )

    def _hook(self, name: str, moment: Moment) -> None:
        self.trace(name, moment)
        if (name, moment) == ("sender.submit", Moment.AFTER):
            self.now += timedelta(seconds=self.call_s)
        failing, times = self.failing
        if (name, moment) == (failing, Moment.BEFORE) and self.sender.submitted and times:
            self.failing = (failing, times - 1)
            raise UnavailableStoreError


def address(job: Job, _: datetime) -> str:
    """Name where an attempt is called back."""
    return f"https://music.test/{job.id}/{len(job.attempts)}"


def unreadable(_: Job, __: datetime) -> str:
    """Fail to sign such a name."""
    raise UnavailableStoreError


def no(attempt: int = 1, *, may_retry: bool = False) -> Refused:
    """Refuse."""
    return Refused(attempt, REFUSAL, may_retry=may_retry, at=at(0))
