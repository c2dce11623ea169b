"""What `Feed` promises of one job's events."""

import pytest

from cliphook.application.ports import JobRef
from cliphook.domain.errors import InvalidRequestError, UnknownResourceError
from cliphook.domain.ids import EventId
from tests.contract.conftest import Store
from tests.contract.telling import OTHER, events, job_id, tell
from tests.support.makers import ACCOUNT

REF = JobRef(ACCOUNT, job_id(0))


def test_a_job_tells_its_events_as_soon_as_they_are_committed(store: Store) -> None:
    rows = events(tell(store))
    tell(store, 1)

    page = store.feed.list_job_events(REF, None, 100)

    assert (page.items, page.next_cursor) == (tuple(rows), None)


def test_pages_of_a_jobs_events_lead_on(store: Store) -> None:
    rows = events(tell(store))

    first = store.feed.list_job_events(REF, None, 2)
    assert (first.items, first.next_cursor) == (tuple(rows[:2]), rows[1].event_id)
    rest = store.feed.list_job_events(REF, EventId(str(first.next_cursor)), len(rows) - 2)
    assert (rest.items, rest.next_cursor) == (tuple(rows[2:]), None)


def test_a_job_that_is_not_the_accounts_has_no_events(store: Store) -> None:
    tell(store)

    for ref in (JobRef(OTHER, job_id(0)), JobRef(ACCOUNT, job_id(1))):
        with pytest.raises(UnknownResourceError):
            store.feed.list_job_events(ref, None, 10)


def test_a_job_that_is_gone_has_no_events_left(store: Store) -> None:
    tell(store)
    store.delete(REF)

    with pytest.raises(UnknownResourceError):
        store.feed.list_job_events(REF, None, 10)


def test_to_go_on_after_another_jobs_event_is_refused(store: Store) -> None:
    tell(store)
    others = events(tell(store, 1))

    with pytest.raises(InvalidRequestError):
        store.feed.list_job_events(REF, others[0].event_id, 10)
