"""What `Jobs` promises of daily caps: what is above one is not stored, and nobody is asked."""

from datetime import timedelta
from decimal import Decimal

import pytest

from cliphook.application.ports import JobRef
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import CapReachedError
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job
from cliphook.domain.plan import Option
from cliphook.domain.report import Refused, Report
from tests.contract.conftest import Store
from tests.support.makers import ACCOUNT, JOB, PACE, REFUSAL, START, at, claimed_option, new_job

REF = JobRef(ACCOUNT, JOB)
OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")
NO = Refused(1, REFUSAL, may_retry=True, at=at(2))


def capped(cap: str, number: int = 1, provider: str = "sunoapi", **changes: object) -> Change:
    """Begin a job that costs nothing and counts ten against a provider's cap."""
    option = Option(provider, "V5", PACE, Decimal(10), cap=Decimal(cap))
    return begin(new_job(id=JobId(f"job_{number:026d}"), route=(option,), **changes))


def after(job: Job, report: Report) -> Change:
    change = apply(job, report)
    assert isinstance(change, Change)
    return change


def test_a_cap_lets_in_what_fits_and_no_more(store: Store) -> None:
    for number in (1, 2):
        store.jobs.add(capped("29.9999", number), None)
    before = store.snapshot()

    with pytest.raises(CapReachedError):
        store.jobs.add(capped("29.9999", 3), None)

    assert store.snapshot() == before
    store.jobs.add(capped("30", 4), None)


@pytest.mark.parametrize("cap", ["0", "9.9999"])
def test_what_alone_is_above_the_cap_is_not_let_in(cap: str, store: Store) -> None:
    with pytest.raises(CapReachedError):
        store.jobs.add(capped(cap), None)

    assert store.jobs.load(JobRef(ACCOUNT, capped(cap).job.id)) is None


@pytest.mark.parametrize(
    "other",
    [
        capped("10", 2, "apikley"),
        capped("10", 2, account_id=OTHER_ACCOUNT),
        capped("10", 2, created_at=START + timedelta(days=1)),
    ],
    ids=["provider", "account", "day"],
)
def test_every_account_has_its_own_cap_at_every_provider_every_day(
    other: Change, store: Store
) -> None:
    store.jobs.add(capped("10"), None)

    store.jobs.add(other, None)

    assert store.jobs.load(JobRef(other.job.account_id, other.job.id))


def between(store: Store, cap: str) -> Job:
    """Have a job that its first provider refused, and whose second has a cap."""
    options = (
        Option("apikley", "V5", PACE),
        Option("sunoapi", "V5", PACE, Decimal(10), cap=Decimal(cap)),
    )
    change = begin(new_job(route=options))
    store.jobs.add(change, None)
    for report in (claimed_option(0), NO):
        change = after(change.job, report)
        assert store.jobs.commit(change, None)
    return change.job


def test_who_is_asked_next_is_held_to_its_cap_too(store: Store) -> None:
    job = between(store, "9.9999")

    with pytest.raises(CapReachedError):
        store.jobs.commit(after(job, claimed_option(1, 2, 3)), None)

    assert store.jobs.load(REF) == job


def test_a_claim_that_comes_second_is_late_and_not_too_dear(store: Store) -> None:
    job = between(store, "10")
    one, other = (after(job, claimed_option(1, 2, seconds)) for seconds in (3, 4))

    assert store.jobs.commit(one, None)
    # The first claim has used up the cap, which is no reason to give the job up.
    assert not store.jobs.commit(other, None)

    assert store.jobs.load(REF) == one.job
