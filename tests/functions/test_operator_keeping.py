"""What an operator keeps after all, and what is to be gone: clips, jobs and whole accounts."""

from dataclasses import replace
from typing import Any, Final

import pytest
from pydantic import ValidationError
from time_machine import Traveller

from cliphook.adapters.providers.table import PROVIDERS
from cliphook.application.recall_jobs import Outcome
from cliphook.domain.ids import JobId
from cliphook.domain.report import ClipArchived, ClipLost, Report
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load
from tests.support.loopback import answer
from tests.support.makers import ACCOUNT, at, passport
from tests.support.operating import JOB, POLL
from tests.support.paid_jobs import SUNOAPI, Found, paid
from tests.support.queued_jobs import queued_jobs
from tests.support.samples import TUNES, sample

DAY_S: Final = 86_400
NAMES: Final = [clip.provider_clip_id for clip in TUNES["sunoapi"].clips]
MINUTE: Final = load("erase", "minute")


@pytest.fixture
def operator(deployed: Deployed) -> Function:
    return deployed.load("operator")


def lose(deployed: Deployed, *reports: Report) -> None:
    """Store a job with music of which nothing was kept, or what else became of it."""
    lost = [ClipLost(name, "http_404", at(50)) for name in NAMES]
    deployed.store(paid(*SUNOAPI.opening, SUNOAPI.whole, *(reports or lost)))


def entries(operator: Function) -> list[dict[str, Any]]:
    told = operator({"command": "inspect", "where": "leaving"})
    found: list[dict[str, Any]] = told["entries"]
    return found


def hours_left(operator: Function) -> float | None:
    told: float | None = operator(load("operator", "measure"))["ProviderHoursLeft"]
    return told


