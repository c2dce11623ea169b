"""What was set aside: an operator finds it without its body, and has it read again."""

import json
from typing import Any

import pytest
from time_machine import Traveller

from cliphook.application.ports import Evidence, JobRef, Origin
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.status import Stage
from tests.functions.conftest import Output
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import callback_event
from tests.support.makers import ACCOUNT, at
from tests.support.sample_world import SAMPLES
from tests.support.samples import sample

SUNOAPI = SAMPLES["sunoapi"]
REF = JobRef(ACCOUNT, SUNOAPI.job_id)
JOB = {"account_id": ACCOUNT, "job_id": SUNOAPI.job_id}
CANARY = "canary-that-stands-in-a-body"


@pytest.fixture
def operator(deployed: Deployed) -> Function:
    return deployed.load("operator")


def listed(operator: Function) -> list[dict[str, Any]]:
    found = operator({"command": "inspect", "where": "quarantine"})
    assert found["counts"]["quarantine"] == len(found["entries"])
    entries: list[dict[str, Any]] = found["entries"]
    return entries


def reread(operator: Function) -> tuple[int, int, list[str]]:
    done = operator({"command": "reread", **JOB})
    assert done["more"] is False
    return done["recorded"], done["known"], [one["reason"] for one in done["left"]]


def keep(
    deployed: Deployed,
    name: str = "first",
    origin: Origin = Origin.CALLBACK,
    *,
    attempt: int | None = 1,
) -> None:
    """Set a good body aside, as a version did that could not read it."""
    body = sample("sunoapi", name)
    deployed.jobs.keep(Evidence(REF, origin, body, at(50), "unreadable", attempt))


def test_what_cannot_be_read_is_counted_at_once_and_found_without_its_body(
    operator: Function, deployed: Deployed, output: Output
) -> None:
    deployed.store(SUNOAPI.accepted)
    deployed.load("callback")(callback_event(SUNOAPI, f"<html>{CANARY}"))
    assert '"QuarantinedCallbacks":[1.0]' in output.read()

    (entry,) = listed(operator)

    assert entry.items() >= {**JOB, "reason": "unreadable", "what": "callback"}.items()
    assert entry["redrive"] == {"command": "reread", **JOB}
    assert entry["since"].startswith("2026-11-21T09:01:00")
    assert CANARY not in json.dumps(entry)


def test_what_still_cannot_be_read_is_left_with_its_reason(
    operator: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    deployed.load("callback")(callback_event(SUNOAPI, CANARY))

    assert reread(operator) == (0, 0, ["unreadable"])

    assert len(listed(operator)) == 1


def test_what_can_be_read_by_now_is_recorded_and_settled(
    operator: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    keep(deployed)

    assert reread(operator) == (1, 0, [])

    assert deployed.job().stages[Stage.FIRST] == at(50)
    assert "job.first" in {row["detail_type"] for row in deployed.rows("EVENT")}
    (row,) = deployed.rows("REPORT")
    assert (row["quarantine"], row["settled_as"]) == ("unreadable", "reread")
    assert listed(operator) == []


def test_reading_again_twice_is_harmless(operator: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)
    keep(deployed)
    reread(operator)
    before = deployed.rows()

    assert reread(operator) == (0, 0, [])

    assert deployed.rows() == before


def test_what_is_no_news_by_now_is_settled_too(operator: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)
    keep(deployed)
    first = reread(operator)
    keep(deployed, "text_a")

    assert first[2] == []
    assert reread(operator)[2] == []
    assert listed(operator) == []


def test_an_unsigned_end_moves_nothing_but_the_next_poll(
    operator: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    keep(deployed, "complete")

    assert reread(operator) == (1, 0, [])

    assert Stage.COMPLETE not in deployed.job().stages
    assert deployed.job().hinted_at == at(50)


def test_a_poll_that_was_set_aside_is_believed_like_any_poll(
    operator: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    keep(deployed, "record_info_success", Origin.POLL)

    assert reread(operator) == (1, 0, [])

    assert Stage.COMPLETE in deployed.job().stages


def test_a_body_of_before_attempts_were_kept_says_so(
    operator: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    keep(deployed, attempt=None)

    assert reread(operator) == (0, 0, ["unknown_attempt"])


def test_an_answer_is_not_read_again(operator: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)
    keep(deployed, "created", Origin.ANSWER)

    assert reread(operator) == (0, 0, ["is_an_answer"])


def test_what_may_never_have_been_signed_is_not_believed(deployed: Deployed) -> None:
    settings = json.dumps({"sunoapi": {"signed_callbacks": True}})
    deployed.store(SUNOAPI.accepted)
    keep(deployed)

    assert reread(deployed.load("operator", PROVIDER_SETTINGS=settings)) == (0, 0, ["unsigned"])


def test_what_the_job_refuses_still_is_left_with_that_reason(
    operator: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    body = (
        sample("sunoapi", "first")
        .replace(b"task_id", b"task_id_")
        .replace(b'"callbackType"', b'"task_id": "somebody-elses", "callbackType"')
    )
    deployed.load("callback")(callback_event(SUNOAPI, body.decode()))
    (entry,) = listed(operator)
    assert entry["reason"] == "binding_conflict"

    assert reread(operator) == (0, 0, ["binding_conflict"])


def test_the_callback_keeps_of_which_attempt_a_body_speaks(deployed: Deployed) -> None:
    deployed.store(SUNOAPI.accepted)
    callback = deployed.load("callback")
    callback(callback_event(SUNOAPI, CANARY))
    callback(callback_event(SUNOAPI, sample("sunoapi", "first").decode()))

    assert [row["attempt"] for row in deployed.rows("REPORT")] == [1, 1]


def test_what_nothing_can_be_done_about_is_dismissed_for_good(
    operator: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.accepted)
    event = callback_event(SUNOAPI, CANARY)
    callback = deployed.load("callback")
    callback(event)

    done = operator({"command": "dismiss", "where": "quarantine", **JOB})

    assert done == {"dismissed": 1}
    assert listed(operator) == []
    # The same body again is the same row.
    callback(event)
    assert listed(operator) == []
    assert operator({"command": "dismiss", "where": "quarantine", **JOB}) == {"dismissed": 0}


def test_the_longest_waiting_come_first_and_a_part_at_a_time(
    operator: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.accepted)
    callback = deployed.load("callback")
    for number in range(7):
        clock.shift(1)
        callback(callback_event(SUNOAPI, f"{CANARY} {number}"))
    command = {"command": "inspect", "where": "quarantine", "limit": 3}

    first = operator(command)
    second = operator({**command, "since": first["entries"][-1]["since"]})

    times = [entry["since"] for page in (first, second) for entry in page["entries"]]
    assert times == sorted(times)
    assert len({*times}) == 5
    assert first["more"]
    assert first["counts"]["quarantine"] == 7


def test_a_job_that_nobody_knows_is_said_so(operator: Function) -> None:
    with pytest.raises(UnknownResourceError):
        operator({"command": "reread", **JOB})


def test_another_jobs_quarantine_is_left_alone(operator: Function, deployed: Deployed) -> None:
    other = SAMPLES["apikley"]
    deployed.store(SUNOAPI.accepted)
    deployed.store(other.accepted)
    deployed.load("callback")(callback_event(other, CANARY))

    operator({"command": "dismiss", "where": "quarantine", **JOB})

    assert [entry["job_id"] for entry in listed(operator)] == [other.job_id]
