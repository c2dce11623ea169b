"""POST /v1/jobs before a gate: a rate that is used up, and a circuit that opens and closes."""

import socket
from datetime import datetime

import pytest
from time_machine import Traveller

from cliphook.domain.gate import CALLS_MIN
from tests.support.deployed import Deployed
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.routing import RATE, Job, Traffic, asked, reasons
from tests.support.samples import sample

CREATE = "/sunoapi/api/v1/generate"
OTHER_CREATE = "/apikley/api/v1/generate"


@pytest.fixture
def traffic(deployed: Deployed) -> Traffic:
    """Have two providers to choose from, of which sunoapi is the one with a price."""
    return Traffic(deployed)


def test_a_job_above_the_rate_waits_for_a_turn_of_its_own(
    traffic: Traffic, clock: Traveller
) -> None:
    for _ in range(RATE):
        assert traffic.submit(model="sunoapi/V5")["status"] == "accepted"

    job = traffic.submit(model="sunoapi/V5")

    assert (job["status"], job["attempts"], job["error"]) == ("queued", [], None)
    full = "sunoapi: its rate is used up"
    assert (job["waiting"]["provider"], job["waiting"]["reason"]) == ("sunoapi", full)
    # A window of ten seconds, and two because a slot may be used late.
    assert datetime.fromisoformat(job["waiting"]["until"]) == at(60 + 10 + 2)
    assert traffic.creates("sunoapi") == RATE
    clock.move_to(job["waiting"]["until"])
    job = traffic.dispatch(job)
    assert (job["status"], reasons(job)) == ("accepted", [f"its turn came: {full}"])
    assert job["waiting"] is None


def test_a_job_that_need_not_wait_goes_past_a_rate_that_is_used_up(traffic: Traffic) -> None:
    for _ in range(RATE):
        traffic.submit(model="sunoapi/V5")

    job = traffic.submit()

    assert asked(job) == [("apikley", "accepted", None)]
    assert reasons(job) == ["sunoapi: its rate is used up"]


def test_past_a_rate_that_is_used_up_nobody_is_asked_inside_the_request_who_takes_minutes(
    traffic: Traffic,
) -> None:
    for _ in range(RATE):
        traffic.submit(model="sunoapi/V4")

    job = traffic.submit(model="suno-v4", routing={"providers": ["sunoapi", "infery"]})

    assert (job["status"], job["attempts"]) == ("queued", [])
    assert job["waiting"]["provider"] == "infery"
    assert job["waiting"]["reason"] == "infery may take minutes to answer"
    assert traffic.due_at(job) == at(60)


@pytest.fixture
def broken(traffic: Traffic) -> Traffic:
    """Have so many calls to sunoapi fail that the last of them opens its circuit."""
    traffic.fail("sunoapi", CALLS_MIN - 1)
    assert traffic.health("sunoapi")["circuit"] == "closed"
    traffic.without("sunoapi").submit(model="sunoapi/V5")
    return traffic


def test_an_open_circuit_is_shown_with_its_end(broken: Traffic) -> None:
    assert broken.health("sunoapi") == {
        "status": "down",
        "circuit": "open",
        "calls": CALLS_MIN,
        "failures": CALLS_MIN,
        "retry_at": "2026-11-21T09:01:30Z",
    }
    assert broken.health("apikley")["circuit"] == "closed"


def test_behind_an_open_circuit_jobs_go_elsewhere_and_say_why(broken: Traffic) -> None:
    job = broken.submit(model="suno-v5")

    assert asked(job) == [("apikley", "accepted", None)]
    assert reasons(job)[0].endswith("; asked before sunoapi (down)")
    assert broken.creates("sunoapi") == 0


def test_a_job_that_was_on_its_way_leaves_an_open_circuit_aside(
    traffic: Traffic, clock: Traveller
) -> None:
    # It waits for its second attempt there while others see to it that the circuit opens.
    traffic.deployed.host.answers[CREATE] = answer(sample("sunoapi", "refused_430"))
    traffic.deployed.host.answers[OTHER_CREATE] = answer(sample("apikley", "refused_429"))
    job = traffic.dispatch(traffic.submit(routing={"providers": ["sunoapi", "apikley"]}))
    clock.move_to(at(61))
    traffic.fail("sunoapi", CALLS_MIN - 1)
    assert traffic.health("sunoapi")["circuit"] == "open"
    traffic.deployed.host.answers[OTHER_CREATE] = answer(sample("apikley", "created"))

    clock.move_to(at(60 + 6))
    job = traffic.dispatch(job)

    assert asked(job)[-1] == ("apikley", "accepted", None)
    assert "sunoapi: its circuit is open" in reasons(job)[-1]


def test_behind_an_open_circuit_a_bound_job_waits_and_one_call_closes_it(
    broken: Traffic, clock: Traveller
) -> None:
    clock.move_to(at(61))
    job = broken.submit(model="sunoapi/V5")
    assert job["status"] == "queued"
    assert job["waiting"] == {
        "provider": "sunoapi",
        "until": "2026-11-21T09:01:30Z",
        "reason": "sunoapi: its circuit is open",
    }
    during: list[Job] = []
    taken = broken.deployed.host.answers[CREATE]

    def ask_once_more(connection: socket.socket) -> None:
        during.append(broken.submit(model="sunoapi/V5"))
        assert isinstance(taken, bytes)
        connection.sendall(taken)

    broken.deployed.host.answers[CREATE] = ask_once_more
    clock.move_to(at(60 + 30))
    assert broken.health("sunoapi")["circuit"] == "half_open"

    job = broken.dispatch(job)

    assert asked(job) == [("sunoapi", "accepted", None)]
    (other,) = during
    assert (other["status"], other["attempts"]) == ("queued", [])
    assert other["waiting"]["reason"] == "sunoapi: its circuit lets one call try"
    assert broken.health("sunoapi") == {
        "status": "good",
        "circuit": "closed",
        "calls": 1,
        "failures": 0,
        "retry_at": None,
    }
    broken.deployed.host.answers[CREATE] = taken
    assert asked(broken.submit(model="suno-v5")) == [("sunoapi", "accepted", None)]


def test_a_probe_that_fails_leaves_the_circuit_open_for_as_long_again(
    broken: Traffic, clock: Traveller
) -> None:
    clock.move_to(at(61))
    job = broken.submit(model="sunoapi/V5")
    clock.move_to(at(60 + 30))

    job = broken.without("sunoapi").dispatch(job)

    assert asked(job) == [("sunoapi", "unsent", "provider_unreachable")]
    told = broken.health("sunoapi")
    assert (told["circuit"], told["retry_at"]) == ("open", "2026-11-21T09:02:00Z")
