"""The record of a deletion: what it tells, and how long it is looked after."""

from dataclasses import fields
from datetime import timedelta
from typing import Final

from cliphook.domain.deletion import (
    LOOK_AGAIN,
    SETTLED_AFTER,
    By,
    Deletion,
    bury,
    look_again,
    prefixes_of,
)
from cliphook.domain.report import ClipArchived
from tests.support.makers import ACCOUNT, JOB, at, completed, passport, told

KEPT: Final = told(ClipArchived("one", passport(), at(99)), job=completed())
DELETION: Final = bury(KEPT, By.CLIENT, at(500))


def test_a_record_tells_how_much_there_was_and_nothing_of_what_it_was() -> None:
    expected = Deletion(
        ACCOUNT, JOB, at(500), By.CLIENT, clips=2, size_bytes=4_000_000, due_at=at(500)
    )
    record = bury(KEPT, By.CLIENT, at(500))

    assert record == expected
    assert len(fields(record)) == 8
    assert "Iron Man" not in repr(record)


def test_as_long_as_something_is_left_it_is_looked_again_soon() -> None:
    for now in (at(501), at(500) + 2 * SETTLED_AFTER):
        seen = look_again(DELETION, now, is_clean=False)

        assert (seen.due_at, seen.erased_at) == (now + LOOK_AGAIN, None)


def test_what_was_erased_is_looked_at_once_more_when_nothing_can_come_any_more() -> None:
    settled_at = at(500) + SETTLED_AFTER

    first = look_again(DELETION, at(501), is_clean=True)
    early = look_again(first, settled_at - timedelta(seconds=1), is_clean=True)
    last = look_again(early, settled_at, is_clean=True)

    assert (first.due_at, first.erased_at) == (settled_at, None)
    assert (early.due_at, early.erased_at) == (settled_at, None)
    assert (last.due_at, last.erased_at) == (None, settled_at)


def test_nobody_who_had_read_a_job_is_still_at_it_by_then() -> None:
    # The longest that any function has, and an upload's form, with as much again to spare.
    longest = timedelta(seconds=900) + timedelta(minutes=1)

    assert 2 * longest < SETTLED_AFTER


def test_bytes_are_found_by_their_prefixes_which_end_with_the_whole_name() -> None:
    account = Deletion(ACCOUNT, None, at(500), By.OPERATOR)

    assert prefixes_of(DELETION) == (f"clips/{ACCOUNT}/{JOB}/", f"tagged/{ACCOUNT}/{JOB}/")
    assert prefixes_of(account) == (f"files/{ACCOUNT}/",)
