"""POST /v1/jobs where one provider fails: who is asked next, when, and what the job says of it."""

from collections.abc import Mapping

import pytest
from time_machine import Traveller

from tests.support.deployed import Deployed
from tests.support.loopback import answer
from tests.support.makers import at
from tests.support.routing import Traffic, asked, reasons
from tests.support.samples import sample

CREATE = "/sunoapi/api/v1/generate"
BEST = "can honour every field; health good, price 10.0000"
# What sunoapi says no with, what that means, and how it was asked.
NOES = [
    ("refused_429", "provider_out_of_credit", "auto"),
    ("refused_429", "provider_out_of_credit", "suno-v5"),
    ("refused_401", "provider_unauthorized", "auto"),
    ("refused_413", "provider_rejected", "suno-v5"),
    ("refused_430", "provider_rate_limited", "auto"),
    ("refused_455", "provider_unavailable", "suno-v5"),
]
# Answers after which nobody can tell whether the job was taken.
DOUBTS: Mapping[str, bytes] = {
    "an error": answer(b"", 500),
    "a gateway's page": answer(b"<html>bad gateway</html>", 502),
    "no task": answer(b'{"code": 200, "msg": "success", "data": null}'),
    "half an answer": answer(b'{"code": 200, "data"', headers={"Content-Length": "90"}),
    "nothing at all": b"",
}
BOUND: Mapping[str, Mapping[str, object]] = {
    "no fallback": {"routing": {"fallback": False}},
    "family without fallback": {"model": "suno-v5", "routing": {"fallback": False}},
    "a named model": {"model": "sunoapi/V5"},
    "a named provider": {"routing": {"providers": ["sunoapi"]}},
}


@pytest.fixture
def traffic(deployed: Deployed) -> Traffic:
    """Have two providers to choose from, of which sunoapi is the one with a price."""
    return Traffic(deployed)


@pytest.mark.parametrize(("name", "code", "model"), NOES)
def test_whoever_is_refused_goes_to_the_next_one_at_once_and_says_why(
    name: str, code: str, model: str, traffic: Traffic
) -> None:
    traffic.deployed.host.answers[CREATE] = answer(sample("sunoapi", name))

    job = traffic.submit(model=model)

    assert asked(job) == [("sunoapi", "refused", code)]
    assert reasons(job) == [BEST]
    assert job["attempts"][0]["retry_at"] == job["attempts"][0]["answered_at"]
    job = traffic.dispatch(job)
    assert asked(job) == [("sunoapi", "refused", code), ("apikley", "accepted", None)]
    assert reasons(job)[1] == f"sunoapi ended with {code}"
    assert (job["status"], job["provider"], job["error"]) == ("accepted", "apikley", None)


def test_whoever_cannot_be_reached_is_passed_at_once(traffic: Traffic) -> None:
    traffic = traffic.without("sunoapi")

    job = traffic.dispatch(traffic.submit())

    unreachable = "provider_unreachable"
    assert asked(job) == [("sunoapi", "unsent", unreachable), ("apikley", "accepted", None)]
    assert reasons(job) == [BEST, f"sunoapi ended with {unreachable}"]


def test_a_job_that_everybody_refuses_fails_with_the_last_reason(traffic: Traffic) -> None:
    traffic.deployed.host.answers[CREATE] = answer(sample("sunoapi", "refused_429"))
    traffic.deployed.host.answers["/apikley/api/v1/generate"] = answer(
        sample("apikley", "refused_401")
    )
    only = {"providers": ["sunoapi", "apikley"]}

    job = traffic.dispatch(traffic.submit(routing=only))

    assert (job["status"], job["done"]) == ("failed", True)
    assert job["error"]["code"] == "provider_unauthorized"
    assert [code for _, _, code in asked(job)] == [
        "provider_out_of_credit",
        "provider_unauthorized",
    ]


@pytest.mark.parametrize("doubt", DOUBTS.values(), ids=DOUBTS)
def test_a_submission_in_doubt_is_never_followed_by_another(
    doubt: bytes, traffic: Traffic, clock: Traveller
) -> None:
    traffic.deployed.host.answers[CREATE] = doubt

    job = traffic.submit()

    assert asked(job) == [("sunoapi", "unknown", "submission_unknown")]
    assert traffic.orders(job) == []
    clock.move_to(at(600))
    assert asked(traffic.read(job)) == asked(job)
    assert (traffic.creates("sunoapi"), traffic.creates("apikley")) == (1, 0)


@pytest.mark.parametrize("fields", BOUND.values(), ids=BOUND)
def test_whoever_is_bound_to_one_provider_fails_with_its_reason(
    fields: Mapping[str, object], traffic: Traffic
) -> None:
    traffic.deployed.host.answers[CREATE] = answer(sample("sunoapi", "refused_429"))

    job = traffic.submit(**fields)

    assert (job["status"], job["error"]["code"]) == ("failed", "provider_out_of_credit")
    assert traffic.orders(job) == []
    assert traffic.creates("apikley") == 0


@pytest.mark.parametrize("fields", BOUND.values(), ids=BOUND)
def test_whoever_is_bound_to_a_busy_provider_asks_it_again(
    fields: Mapping[str, object], traffic: Traffic, clock: Traveller
) -> None:
    taken = traffic.deployed.host.answers[CREATE]
    traffic.deployed.host.answers[CREATE] = answer(sample("sunoapi", "refused_430"))
    job = traffic.submit(**fields)
    traffic.deployed.host.answers[CREATE] = taken

    clock.move_to(job["attempts"][0]["retry_at"])
    job = traffic.dispatch(job)

    assert asked(job) == [
        ("sunoapi", "refused", "provider_rate_limited"),
        ("sunoapi", "accepted", None),
    ]
    assert traffic.creates("apikley") == 0


def test_a_provider_that_answers_with_the_music_itself_is_not_asked_inside_the_request(
    traffic: Traffic,
) -> None:
    job = traffic.submit(model="infery/suno-v4")

    assert (job["status"], job["attempts"]) == ("queued", [])
    assert traffic.due_at(job) == at(60)
    assert traffic.deployed.host.requests == []
