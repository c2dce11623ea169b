"""Of what a job cost comes back what its end did not bring, decided once."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain.change import Change, apply, begin
from cliphook.domain.job import Job
from cliphook.domain.ledger import Entry, EntryKind
from cliphook.domain.plan import Option
from cliphook.domain.report import (
    Abandoned,
    Canceled,
    Expired,
    Refused,
    Report,
    ReportedClip,
    Via,
)
from cliphook.domain.status import Stage, Status
from tests.support.makers import (
    PACE,
    REFUSAL,
    accepted,
    at,
    claimed,
    failed,
    new_job,
    progressed,
    said_clip,
)

PRICE: Final = Decimal("10.0000")
ENDS: Final[Mapping[Status, Report]] = {
    Status.FAILED: failed(seconds=100),
    Status.EXPIRED: Expired(at(100)),
    Status.CANCELED: Canceled(at(100)),
}


def clips(delivered: int, silent: int = 0) -> list[ReportedClip]:
    names = [f"clip-{number}" for number in range(delivered + silent)]
    return [said_clip(name, n, audio=n < delivered) for n, name in enumerate(names)]


def ended(*reports: Report, expected: int | None = 2, price: Decimal = PRICE) -> tuple[Job, Entry]:
    """Tell a paid job its story; give it, and the one entry that comes after its charge."""
    route = (Option("sunoapi", "V5", PACE, price, clips=expected),)
    change = begin(new_job(route=route, charge=price))
    entries = list(change.entries)
    for report in (claimed(), accepted(), *reports):
        news = apply(change.job, report)
        if isinstance(news, Change):
            change, entries = news, [*entries, *news.entries]
    charge, *refunds = entries
    assert (charge.kind, charge.amount) == (EntryKind.CHARGE, price)
    refund = refunds[0] if refunds else replace(charge, amount=Decimal(0), kind=EntryKind.REFUND)
    assert len(refunds) <= 1
    assert refund.kind is EntryKind.REFUND
    assert refund.amount == change.job.refund
    return change.job, refund


# What was expected (unknown, if nothing), what was there at the end, and what comes back of ten.
SHARES: Final = (
    (2, 0, "10"),
    (2, 1, "5"),
    (2, 2, "0"),
    (2, 3, "0"),
    (1, 0, "10"),
    (1, 1, "0"),
    (3, 1, "6.6667"),
    (3, 2, "3.3333"),
    (None, 0, "10"),
    (None, 1, "0"),
    (None, 5, "0"),
)


@pytest.mark.parametrize(("expected", "delivered", "back"), SHARES)
@pytest.mark.parametrize("status", ENDS)
def test_a_job_that_ends_with_a_part_has_paid_for_that_part(
    status: Status, expected: int | None, delivered: int, back: str
) -> None:
    part = progressed(Stage.FIRST, *clips(delivered, silent=1), via=Via.POLL)

    job, refund = ended(part, ENDS[status], expected=expected)

    assert (job.status, refund.amount) == (status, Decimal(back))


@pytest.mark.parametrize(("expected", "delivered", "back"), [row for row in SHARES if row[1]])
def test_complete_music_of_fewer_clips_has_cost_as_much_less(
    expected: int | None, delivered: int, back: str
) -> None:
    whole = progressed(Stage.COMPLETE, *clips(delivered), via=Via.POLL)

    job, refund = ended(whole, expected=expected)

    assert (job.status, refund.amount) == (Status.COMPLETE, Decimal(back))


def test_a_polled_task_one_of_whose_clips_never_gets_its_audio_expires_and_gives_half_back() -> (
    None
):
    done = progressed(Stage.COMPLETE, *clips(1, silent=1), via=Via.POLL)

    job, refund = ended(done, Expired(at(7300)))

    assert (job.status, refund.amount) == (Status.EXPIRED, Decimal(5))
    assert [clip.is_delivered for clip in job.results] == [True, False]


def test_what_only_callbacks_claim_has_not_been_delivered() -> None:
    claim = progressed(Stage.FIRST, *clips(2))

    assert ended(claim, ENDS[Status.CANCELED])[1].amount == PRICE


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_all_comes_back_of_what_nobody_took(end: Report) -> None:
    refused = Refused(1, REFUSAL, may_retry=False, at=at(50))
    change = begin(new_job(route=(Option("sunoapi", "V5", PACE, PRICE, clips=2),), charge=PRICE))
    unsent = apply(change.job, Abandoned(REFUSAL, at(9)))
    assert isinstance(unsent, Change)

    assert unsent.job.refund == PRICE
    assert ended(refused, end)[1].amount == PRICE


def test_what_is_late_is_not_paid_for_also_where_an_older_version_gave_nothing_back() -> None:
    canceled = ended(ENDS[Status.CANCELED])[0]
    music = progressed(Stage.COMPLETE, *clips(2), via=Via.POLL, seconds=200)

    change = apply(replace(canceled, refund=None), music)

    assert isinstance(change, Change)
    assert change.job.refund == PRICE


endings = st.sampled_from([*ENDS.values(), progressed(Stage.COMPLETE, *clips(1), via=Via.POLL)])
later = st.sampled_from(
    [*ENDS.values(), progressed(Stage.COMPLETE, *clips(2), via=Via.POLL, seconds=300)]
)


@given(
    price=st.integers(min_value=1, max_value=10**9).map(lambda n: Decimal(n).scaleb(-4)),
    expected=st.none() | st.integers(min_value=1, max_value=12),
    delivered=st.integers(min_value=0, max_value=12),
    end=endings,
    after=st.lists(later, max_size=4),
)
def test_it_is_decided_once_and_is_never_more_than_was_paid(
    price: Decimal, expected: int | None, delivered: int, end: Report, after: list[Report]
) -> None:
    part = progressed(Stage.FIRST, *clips(delivered), via=Via.POLL)

    once = ended(part, end, expected=expected, price=price)[1].amount
    again = ended(part, end, *after, expected=expected, price=price)[1].amount

    assert once == again
    assert 0 <= once <= price
    assert once == once.quantize(Decimal("0.0001"))


def test_where_nothing_is_charged_nothing_comes_back() -> None:
    job, events = new_job(), list[Entry]()
    for report in (claimed(), accepted(), ENDS[Status.CANCELED]):
        change = apply(job, report)
        assert isinstance(change, Change)
        job, events = change.job, [*events, *change.entries]

    assert (job.refund, events) == (None, [])
