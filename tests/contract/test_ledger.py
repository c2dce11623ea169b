"""What `Ledger` promises."""

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cliphook.adapters.amounts import CREDIT_MAX
from cliphook.application.ledger_ports import Audit, Ledger
from cliphook.application.library_ports import Page
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import (
    InsufficientBalanceError,
    InvalidRequestError,
    ReusedReferenceError,
)
from cliphook.domain.ids import AccountId, JobId, make_id
from cliphook.domain.job import Job
from cliphook.domain.ledger import QUANTUM, Entry, EntryKind
from cliphook.domain.report import Abandoned
from tests.contract.conftest import Store
from tests.support.histories import amounts
from tests.support.makers import ACCOUNT, REFUSAL, START, at, new_job

OTHER_ACCOUNT = AccountId("acct_01KAJ5T1W0000000000000000B")
# Another account whose id begins as the first one's does.
LONGER_ACCOUNT = AccountId(f"{ACCOUNT}0")

PAGES_MAX = 9
numbers = count()


@pytest.fixture
def ledger(store: Store) -> Ledger:
    return store.ledger


def grant(
    amount: Decimal | int | str = 25,
    reference: str = "invoice-1",
    account_id: AccountId = ACCOUNT,
    seconds: float = 0,
) -> Entry:
    return Entry(account_id, EntryKind.GRANT, reference, Decimal(amount), at(seconds))


def charge(store: Store, price: Decimal | int = 10, minutes: int = 1) -> Job:
    """Add a job that costs something."""
    created_at = START + timedelta(minutes=minutes)
    job_id = JobId(make_id("job", created_at, next(numbers).to_bytes(10, "big")))
    change = begin(new_job(id=job_id, created_at=created_at, charge=Decimal(price)))
    store.jobs.add(change, None)
    return change.job


def give_back(store: Store, job: Job) -> None:
    """End a job that nobody has."""
    change = apply(job, Abandoned(REFUSAL, job.created_at + timedelta(seconds=1)))
    assert isinstance(change, Change)
    assert store.jobs.commit(change, None)


def pages(ledger: Ledger, limit: int) -> list[Page[Entry]]:
    found = [ledger.list_entries(ACCOUNT, limit, None)]
    while (cursor := found[-1].next_cursor) and len(found) < PAGES_MAX:
        found.append(ledger.list_entries(ACCOUNT, limit, cursor))
    return found


def test_who_was_never_given_anything_has_nothing(ledger: Ledger) -> None:
    assert ledger.balance(ACCOUNT) == 0
    assert ledger.audit(ACCOUNT) == Audit(ACCOUNT, Decimal(0), Decimal(0), 0, 0)
    assert ledger.list_entries(ACCOUNT, 10, None) == Page((), None)
    assert [*ledger.list_accounts()] == []


def test_what_is_granted_is_there_at_once(ledger: Ledger) -> None:
    assert ledger.grant(grant())

    assert ledger.balance(ACCOUNT) == 25
    assert ledger.list_entries(ACCOUNT, 10, None) == Page((grant(),), None)


def test_the_same_reference_again_grants_nothing(store: Store) -> None:
    store.ledger.grant(grant())
    before = store.snapshot()

    assert not store.ledger.grant(grant(seconds=99))

    assert store.snapshot() == before


def test_the_same_reference_with_another_amount_is_refused(store: Store) -> None:
    store.ledger.grant(grant())
    before = store.snapshot()

    with pytest.raises(ReusedReferenceError):
        store.ledger.grant(grant("25.0001"))

    assert store.snapshot() == before


def test_the_same_amount_may_be_written_in_another_way(ledger: Ledger) -> None:
    ledger.grant(grant("25.0000"))

    assert not ledger.grant(grant("25"))


def test_references_of_two_accounts_do_not_mix(ledger: Ledger) -> None:
    assert ledger.grant(grant())
    assert ledger.grant(grant(7, account_id=OTHER_ACCOUNT))

    assert ledger.balance(ACCOUNT) == 25
    assert ledger.balance(OTHER_ACCOUNT) == 7


@pytest.mark.parametrize("count", [1, 10_000])
def test_amounts_are_kept_to_the_last_digit(count: int, ledger: Ledger) -> None:
    odd = CREDIT_MAX - QUANTUM
    ledger.grant(grant(odd * count))

    assert ledger.balance(ACCOUNT) == odd * count
    assert ledger.list_entries(ACCOUNT, 1, None).items[0].amount == odd * count


