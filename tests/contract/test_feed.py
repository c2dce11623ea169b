"""What `Feed` and `Places` promise of an account's events."""

from datetime import timedelta

import pytest

from cliphook.application.feed_ports import KEPT, Feed
from cliphook.application.ports import EventRow
from cliphook.domain.errors import ExpiredCursorError, InvalidRequestError
from cliphook.domain.ids import AccountId, EventId, make_id
from tests.contract.conftest import Store
from tests.contract.telling import OTHER, events, tell
from tests.support.makers import ACCOUNT, at

NOW = at(60)


def place(store: Store, rows: list[EventRow], seconds: float = 60) -> None:
    assert store.places.place(rows, at(seconds)) == frozenset()


def read(
    feed: Feed, account_id: AccountId = ACCOUNT, after: EventId | None = None, limit: int = 100
) -> list[EventRow]:
    """Read a feed on to its end."""
    found: list[EventRow] = []
    while True:
        page = feed.list_events(account_id, after, limit, NOW)
        found += page.items
        if page.next_cursor is None:
            return found
        after = EventId(page.next_cursor)


def test_an_account_without_events_has_an_empty_feed(store: Store) -> None:
    page = store.feed.list_events(ACCOUNT, None, 10, NOW)

    assert (page.items, page.next_cursor) == ((), None)


def test_what_has_a_place_is_listed_as_it_was_committed(store: Store) -> None:
    rows = tell(store)
    place(store, rows)

    assert read(store.feed) == events(rows)


def test_an_order_has_no_place(store: Store) -> None:
    rows = tell(store)
    assert len(events(rows)) < len(rows)

    place(store, rows)

    assert {row.source for row in read(store.feed)} == {"cliphook"}


def test_an_event_without_a_place_is_not_listed(store: Store) -> None:
    rows = events(tell(store))
    place(store, rows[:2])

    assert read(store.feed) == rows[:2]


def test_an_event_keeps_its_place_however_often_it_gets_one(store: Store) -> None:
    rows, others = events(tell(store)), events(tell(store, 1))
    place(store, rows[:2])
    place(store, others)
    place(store, rows)
    before = store.snapshot()

    place(store, [*rows, *others])

    assert store.snapshot() == before
    assert read(store.feed) == [*rows[:2], *others, *rows[2:]]


def test_events_of_a_job_stand_in_their_order_in_whatever_order_they_come(store: Store) -> None:
    rows = events(tell(store))
    place(store, [*reversed(rows)])

    assert read(store.feed) == rows


def test_what_came_before_an_event_in_its_job_is_placed_before_it(store: Store) -> None:
    rows = events(tell(store))
    place(store, rows[-1:])
    place(store, rows[:-1])

    assert read(store.feed) == rows


def test_what_came_before_but_is_older_than_the_feed_gets_no_place(store: Store) -> None:
    rows = events(tell(store))
    late = KEPT.total_seconds() + 200
    place(store, rows[-1:], late)

    page = store.feed.list_events(ACCOUNT, None, 100, at(late))
    assert [row for row in page.items if row.at < at(late) - KEPT] == [rows[-1]]
    assert len(page.items) < len(rows)


def test_pages_lead_on_without_a_gap_or_a_repetition(store: Store) -> None:
    rows = [row for number in range(4) for row in events(tell(store, number))]
    place(store, rows)

    for limit in (1, 3, 5, len(rows)):
        assert read(store.feed, limit=limit) == rows


def test_more_events_than_one_transaction_takes_all_have_places(store: Store) -> None:
    rows = [row for number in range(40) for row in events(tell(store, number, story=()))]
    place(store, rows)

    assert read(store.feed) == rows


def test_a_reader_goes_on_after_any_event(store: Store) -> None:
    rows = events(tell(store))
    place(store, rows)

    for number, row in enumerate(rows):
        assert read(store.feed, after=row.event_id) == rows[number + 1 :]


