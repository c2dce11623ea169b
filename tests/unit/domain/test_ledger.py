"""Credit: every movement has two sides, a job is charged once, and no more comes back than that."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain.change import Change, begin
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.ledger import (
    GRANTS,
    QUANTUM,
    SALES,
    Entry,
    EntryKind,
    balance_of,
    charge_of,
    refund_of,
)
from cliphook.domain.plan import Option
from cliphook.domain.report import Via
from cliphook.domain.status import Stage
from tests.support.histories import amounts, histories
from tests.support.makers import (
    ACCOUNT,
    JOB,
    PACE,
    START,
    accepted,
    at,
    claimed,
    failed,
    new_job,
    progressed,
    said_clip,
    told,
)

OTHER = AccountId("acct_01KAJ5T1W0000000000000000B")

entries = st.builds(
    Entry,
    st.sampled_from([ACCOUNT, OTHER]),
    st.sampled_from(EntryKind),
    st.text(max_size=5),
    amounts,
    st.just(START),
)
paid = histories(amounts)


def balances(moved: Iterable[Entry]) -> dict[str, Decimal]:
    """Add up what every side has got and given away."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for entry in moved:
        found[entry.source] -= entry.amount
        found[entry.target] += entry.amount
    return found


@given(st.lists(entries))
def test_whatever_is_moved_all_sides_together_have_nothing(moved: list[Entry]) -> None:
    assert sum(balances(moved).values()) == 0


@given(st.lists(entries))
def test_a_balance_is_what_its_side_has_got_and_not_given_away(moved: list[Entry]) -> None:
    own = [entry for entry in moved if entry.account_id == ACCOUNT]

    assert balance_of(own) == balances(own)[ACCOUNT]
    assert balance_of(own) == balances(moved)[ACCOUNT]


@given(st.lists(entries))
def test_what_is_granted_is_charged_given_back_or_still_there(moved: list[Entry]) -> None:
    by_kind = {
        kind: sum((one.amount for one in moved if one.kind is kind), start=Decimal(0))
        for kind in EntryKind
    }
    found = balances(moved)

    left = by_kind[EntryKind.GRANT] - by_kind[EntryKind.CHARGE] + by_kind[EntryKind.REFUND]
    assert found[ACCOUNT] + found[OTHER] == left
    assert found[GRANTS] == -by_kind[EntryKind.GRANT]
    assert found[SALES] == by_kind[EntryKind.CHARGE] - by_kind[EntryKind.REFUND]


def moved_by(history: Iterable[Change]) -> list[Entry]:
    return [entry for change in history for entry in change.entries]


@given(paid)
def test_whatever_is_heard_of_a_job_it_is_charged_once_and_with_its_first_commit(
    history: tuple[Change, ...],
) -> None:
    charges = [entry for entry in moved_by(history) if entry.kind is EntryKind.CHARGE]

    assert charges == [charge_of(history[0].job)]
    assert history[0].entries == tuple(charges)
    assert charges[0].amount == history[-1].job.charge


@given(paid)
def test_whatever_is_heard_of_a_job_at_most_one_refund_and_no_more_than_its_charge(
    history: tuple[Change, ...],
) -> None:
    job = history[-1].job
    refunds = [entry.amount for entry in moved_by(history) if entry.kind is EntryKind.REFUND]

    assert refunds == ([job.refund] if job.refund else [])
    assert job.charge is not None
    assert 0 <= (job.refund or 0) <= job.charge
    assert balance_of(moved_by(history)) <= 0


@given(paid)
def test_what_comes_back_is_decided_at_the_end_and_never_again(
    history: tuple[Change, ...],
) -> None:
    decided = [change for change in history if change.job.refund is not None]
    ended = [change for change in history if change.job.has_ended]

    assert decided == ended
    assert len({change.job.refund for change in decided}) <= 1
    assert all(not change.entries for change in ended[1:])


@given(paid)
def test_a_job_that_ended_with_nothing_has_cost_nothing(history: tuple[Change, ...]) -> None:
    first_end = next((one.job for one in history if one.job.has_ended), None)
    if not first_end or any(clip.is_delivered for clip in first_end.clips.values()):
        return

    assert balance_of(moved_by(history)) == 0


@given(amounts | st.just(QUANTUM), st.integers(1, 9), st.integers(1, 9))
def test_music_has_cost_something_however_little_of_it_came(
    price: Decimal, expected: int, delivered: int
) -> None:
    route = (Option("sunoapi", "V5", PACE, price, clips=expected),)
    clips = [said_clip(f"clip-{number}", number) for number in range(delivered)]
    job = told(claimed(), accepted(), job=new_job(charge=price, route=route))

    ended = told(progressed(Stage.COMPLETE, *clips, via=Via.POLL), job=job)

    back = refund_of(job, ended)
    assert back is not None
    assert back < price
    assert back == 0 or delivered < expected


@given(histories())
def test_a_job_without_a_price_moves_nothing(history: tuple[Change, ...]) -> None:
    assert moved_by(history) == []
    assert history[-1].job.refund is None


@pytest.mark.parametrize("charge", [None, Decimal(0)])
def test_a_price_of_nothing_is_none(charge: Decimal | None) -> None:
    ended = told(claimed(), failed(), job=new_job(charge=charge))

    assert begin(new_job(charge=charge)).entries == ()
    assert refund_of(new_job(charge=charge), ended) is None


def test_an_end_that_an_older_version_stored_is_made_good_with_the_next_commit() -> None:
    ended = told(claimed(), failed(), job=new_job(charge=Decimal(10)))

    assert refund_of(ended, replace(ended, nudged_at=at(99))) == Decimal(10)
    assert refund_of(replace(ended, refund=Decimal(10)), ended) is None


def test_an_entry_is_named_by_what_it_is_for_and_sorts_by_its_time() -> None:
    grant = Entry(ACCOUNT, EntryKind.GRANT, "invoice-1", Decimal(25), at(0))
    charge = Entry(ACCOUNT, EntryKind.CHARGE, JOB, Decimal(10), at(1), JOB)
    refund = replace(charge, kind=EntryKind.REFUND, at=at(2))
    other = replace(charge, reference="job_01KAJ5T1W0000000000000000K", job_id=JobId("job_2"))

    ids = [grant.id, charge.id, refund.id]
    assert ids == sorted(ids)
    assert replace(charge, amount=Decimal(7)).id == charge.id
    assert len({*ids, other.id, replace(charge, account_id=OTHER).id}) == 5
    assert [one.signed_amount for one in (grant, charge, refund)] == [25, -10, 10]
