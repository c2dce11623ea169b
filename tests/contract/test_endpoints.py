"""What `Endpoints` promises."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cliphook.domain.endpoint import Disabled, Endpoint, disable, notice, remove, rotate
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import EndpointId
from tests.support.makers import ACCOUNT, at
from tests.support.receiving import endpoint_of
from tests.support.webhook_rows import ENDPOINT, FULL, OTHER, Rows


@pytest.mark.parametrize("endpoint", [ENDPOINT, FULL], ids=["new", "full"])
def test_an_endpoint_is_found_as_it_was_added(endpoint: Endpoint, rows: Rows) -> None:
    assert rows.endpoints.add(endpoint)

    assert rows.endpoints.find(ACCOUNT, endpoint.id) == endpoint
    assert [*rows.endpoints.list_all(ACCOUNT)] == [endpoint]


def test_an_endpoint_is_its_accounts_alone(rows: Rows) -> None:
    rows.endpoints.add(ENDPOINT)

    assert rows.endpoints.find(OTHER, ENDPOINT.id) is None
    assert [*rows.endpoints.list_all(OTHER)] == []


def test_an_endpoint_is_never_replaced(rows: Rows) -> None:
    rows.endpoints.add(ENDPOINT)

    with pytest.raises(UnavailableStoreError):
        rows.endpoints.add(replace(ENDPOINT, url="https://elsewhere.example.test"))

    assert rows.endpoints.find(ACCOUNT, ENDPOINT.id) == ENDPOINT


def test_endpoints_are_listed_from_the_oldest_on(rows: Rows) -> None:
    made = [
        replace(ENDPOINT, id=EndpointId(f"ep_01KAJ5T1W0000000000000000{letter}"))
        for letter in "BAC"
    ]
    for one in made:
        rows.endpoints.add(one)

    assert [one.id[-1] for one in rows.endpoints.list_all(ACCOUNT)] == ["A", "B", "C"]


def test_an_account_has_twenty_endpoints_and_not_one_more(rows: Rows) -> None:
    made = [endpoint_of(f"many-{number}") for number in range(21)]

    assert [rows.endpoints.add(one) for one in made] == [True] * 20 + [False]

    assert len(rows.endpoints.list_all(ACCOUNT)) == 20
    assert rows.endpoints.add(replace(ENDPOINT, account_id=OTHER))


def test_a_deleted_endpoint_is_gone_and_makes_room(rows: Rows) -> None:
    made = [endpoint_of(f"many-{number}") for number in range(20)]
    for one in made:
        rows.endpoints.add(one)

    assert rows.endpoints.swap(remove(made[3], at(1)), 1)

    assert rows.endpoints.find(ACCOUNT, made[3].id) is None
    assert len(rows.endpoints.list_all(ACCOUNT)) == 19
    assert rows.endpoints.add(ENDPOINT)
    assert not rows.endpoints.add(endpoint_of("late"))


def test_an_endpoint_cannot_be_deleted_twice(rows: Rows) -> None:
    rows.endpoints.add(ENDPOINT)

    assert rows.endpoints.swap(remove(ENDPOINT, at(1)), 1)
    assert not rows.endpoints.swap(remove(ENDPOINT, at(2)), 1)


def test_of_two_changes_of_an_endpoint_one_wins(rows: Rows) -> None:
    rows.endpoints.add(ENDPOINT)
    first = rotate(ENDPOINT, timedelta(hours=1), at(1))

    assert rows.endpoints.swap(first, 1)
    assert not rows.endpoints.swap(disable(ENDPOINT, Disabled.OWNER, at(1)), 1)

    assert rows.endpoints.find(ACCOUNT, ENDPOINT.id) == first


def test_what_is_taken_back_is_gone(rows: Rows) -> None:
    noticed = notice(ENDPOINT, at(1))
    rows.endpoints.add(noticed)

    assert rows.endpoints.swap(notice(noticed, None), 2)

    found = rows.endpoints.find(ACCOUNT, ENDPOINT.id)
    assert found
    assert found.failing_since is None
