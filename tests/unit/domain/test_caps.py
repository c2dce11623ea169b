"""What a job counts against the daily caps: every provider, on the day when it is asked, once."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Final

import pytest

from cliphook.domain.change import Change, apply, begin
from cliphook.domain.ledger import day_of
from cliphook.domain.plan import Option
from cliphook.domain.report import Claimed, Refused, Report
from tests.support.makers import ACCOUNT, PACE, REFUSAL, at, new_job

CAP: Final = Decimal(100)
ROUTE: Final = (
    Option("sunoapi", "V5", PACE, Decimal(10), cap=CAP),
    Option("apikley", "V5", PACE, Decimal(12), cap=CAP),
    Option("apiin", "suno-v5-0", PACE, Decimal(7)),
)
# The samples' day is over fifteen hours after their start.
MIDNIGHT_S: Final = 15 * 3600
TODAY, TOMORROW = "2026-11-21", "2026-11-22"


def ask(option: int, attempt: int = 1, seconds: float = 1) -> Claimed:
    return Claimed(attempt, f"request-{attempt}", at(seconds), option)


def no(attempt: int = 1, seconds: float = 2) -> Refused:
    return Refused(attempt, REFUSAL, may_retry=True, at=at(seconds))


def counted(
    *reports: Report, route: tuple[Option, ...] = ROUTE, seconds: float = 0
) -> list[tuple[str, str, str]]:
    """Tell a job its story; give what each commit counted."""
    changes = [begin(new_job(route=route, created_at=at(seconds)))]
    for report in reports:
        change = apply(changes[-1].job, report)
        assert isinstance(change, Change)
        changes.append(change)
    spends = [change.spend for change in changes if change.spend]
    assert all((one.account_id, one.cap) == (ACCOUNT, CAP) for one in spends)
    return [(one.provider, one.day, str(one.amount)) for one in spends]


def test_the_first_provider_counts_when_the_job_comes_and_not_again_when_it_is_asked() -> None:
    assert counted() == [("sunoapi", TODAY, "10")]
    assert counted(ask(0), no(), ask(0, 2, 9)) == [("sunoapi", TODAY, "10")]


def test_another_provider_counts_when_it_is_asked_and_with_its_own_price() -> None:
    asked = counted(ask(0), no(), ask(1, 2, 3), no(2, 4), ask(1, 3, 11))

    assert asked == [("sunoapi", TODAY, "10"), ("apikley", TODAY, "12")]


def test_whoever_was_passed_over_stays_counted() -> None:
    assert counted(ask(1)) == [("sunoapi", TODAY, "10"), ("apikley", TODAY, "12")]


def test_who_is_asked_again_after_midnight_counts_for_the_new_day() -> None:
    late = MIDNIGHT_S - 60

    asked = counted(
        ask(0, 1, late),
        no(1, late + 1),
        ask(0, 2, MIDNIGHT_S),
        no(2, MIDNIGHT_S + 1),
        ask(0, 3, MIDNIGHT_S + 99),
        seconds=late,
    )

    assert asked == [("sunoapi", TODAY, "10"), ("sunoapi", TOMORROW, "10")]


def test_a_job_that_waits_over_midnight_counts_for_both_days() -> None:
    asked = counted(ask(0, 1, MIDNIGHT_S + 1), seconds=MIDNIGHT_S - 1)

    assert asked == [("sunoapi", TODAY, "10"), ("sunoapi", TOMORROW, "10")]


@pytest.mark.parametrize(
    "option",
    [
        Option("sunoapi", "V5", PACE, Decimal(10)),
        Option("sunoapi", "V5", PACE, cap=CAP),
        Option("sunoapi", "V5", PACE, Decimal(0), cap=CAP),
    ],
    ids=["no cap", "no price", "price of nothing"],
)
def test_without_a_cap_and_a_price_nothing_is_counted(option: Option) -> None:
    assert counted(ask(0), route=(option,)) == []


def test_a_job_of_an_older_version_counts_nothing() -> None:
    assert counted(ask(0), route=()) == []


def test_a_day_is_one_of_utc() -> None:
    tokyo = timezone(timedelta(hours=9))

    assert day_of(datetime(2026, 11, 22, 8, 59, tzinfo=tokyo)) == TODAY
    assert day_of(datetime(2026, 11, 22, 0, 0, tzinfo=UTC)) == TOMORROW
