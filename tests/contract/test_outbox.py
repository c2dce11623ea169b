"""What `Outbox` promises."""

import json
from datetime import datetime

import pytest

from cliphook.application.outbox_ports import Outbox
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.report import Via
from cliphook.domain.status import Stage
from tests.contract.conftest import Store
from tests.support.makers import (
    ACCOUNT,
    JOB,
    START,
    accepted,
    at,
    claimed,
    new_job,
    progressed,
    said_clip,
)

REF = JobRef(ACCOUNT, JOB)
STORY = (
    claimed(),
    accepted(),
    progressed(Stage.COMPLETE, said_clip(), said_clip("two", 1), via=Via.POLL, seconds=200),
)


@pytest.fixture
def outbox(store: Store) -> Outbox:
    return store.outbox


@pytest.fixture
def changes(store: Store) -> list[Change]:
    """Commit a job until its music is complete."""
    told = [begin(new_job())]
    store.jobs.add(told[0], None)
    for report in STORY:
        change = apply(told[-1].job, report)
        assert isinstance(change, Change)
        assert store.jobs.commit(change, None)
        told.append(change)
    return told


def unsent(outbox: Outbox, seconds: float = 9000) -> dict[str, EventRow]:
    return {row.event_id: row for row in listed(outbox, seconds)}


def listed(outbox: Outbox, seconds: float = 9000) -> list[EventRow]:
    """List what waits, none of which is unreadable."""
    found = [*outbox.list_unsent(at(seconds))]
    rows = [row for row in found if isinstance(row, EventRow)]
    assert rows == found
    return rows


def test_nothing_waits_on_an_empty_table(outbox: Outbox) -> None:
    assert unsent(outbox) == {}


def test_every_event_and_order_of_a_commit_waits(outbox: Outbox, changes: list[Change]) -> None:
    events = {event.id for change in changes for event in change.events}
    orders = {order.id for change in changes for order in change.orders}

    assert unsent(outbox).keys() == events | orders


def test_a_row_is_ready_for_the_bus(outbox: Outbox, changes: list[Change]) -> None:
    queued = changes[0].events[0]

    row = unsent(outbox)[queued.id]

    assert (row.source, row.detail_type, row.at) == ("cliphook", "job.queued", START)
    assert json.loads(row.detail)["id"] == queued.id


def test_an_order_says_which_job_clip_and_time(outbox: Outbox, changes: list[Change]) -> None:
    order = changes[-1].orders[1]

    row = unsent(outbox)[order.id]

    assert (row.source, row.detail_type) == ("cliphook.internal", "archive.due")
    detail = json.loads(row.detail)
    assert datetime.fromisoformat(detail.pop("due_at")) == order.due_at
    assert detail == {"account_id": ACCOUNT, "job_id": JOB, "clip_id": order.clip_id}


@pytest.mark.usefixtures("changes")
def test_only_rows_from_before_the_instant_are_listed(outbox: Outbox) -> None:
    assert {row.at for row in unsent(outbox, 2).values()} == {at(0), at(2)}
    assert {row.at for row in unsent(outbox, 1.999999).values()} == {at(0)}


@pytest.mark.usefixtures("changes")
def test_a_marked_row_is_listed_no_more_and_the_others_are(outbox: Outbox) -> None:
    before = unsent(outbox)
    marked = next(iter(before.values()))

    outbox.mark_sent(marked)

    assert unsent(outbox).keys() == before.keys() - {marked.event_id}


@pytest.mark.usefixtures("changes")
def test_marking_again_does_nothing(store: Store, outbox: Outbox) -> None:
    row = next(iter(unsent(outbox).values()))
    outbox.mark_sent(row)
    before = store.snapshot()

    outbox.mark_sent(row)

    assert store.snapshot() == before


def test_marking_a_row_that_is_gone_does_not_make_it_again(store: Store, outbox: Outbox) -> None:
    before = store.snapshot()

    outbox.mark_sent(_row_of_nobody())

    assert store.snapshot() == before


@pytest.mark.usefixtures("changes")
def test_marking_while_listing_is_fine(outbox: Outbox) -> None:
    for row in outbox.list_unsent(at(9000)):
        assert isinstance(row, EventRow)
        outbox.mark_sent(row)

    assert unsent(outbox) == {}


def _row_of_nobody() -> EventRow:
    change = begin(new_job())
    key = (f"JOB#{ACCOUNT}#{JOB}", "EVENT#000001")
    return EventRow(key, change.events[0].id, "cliphook", "job.queued", "{}", START)