def test_entries_come_newest_first_with_their_job(store: Store) -> None:
    store.ledger.grant(grant())
    first, second = charge(store, minutes=1), charge(store, 4, minutes=2)
    give_back(store, first)

    found = store.ledger.list_entries(ACCOUNT, 10, None).items

    assert [(one.kind.value, str(one.signed_amount), one.job_id) for one in found] == [
        ("charge", "-4", second.id),
        ("refund", "10.0000", first.id),
        ("charge", "-10", first.id),
        ("grant", "25", None),
    ]
    assert [one.reference for one in found] == [second.id, first.id, first.id, "invoice-1"]
    assert [one.at for one in found] == [at(120), at(61), at(60), at(0)]


@pytest.mark.parametrize(("entries", "sizes"), [(4, [2, 2]), (5, [2, 2, 1]), (1, [1]), (2, [2])])
def test_pages_follow_each_other_without_gaps(
    entries: int, sizes: list[int], ledger: Ledger
) -> None:
    for number in range(entries):
        ledger.grant(grant(1, f"invoice-{number}", seconds=number))
    ledger.grant(grant(1, account_id=OTHER_ACCOUNT))
    ledger.grant(grant(1, account_id=LONGER_ACCOUNT))

    found = pages(ledger, 2)

    assert [len(page.items) for page in found] == sizes
    references = [entry.reference for page in found for entry in page.items]
    assert references == [f"invoice-{number}" for number in reversed(range(entries))]


@pytest.mark.parametrize(
    "cursor", ["", "led_", "job_01KAJ5T1W0000000000000000J", "led_" + "~" * 26]
)
def test_a_cursor_that_no_page_gave_is_refused(cursor: str, ledger: Ledger) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        ledger.list_entries(ACCOUNT, 10, cursor)

    assert [error.field for error in refused.value.errors] == ["cursor"]


def test_every_account_that_has_a_balance_is_named_once(ledger: Ledger) -> None:
    for account_id in (OTHER_ACCOUNT, ACCOUNT, LONGER_ACCOUNT):
        ledger.grant(grant(account_id=account_id))
    ledger.grant(grant(reference="invoice-2"))

    assert [*ledger.list_accounts()] == [ACCOUNT, LONGER_ACCOUNT, OTHER_ACCOUNT]


def test_an_audit_adds_up_what_one_account_was_granted_charged_and_given_back(
    store: Store,
) -> None:
    store.ledger.grant(grant())
    store.ledger.grant(grant(7, account_id=LONGER_ACCOUNT))
    give_back(store, charge(store))
    charge(store, minutes=2)

    audit = store.ledger.audit(ACCOUNT)

    assert audit == Audit(ACCOUNT, Decimal(15), Decimal(15), entries=4, counted=4)
    assert audit.is_sound


steps = st.one_of(
    st.tuples(st.just("grant"), amounts),
    st.tuples(st.just("charge"), amounts),
    st.tuples(st.just("refund"), st.just(Decimal(0))),
)


@settings(
    max_examples=12,
    # Every example has an account of its own, so the table may be shared.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(steps, max_size=10))
def test_after_whatever_happens_a_balance_is_what_its_entries_say(
    store: Store, history: list[tuple[str, Decimal]]
) -> None:
    account_id = AccountId(make_id("acct", START, next(numbers).to_bytes(10, "big")))
    has, running = Decimal(0), list[Job]()

    for step, amount in history:
        number = next(numbers)
        if step == "grant":
            assert store.ledger.grant(grant(amount, f"invoice-{number}", account_id))
            has += amount
        elif step == "charge":
            job = new_job(
                id=JobId(make_id("job", START, number.to_bytes(10, "big"))),
                account_id=account_id,
                charge=amount,
            )
            change = begin(job)
            if amount > has:
                with pytest.raises(InsufficientBalanceError):
                    store.jobs.add(change, None)
                continue
            store.jobs.add(change, None)
            running.append(change.job)
            has -= amount
        elif running:
            job = running.pop()
            give_back(store, job)
            has += job.charge or 0

    audit = store.ledger.audit(account_id)
    assert audit.is_sound
    assert audit.balance == store.ledger.balance(account_id) == has >= 0
    assert audit.recomputed == has