def test_a_page_that_is_full_at_the_end_leads_nowhere(store: Store) -> None:
    rows = events(tell(store))
    place(store, rows)

    assert store.feed.list_events(ACCOUNT, None, len(rows), NOW).next_cursor is None
    assert (
        store.feed.list_events(ACCOUNT, None, len(rows) - 1, NOW).next_cursor == rows[-2].event_id
    )


def test_accounts_have_feeds_of_their_own(store: Store) -> None:
    ours, theirs = events(tell(store)), events(tell(store, 1, OTHER))
    place(store, [*ours, *theirs])

    assert read(store.feed) == ours
    assert read(store.feed, OTHER) == theirs


UNKNOWN = make_id("evt", NOW, bytes(10))


@pytest.mark.parametrize("after", ["", "17", "job_01KAJ5T1W0000000000000000J", UNKNOWN])
def test_to_go_on_after_what_is_no_event_is_refused(after: str, store: Store) -> None:
    place(store, events(tell(store)))

    with pytest.raises(InvalidRequestError):
        store.feed.list_events(ACCOUNT, EventId(after), 10, NOW)


def test_to_go_on_after_another_accounts_event_is_refused(store: Store) -> None:
    place(store, events(tell(store)))
    theirs = events(tell(store, 1, OTHER))
    place(store, theirs)

    with pytest.raises(InvalidRequestError):
        store.feed.list_events(ACCOUNT, theirs[0].event_id, 10, NOW)


def test_to_go_on_after_what_is_no_longer_kept_is_refused_as_such(store: Store) -> None:
    rows = events(tell(store))
    place(store, rows)
    much_later = NOW + KEPT + timedelta(days=1, seconds=1)

    for after in (rows[0].event_id, EventId(make_id("evt", at(0), bytes(10)))):
        with pytest.raises(ExpiredCursorError):
            store.feed.list_events(ACCOUNT, after, 10, much_later)


def test_a_reader_who_begins_anew_gets_what_is_kept(store: Store) -> None:
    rows = events(tell(store))
    place(store, rows[:2], 60)
    place(store, rows[2:], 3600)
    now = at(120) + KEPT

    assert store.feed.list_events(ACCOUNT, None, 10, now).items == tuple(rows[2:])
    assert store.feed.list_events(ACCOUNT, rows[1].event_id, 10, now).items == tuple(rows[2:])


def test_an_event_whose_row_is_gone_is_left_out_and_leads_on(store: Store) -> None:
    rows = events(tell(store))
    place(store, rows)
    for row in rows[:2]:
        store.forget(row.key)

    assert read(store.feed) == rows[2:]
    page = store.feed.list_events(ACCOUNT, None, 2, NOW)
    assert (page.items, page.next_cursor) == ((), rows[1].event_id)


def test_a_row_that_is_gone_before_it_has_a_place_keeps_no_other_back(store: Store) -> None:
    rows = events(tell(store))
    store.forget(rows[0].key)
    place(store, rows)

    assert read(store.feed) == rows[1:]


def test_after_the_last_event_before_an_instant_stand_all_since_then(store: Store) -> None:
    days = [events(tell(store, number, story=())) for number in range(9)]
    for number, rows in enumerate(days):
        place(store, rows, number * 3600)
    rows = [row for day in days for row in day]

    for hour in range(9):
        since = at(hour * 3600)
        after = store.feed.last_before(ACCOUNT, since, at(9 * 3600))
        assert after == (rows[hour - 1].event_id if hour else None)
        assert read(store.feed, after=after) == rows[hour:]


def test_an_event_that_a_clock_behind_has_placed_stands_after_that(store: Store) -> None:
    first, late = events(tell(store, story=())), events(tell(store, 1, story=()))
    place(store, first, 0)
    place(store, late, 3600 - 9 * 60)

    assert store.feed.last_before(ACCOUNT, at(3600), at(3600)) == first[0].event_id


def test_nothing_stands_before_the_first_event(store: Store) -> None:
    assert store.feed.last_before(ACCOUNT, NOW, NOW) is None
