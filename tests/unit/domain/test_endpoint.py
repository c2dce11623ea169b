"""Which events an endpoint hears of, and which secrets it is signed with."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cliphook.domain.endpoint import (
    FILTERS,
    Disabled,
    Endpoint,
    EndpointStatus,
    disable,
    enable,
    notice,
    remove,
    rotate,
)
from cliphook.domain.ids import EndpointId
from tests.support.makers import ACCOUNT, START, at

ENDPOINT = Endpoint(
    id=EndpointId("ep_01KAJ5T1W0000000000000000E"),
    account_id=ACCOUNT,
    url="https://hooks.example.test/cliphook",
    events=("*",),
    description="",
    created_at=START,
)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("events", "heard", "unheard"),
    [
        (("*",), ("job.queued", "clip.recovered", "endpoint.ping"), ()),
        (("job.*",), ("job.queued", "job.failed"), ("clip.archived", "jobs.queued")),
        (("clip.*",), ("clip.archived",), ("job.archived",)),
        (("job.failed", "clip.*"), ("job.failed", "clip.recovered"), ("job.first",)),
        (("job.failed",), ("job.failed",), ("job.failed2", "job.fail")),
    ],
)
def test_an_endpoint_hears_what_its_filter_names(
    events: tuple[str, ...], heard: tuple[str, ...], unheard: tuple[str, ...]
) -> None:
    endpoint = replace(ENDPOINT, events=events)

    assert all(endpoint.wants(one) for one in heard)
    assert not any(endpoint.wants(one) for one in unheard)


def test_a_filter_may_name_all_that_is_announced_and_nothing_else() -> None:
    assert "job.submitting" not in FILTERS
    assert {"*", "job.*", "clip.*", "job.queued", "job.canceled", "clip.recovered"} <= {*FILTERS}
    assert len(FILTERS) == 15


def test_a_replaced_secret_signs_for_the_overlap_and_not_a_second_longer() -> None:
    rotated = rotate(ENDPOINT, DAY, at(0))

    assert rotated.signing_versions(at(24 * 3600 - 1)) == (2, 1)
    assert rotated.signing_versions(at(24 * 3600)) == (2,)


def test_two_replaced_secrets_sign_at_most_and_they_are_the_latest() -> None:
    rotated = ENDPOINT
    for number in range(4):
        rotated = rotate(rotated, DAY, at(number))

    assert rotated.signing_versions(at(5)) == (5, 4, 3)


def test_a_secret_that_is_over_takes_no_place() -> None:
    rotated = rotate(rotate(ENDPOINT, DAY, at(0)), DAY, at(3 * 24 * 3600))

    assert [one.version for one in rotated.retired] == [2]


def test_without_an_overlap_every_other_secret_ends_at_once() -> None:
    rotated = rotate(rotate(ENDPOINT, DAY, at(0)), timedelta(0), at(1))

    assert rotated.signing_versions(at(1)) == (3,)


def test_an_endpoint_is_disabled_for_the_first_reason() -> None:
    disabled = disable(disable(ENDPOINT, Disabled.GONE, at(1)), Disabled.FAILING, at(2))

    assert (disabled.status, disabled.disabled_reason) == (EndpointStatus.DISABLED, Disabled.GONE)
    assert disabled.disabled_at == at(1)
    assert not disabled.is_active


def test_an_endpoint_that_is_told_again_has_nothing_against_it() -> None:
    disabled = disable(notice(ENDPOINT, at(1)), Disabled.FAILING, at(2))

    enabled = enable(disabled)

    assert replace(enabled, version=1) == ENDPOINT
    assert enabled.version > disabled.version > ENDPOINT.version


def test_a_deleted_endpoint_is_told_nothing() -> None:
    assert not remove(ENDPOINT, at(1)).is_active


def test_a_notice_that_is_known_changes_nothing() -> None:
    noticed = notice(ENDPOINT, at(1))

    assert notice(noticed, at(1)) is noticed
    assert notice(noticed, None) == replace(ENDPOINT, version=3)
