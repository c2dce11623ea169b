"""Whoever keeps a process waiting for nothing costs a share of its time, and no more."""

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from cliphook.adapters.holds import (
    FACTOR,
    HOLD_MAX_S,
    STRIKES,
    WASTED_MIN_S,
    Holds,
    PatientFetcher,
    PatientSender,
)
from cliphook.adapters.httpx_fetcher import TOTAL_MAX_S
from cliphook.application.ports import Fetched
from cliphook.domain.due import deadline_of
from cliphook.domain.errors import FailedFetchError, HeldHostError, UnansweredPollError
from cliphook.domain.job import Job
from cliphook.domain.report import Silence, Word
from tests.support.fakes import FakeFetcher, FakeSender
from tests.support.makers import at, running

# I16.
LATE_MAX_S = 300
DEAD, WELL = "https://dead.test/a.mp3", "https://well.test/a.mp3"
STUCK = "https://well.test/b.mp3"


@dataclass
class Clock:
    now: datetime = field(default_factory=lambda: at(100))

    def __call__(self) -> datetime:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class HangingSender(FakeSender):
    """Providers that let somebody wait before they answer, or do not."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.takes_s = 10.0
        self.is_well = False

    def ask(self, job: Job) -> tuple[Word, bytes]:
        self.asked.append(job)
        self.clock.sleep(self.takes_s)
        if not self.is_well:
            raise UnansweredPollError
        return Silence(), b""


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def provider(clock: Clock) -> HangingSender:
    return HangingSender(clock)


@pytest.fixture
def patient(provider: HangingSender, clock: Clock) -> PatientSender:
    return PatientSender(provider, Holds(clock), clock)


def ask(patient: PatientSender, times: int = 1, job: Job | None = None) -> None:
    for _ in range(times):
        with pytest.raises(UnansweredPollError):
            patient.ask(job or running())


def test_one_poll_that_hangs_is_one_jobs_business(
    patient: PatientSender, provider: HangingSender
) -> None:
    ask(patient, 2)

    assert len(provider.asked) == 2


def test_a_provider_that_hangs_again_and_again_is_left_alone_for_a_multiple(
    patient: PatientSender, provider: HangingSender, clock: Clock
) -> None:
    ask(patient, STRIKES + 5)
    assert len(provider.asked) == STRIKES
    clock.sleep(FACTOR * provider.takes_s - 0.1)
    ask(patient)
    assert len(provider.asked) == STRIKES

    clock.sleep(0.1)
    ask(patient, 2)

    assert len(provider.asked) == STRIKES + 1


def test_an_answer_makes_up_for_all_that_was_before(
    patient: PatientSender, provider: HangingSender
) -> None:
    ask(patient, STRIKES - 1)
    provider.is_well = True
    patient.ask(running())
    provider.is_well = False

    ask(patient, STRIKES)

    assert len(provider.asked) == 2 * STRIKES


def test_a_provider_that_refuses_quickly_is_asked_as_ever(
    patient: PatientSender, provider: HangingSender
) -> None:
    provider.takes_s = WASTED_MIN_S - 0.1

    ask(patient, 9)

    assert len(provider.asked) == 9


def test_another_provider_is_asked_meanwhile(
    patient: PatientSender, provider: HangingSender
) -> None:
    ask(patient, STRIKES + 1)

    ask(patient, job=replace(running(), provider="apikley"))

    assert len(provider.asked) == STRIKES + 1


def test_the_last_question_before_a_job_is_given_up_is_always_put(
    patient: PatientSender, provider: HangingSender, clock: Clock
) -> None:
    job = running()
    clock.now = deadline_of(job, job.attempts[-1]) - timedelta(seconds=provider.takes_s * STRIKES)
    ask(patient, STRIKES)

    ask(patient, job=job)

    assert len(provider.asked) == STRIKES + 1


class HangingFetcher(FakeFetcher):
    """Hosts of which one lets everybody wait for nothing."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self.clock = clock
        self.files[WELL] = b"ID3"
        self.asked: list[tuple[str, ...]] = []

    @contextmanager
    def fetch(self, best: str, *others: str, provider: str = "") -> Generator[Fetched]:
        self.asked.append((best, *others))
        self.clock.sleep(0.1 if best == WELL else TOTAL_MAX_S)
        with super().fetch(best, *others, provider=provider) as fetched:
            yield fetched


@pytest.fixture
def hosts(clock: Clock) -> HangingFetcher:
    return HangingFetcher(clock)


@pytest.fixture
def fetcher(hosts: HangingFetcher, clock: Clock) -> PatientFetcher:
    return PatientFetcher(hosts, Holds(clock), clock)


def fetch(fetcher: PatientFetcher, *urls: str) -> None:
    with fetcher.fetch(*urls):
        pass


def test_a_host_that_hangs_is_left_alone_and_no_order_waits_five_minutes_for_it(
    fetcher: PatientFetcher, hosts: HangingFetcher
) -> None:
    for _ in range(STRIKES):
        with pytest.raises(FailedFetchError, match="http_404"):
            fetch(fetcher, DEAD)

    with pytest.raises(HeldHostError) as held:
        fetch(fetcher, DEAD)

    assert len(hosts.asked) == STRIKES
    assert 0 < held.value.wait_s <= HOLD_MAX_S < LATE_MAX_S


def test_another_host_serves_meanwhile_also_the_same_file(
    fetcher: PatientFetcher, hosts: HangingFetcher
) -> None:
    for _ in range(STRIKES):
        with pytest.raises(FailedFetchError):
            fetch(fetcher, DEAD)

    fetch(fetcher, WELL)
    fetch(fetcher, DEAD, WELL)

    assert hosts.asked[STRIKES:] == [(WELL,), (WELL,)]


def test_a_file_that_is_served_makes_up_for_all_that_was_before(
    fetcher: PatientFetcher, hosts: HangingFetcher
) -> None:
    for _ in range(STRIKES):
        with pytest.raises(FailedFetchError):
            fetch(fetcher, STUCK)
        fetch(fetcher, WELL)

    assert len(hosts.asked) == 2 * STRIKES