def test_what_is_not_kept_is_ordered_anew_and_asked_for_again(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    lose(deployed)
    clock.move_to(at(5 * DAY_S))

    told = operator({"command": "backfill", **JOB})

    one = {**JOB, "outcome": "ordered", "missing": 2, "hours_left": 216.0}
    assert told == {"counts": {"ordered": 1}, "jobs": [one], "next": None}
    found = Found(deployed)
    now = "2026-11-26T09:00:00Z"
    assert [order["due_at"] for order in found.orders("poll")][-1] == now
    assert [order["due_at"] for order in found.orders("archive")][-2:] == [now, now]


def test_fresh_links_are_what_is_downloaded(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    lose(deployed)
    polled = sample("sunoapi", "record_info_success").decode().replace(".mp3", ".mp3?fresh=0")
    deployed.host.answers[POLL] = answer(polled.encode())
    clock.move_to(at(5 * DAY_S))
    operator({"command": "backfill", **JOB})

    deployed.load("poll")(Found(deployed).deliver("poll"))

    addresses = {url for clip in deployed.job().results for url in clip.addresses[:1]}
    assert addresses
    assert all("?fresh=0" in url for url in addresses)


def test_a_backfill_twice_orders_once_and_again_when_the_first_is_over(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    lose(deployed)
    clock.move_to(at(5 * DAY_S))
    operator({"command": "backfill", **JOB})
    before = deployed.rows()

    again = operator({"command": "backfill", **JOB})

    assert again["counts"] == {"underway": 1}
    assert deployed.rows() == before
    clock.shift(1800)
    assert operator({"command": "backfill", **JOB})["counts"] == {"ordered": 1}


OUTCOMES: Final[dict[str, tuple[Report, ...]]] = {
    Outcome.NOT_DONE: SUNOAPI.opening,
    Outcome.KEPT: (
        *SUNOAPI.opening,
        SUNOAPI.whole,
        *(ClipArchived(name, passport(name), at(50)) for name in NAMES),
    ),
}


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_a_job_to_which_nothing_is_owed_is_left_alone(
    outcome: str, operator: Function, deployed: Deployed
) -> None:
    deployed.store(paid(*OUTCOMES[outcome]))
    before = deployed.rows()

    assert operator({"command": "backfill", **JOB})["counts"] == {outcome: 1}

    assert deployed.rows() == before


def test_a_job_that_was_deleted_or_that_nobody_took_is_told_as_such(
    operator: Function, deployed: Deployed
) -> None:
    assert operator({"command": "backfill", **JOB})["counts"] == {Outcome.UNKNOWN_JOB: 1}
    deployed.store(paid())
    deployed.load("cancel").answer(load("cancel", "job"))

    assert operator({"command": "backfill", **JOB})["counts"] == {Outcome.NEVER_TAKEN: 1}


def test_all_jobs_of_a_time_are_gone_through_page_by_page(
    operator: Function, deployed: Deployed
) -> None:
    ids = queued_jobs(deployed)
    span = {"since": at(3600).isoformat(), "until": at(3600 * 4).isoformat()}
    seen: list[str] = []
    cursor: dict[str, object] = {}
    pages = 0

    while True:
        order = {"command": "backfill", "account_id": ACCOUNT, **span, "limit": 2, **cursor}
        told = operator(order)
        seen += [job["job_id"] for job in told["jobs"]]
        pages += 1
        if told["next"] is None:
            break
        cursor = told["next"]

    assert (seen, pages) == (ids[1:4], 2)


def test_everybodys_clips_that_are_not_kept_are_gone_through_by_their_age(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    ids = [JobId(f"job_01KAJ5T1W0000000000000001{number}") for number in range(3)]
    for number, job_id in enumerate(ids):
        told = replace(SUNOAPI, job_id=job_id)
        deployed.store(told.story(*SUNOAPI.opening, replace(SUNOAPI.whole, at=at(40 + number))))
    clock.move_to(at(DAY_S))
    order = {"command": "backfill", "since": at(40).isoformat(), "until": at(42).isoformat()}

    first = operator({**order, "limit": 1})
    second = operator({**order, "limit": 1, **first["next"]})

    assert [job["job_id"] for told in (first, second) for job in told["jobs"]] == ids[:2]
    assert (first["next"], second["next"]) == ({"since": at(41).isoformat()}, None)
    assert operator({"command": "backfill", "since": at(0).isoformat()})["counts"] == {
        "ordered": 1,
        "underway": 2,
    }


@pytest.mark.parametrize(
    "told",
    [
        {"account_id": ACCOUNT},
        {**JOB, "since": "2026-11-01T00:00:00Z"},
        {"account_id": ACCOUNT, "since": "soon"},
        {"job_id": SUNOAPI.job_id},
        {},
    ],
)
def test_a_backfill_is_of_one_job_or_of_a_time(told: dict[str, str], operator: Function) -> None:
    with pytest.raises(ValidationError):
        operator({"command": "backfill", **told})


def test_the_time_that_is_left_is_measured_and_told_three_days_before(
    operator: Function, deployed: Deployed, clock: Traveller, output: Output
) -> None:
    assert hours_left(operator) is None
    assert "ProviderHoursLeft" not in output.read()
    lose(deployed)
    delivered_s = 40

    clock.move_to(at(delivered_s + 11 * DAY_S))
    assert hours_left(operator) == 3 * 24
    assert '"ProviderHoursLeft":[72.0]' in output.read()
    assert entries(operator) == []
    clock.shift(1800)

    found = entries(operator)
    assert [entry["hours_left"] for entry in found] == ["71.5", "71.5"]
    assert {entry["clip_id"] for entry in found} == {clip.id for clip in deployed.job().results}
    assert all(entry.items() >= JOB.items() for entry in found)
    assert operator(found[0]["redrive"])["counts"] == {"ordered": 1}


def test_what_the_provider_has_deleted_or_we_have_kept_or_given_up_is_no_longer_counted(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    lose(deployed, ClipArchived(NAMES[0], passport(), at(50)), ClipLost(NAMES[1], "x", at(50)))
    assert hours_left(operator)

    clock.move_to(at(41 + 14 * DAY_S))
    assert hours_left(operator) is None

    clock.move_to(at(60))
    operator({"command": "dismiss", **JOB, "where": "clips"})
    assert hours_left(operator) is None


def test_a_provider_that_says_nothing_is_taken_to_keep_things_a_week() -> None:
    days = {name: provider.facts.kept_days for name, provider in PROVIDERS.items()}

    # As two of them document, as long as the links of a third live, and else as the shortest.
    assert days == {"sunoapi": 14, "apikley": 14, "infery": 7, "apiin": 7, "stratizon": 7}
