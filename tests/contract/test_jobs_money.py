"""What `Jobs` promises of credit: it moves with the commit that it belongs to, or not at all."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings

from cliphook.application.ports import JobRef, Promise
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import (
    InsufficientBalanceError,
    ReusedKeyError,
    UnavailableStoreError,
)
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.job import Job
from cliphook.domain.ledger import Entry, EntryKind
from cliphook.domain.report import Abandoned, Report
from tests.contract.conftest import Store
from tests.support.histories import amounts, histories
from tests.support.makers import ACCOUNT, JOB, REFUSAL, START, at, new_job

REF = JobRef(ACCOUNT, JOB)
OTHER_JOB = JobId("job_01KAJ5T1W0000000000000000K")
OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")
PROMISE = Promise("key", "body", at(3600))


def give(store: Store, amount: str, account_id: AccountId = ACCOUNT) -> None:
    store.ledger.grant(Entry(account_id, EntryKind.GRANT, "test", Decimal(amount), START))


def paid(price: str, job_id: JobId = JOB) -> Change:
    return begin(new_job(id=job_id, charge=Decimal(price)))


def after(job: Job, report: Report) -> Change:
    change = apply(job, report)
    assert isinstance(change, Change)
    return change


def has(store: Store) -> Decimal:
    audit = store.ledger.audit(ACCOUNT)
    assert audit.is_sound
    return audit.balance


@pytest.mark.parametrize("balance", ["9.9999", "0.0001"])
def test_without_enough_credit_nothing_is_stored(balance: str, store: Store) -> None:
    give(store, balance)
    before = store.snapshot()

    for promise in (None, PROMISE):
        with pytest.raises(InsufficientBalanceError):
            store.jobs.add(paid("10.0000"), promise)

    assert store.snapshot() == before


def test_an_account_that_never_had_any_has_not_enough(store: Store) -> None:
    before = store.snapshot()

    with pytest.raises(InsufficientBalanceError):
        store.jobs.add(paid("0.0001"), None)

    assert store.snapshot() == before


def test_just_enough_is_enough_and_then_nothing_is_left(store: Store) -> None:
    give(store, "10")

    store.jobs.add(paid("10.0000"), None)

    assert has(store) == 0
    with pytest.raises(InsufficientBalanceError):
        store.jobs.add(paid("0.0001", OTHER_JOB), None)


def test_another_accounts_credit_pays_for_nothing(store: Store) -> None:
    give(store, "100", OTHER_ACCOUNT)

    with pytest.raises(InsufficientBalanceError):
        store.jobs.add(paid("10"), None)


def test_the_same_promise_names_its_job_though_nothing_is_left(store: Store) -> None:
    give(store, "10")
    store.jobs.add(paid("10"), PROMISE)
    before = store.snapshot()

    assert store.jobs.add(paid("10", OTHER_JOB), PROMISE) == REF

    assert store.snapshot() == before


def test_another_body_under_the_same_key_is_refused_as_that_though_nothing_is_left(
    store: Store,
) -> None:
    give(store, "10")
    store.jobs.add(paid("10"), PROMISE)

    with pytest.raises(ReusedKeyError):
        store.jobs.add(paid("10", OTHER_JOB), replace(PROMISE, fingerprint="another"))


def test_a_replayed_request_is_charged_once(store: Store) -> None:
    give(store, "100")

    for job_id in (JOB, OTHER_JOB, JobId("job_01KAJ5T1W0000000000000000M")):
        store.jobs.add(paid("10", job_id), PROMISE)

    assert has(store) == 90


def test_a_job_that_is_not_added_is_not_charged(store: Store) -> None:
    give(store, "100")
    store.jobs.add(paid("10"), None)

    with pytest.raises(UnavailableStoreError):
        store.jobs.add(paid("10"), None)

    assert has(store) == 90


def test_what_is_given_back_is_there_with_the_commit_that_ends_the_job(store: Store) -> None:
    give(store, "10")
    change = paid("10")
    store.jobs.add(change, None)

    assert store.jobs.commit(after(change.job, Abandoned(REFUSAL, at(9))), None)

    assert has(store) == 10


def test_of_two_ends_one_gives_back(store: Store) -> None:
    give(store, "10")
    change = paid("10")
    store.jobs.add(change, None)
    one, other = (after(change.job, Abandoned(REFUSAL, at(when))) for when in (9, 10))

    assert store.jobs.commit(one, None)
    assert not store.jobs.commit(other, None)

    assert has(store) == 10


def test_a_refund_that_is_there_already_is_not_written_again(store: Store) -> None:
    give(store, "10")
    change = paid("10")
    store.jobs.add(change, None)
    end = after(change.job, Abandoned(REFUSAL, at(9)))
    assert store.jobs.commit(end, None)
    # As if the job's row had been set back.
    again = replace(end, before=end.job, job=replace(end.job, version=end.job.version + 1))
    before = store.snapshot()

    assert not store.jobs.commit(again, None)

    assert store.snapshot() == before


@settings(
    max_examples=15,
    # Every example has a job of its own, so the table may be shared.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories(amounts))
def test_whatever_becomes_of_a_job_its_account_has_what_its_entries_say(
    store: Store, history: tuple[Change, ...]
) -> None:
    first, *later = history
    ref = JobRef(first.job.account_id, first.job.id)
    if store.jobs.load(ref):
        return
    give(store, "1000000000")
    before = has(store)

    store.jobs.add(first, None)
    for change in later:
        assert store.jobs.commit(change, None)

    job = history[-1].job
    assert store.jobs.load(ref) == job
    assert has(store) == before - (job.charge or 0) + (job.refund or 0)
