"""What `Deliveries` promises."""

from dataclasses import replace

import pytest

from cliphook.application.webhook_ports import DeliveryRef, Stored
from cliphook.domain.delivery import (
    Delivery,
    DeliveryStatus,
    Failed,
    Response,
    Trouble,
    claim,
    give_up,
    name_delivery,
    put_off,
    record,
)
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.ids import DeliveryId, JobId
from tests.support.makers import ACCOUNT, JOB, at
from tests.support.webhook_rows import ENDPOINT, OTHER, Rows, delivery, ref_of

TRIED = record(
    claim(delivery(), at(2)),
    Response(503, Trouble.STATUS, "zu voll \u2603", 31, 10),
    at(2.5),
)
OF_A_JOB = delivery(endpoint_id=None, job_id=JobId(JOB), url="https://client.example.test/?token=1")


@pytest.mark.parametrize("one", [delivery(), TRIED, OF_A_JOB], ids=["new", "tried", "of a job"])
def test_a_delivery_is_loaded_as_it_was_added(one: Delivery, rows: Rows) -> None:
    assert rows.deliveries.add(one)

    assert rows.deliveries.load(ref_of(one)) == one


def test_a_delivery_is_added_once(rows: Rows) -> None:
    assert rows.deliveries.add(delivery())
    assert not rows.deliveries.add(replace(delivery(), detail="[]"))

    assert rows.deliveries.load(ref_of(delivery())) == delivery()


def test_a_delivery_is_its_accounts_alone(rows: Rows) -> None:
    rows.deliveries.add(delivery())

    assert rows.deliveries.load(DeliveryRef(OTHER, delivery().id)) is None
    assert rows.deliveries.list_of(OTHER, ENDPOINT.id, 10, None).items == ()


def test_of_two_changes_of_a_delivery_one_wins(rows: Rows) -> None:
    rows.deliveries.add(delivery())
    claimed = claim(delivery(), at(1))

    assert rows.deliveries.swap(claimed, delivery()) is Stored.DONE
    assert rows.deliveries.swap(claimed, delivery()) is Stored.LOST
    assert rows.deliveries.swap(put_off(delivery(), at(5)), delivery()) is Stored.LOST

    assert rows.deliveries.load(ref_of(claimed)) == claimed


def test_a_change_of_a_delivery_that_there_is_not_stores_nothing(rows: Rows) -> None:
    assert rows.deliveries.swap(claim(delivery(), at(1)), delivery()) is Stored.LOST

    assert rows.deliveries.load(ref_of(delivery())) is None


def test_an_account_waits_with_so_many_and_not_one_more(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 4)]
    for one in made:
        rows.deliveries.add(one)

    stored = [rows.deliveries.swap(put_off(one, at(9)), one) for one in made]

    assert stored == [Stored.DONE, Stored.DONE, Stored.FULL]
    assert rows.deliveries.load(ref_of(made[2])) == made[2]


def test_one_that_waits_no_more_makes_room(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 5)]
    for one in made:
        rows.deliveries.add(one)
    waiting = put_off(made[0], at(9))
    rows.deliveries.swap(waiting, made[0])
    rows.deliveries.swap(put_off(made[1], at(9)), made[1])

    ended = give_up(waiting, Failed.ENDPOINT_DELETED)
    assert rows.deliveries.swap(ended, waiting) is Stored.DONE
    assert rows.deliveries.swap(ended, waiting) is Stored.LOST

    assert rows.deliveries.swap(put_off(made[2], at(9)), made[2]) is Stored.DONE
    assert rows.deliveries.swap(put_off(made[3], at(9)), made[3]) is Stored.FULL


def test_to_wait_longer_is_counted_once(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 4)]
    for one in made:
        rows.deliveries.add(one)
    waiting = put_off(made[0], at(9))
    rows.deliveries.swap(waiting, made[0])
    assert rows.deliveries.swap(put_off(waiting, at(19)), waiting) is Stored.DONE

    assert rows.deliveries.swap(put_off(made[1], at(9)), made[1]) is Stored.DONE


def test_deliveries_are_listed_by_their_receiver_the_newest_first(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 6)]
    for one in (*made, OF_A_JOB):
        rows.deliveries.add(replace(one, id=name_delivery(one.event_id, one.owner, one.begun_at)))

    first = rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, None)
    second = rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, first.next_cursor)
    third = rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, second.next_cursor)

    listed = [[one.begun_at for one in page.items] for page in (first, second, third)]
    assert listed == [[at(5), at(4)], [at(3), at(2)], [at(1)]]
    assert third.next_cursor is None
    (of_job,) = rows.deliveries.list_of(ACCOUNT, JOB, 9, None).items
    assert of_job.url == OF_A_JOB.url


def test_a_full_last_page_is_the_last(rows: Rows) -> None:
    for number in (1, 2):
        rows.deliveries.add(delivery(number))

    assert rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, None).next_cursor is None


@pytest.mark.parametrize("cursor", ["", "dlv_", "evt_01KAJ5T1W0000000000000000V", "x" * 3000])
def test_a_cursor_that_no_page_gave_is_refused(cursor: str, rows: Rows) -> None:
    with pytest.raises(InvalidRequestError):
        rows.deliveries.list_of(ACCOUNT, ENDPOINT.id, 2, cursor)


def test_what_is_due_is_found_in_its_order_and_nothing_else(rows: Rows) -> None:
    made = [delivery(number) for number in range(1, 8)]
    for one in made:
        rows.deliveries.add(one)
    rows.deliveries.swap(give_up(made[2], Failed.GONE), made[2])
    rows.deliveries.swap(put_off(made[0], at(5.5)), made[0])

    found = [*rows.deliveries.list_due(at(6))]

    wanted = [made[1], made[3], made[4], made[0], made[5]]
    assert found == [ref_of(one) for one in wanted]


def test_one_that_somebody_was_sent_to_is_found_later(rows: Rows) -> None:
    rows.deliveries.add(delivery())

    rows.deliveries.remind(ref_of(delivery()), at(300))

    assert [*rows.deliveries.list_due(at(299))] == []
    assert [*rows.deliveries.list_due(at(300))] == [ref_of(delivery())]
    assert rows.deliveries.load(ref_of(delivery())) == delivery()


def test_one_that_has_ended_is_not_found_again_for_a_reminder(rows: Rows) -> None:
    rows.deliveries.add(delivery())
    rows.deliveries.swap(give_up(delivery(), Failed.GONE), delivery())

    rows.deliveries.remind(ref_of(delivery()), at(300))
    rows.deliveries.remind(DeliveryRef(ACCOUNT, DeliveryId("dlv_nobody")), at(300))

    assert [*rows.deliveries.list_due(at(9_999))] == []


def test_one_that_waits_longer_is_not_found_sooner_for_a_reminder(rows: Rows) -> None:
    rows.deliveries.add(replace(delivery(), next_attempt_at=at(900)))

    rows.deliveries.remind(ref_of(delivery()), at(300))

    assert [*rows.deliveries.list_due(at(899))] == []


def test_a_delivery_that_has_ended_keeps_its_log(rows: Rows) -> None:
    rows.deliveries.add(delivery())
    claimed = claim(delivery(), at(1))
    rows.deliveries.swap(claimed, delivery())
    done = record(claimed, Response(status=200, answer="ok"), at(2))

    assert rows.deliveries.swap(done, claimed) is Stored.DONE

    found = rows.deliveries.load(ref_of(done))
    assert found == done
    assert found.status is DeliveryStatus.DELIVERED
