"""The gates of two providers, and a job whose route leads through both."""

from datetime import datetime
from typing import Final

from cliphook.application.choose_option import Decision, choose_option
from cliphook.domain.gate import Gate, Rate
from cliphook.domain.job import Job, JobError
from cliphook.domain.plan import Option
from cliphook.domain.report import Claimed, Postponed, Refused
from tests.support.fakes import FakeGates, FakeTable
from tests.support.makers import PACE, at, claimed_option, new_job, told

RATE: Final = Rate(1, 10)
ROUTE: Final = (
    Option("sunoapi", "V5", PACE, reason="the cheapest"),
    Option("apikley", "V5", PACE, reason="the second"),
)
BUSY: Final = JobError("provider_rate_limited", "Busy.", "430")
CIRCUIT: Final = "its circuit is open"
FULL: Final = "its rate is used up"


class GateHouse:
    """The gates of two providers."""

    def __init__(self) -> None:
        """Open both."""
        self.table = FakeTable()
        self.gates = FakeGates(self.table)
        self.rates: dict[str, Rate] = {"sunoapi": RATE, "apikley": RATE}

    def take_slot(self, provider: str, seconds: float) -> None:
        """Have somebody else use a provider's rate up."""
        self.table.gates[provider] = Gate(provider, slots=(at(seconds),), version=1)

    def open_circuit(self, provider: str, seconds: float) -> None:
        """Have a provider answer badly."""
        self.table.gates[provider] = Gate(provider, opened_at=at(seconds), version=1)

    def choose(self, job: Job, seconds: float = 1, *, is_brief: bool = False) -> Decision:
        """Decide what is to become of a job."""
        return choose_option(
            job,
            "request-1",
            at(seconds),
            gates=self.gates,
            rates=self.rates.get,
            is_brief=is_brief,
        )

    def postpone(self, job: Job, seconds: float = 1) -> tuple[Job, Postponed]:
        """See a job put off, and fold that."""
        choice = self.choose(job, seconds)
        assert isinstance(choice, Postponed)
        return told(choice, job=job), choice

    def claim(self, job: Job, seconds: float = 1) -> Claimed:
        """See a job taken to somebody."""
        choice = self.choose(job, seconds)
        assert isinstance(choice, Claimed)
        return choice

    def slots(self, provider: str) -> tuple[datetime, ...]:
        """List the slots that were given away."""
        return self.gates.load(provider).slots


def routed(options: int = 2) -> Job:
    """Make a job that may go to so many of the two."""
    return new_job(route=ROUTE[:options])


def refused(job: Job, option: int = 0, seconds: float = 2, *, may_retry: bool = True) -> Job:
    """Have an option refuse a job."""
    number = len(job.attempts) + 1
    return told(
        claimed_option(option, number, seconds - 1),
        Refused(number, BUSY, may_retry=may_retry, at=at(seconds)),
        job=job,
    )
