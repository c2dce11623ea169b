"""Jobs between providers, through the synthesized template: who is asked, when, and why."""

import json
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import datetime, timedelta

import pytest

from local import demo, inspection
from local.bring_up import Deployment
from local.demo import Client, Job
from tests.system.jobs import attempts, done
from tests.system.simulators import asked, creates, order
from tests.system.steering import forget_calls, told

NOWHERE = "http://127.0.0.1:9"
SUBMITTERS = ("cliphook-local-submit", "cliphook-local-dispatch")
# The cheapest with every feature, the one after it, and what they publish of their rates.
CHEAPEST, NEXT = "sunoapi", "apikley"
BEST = "can honour every field; health good, price 10.0000"
RATE, SPAN = 20, timedelta(seconds=10)
BURST = 45
AT_ONCE = 8

# How the cheapest says no, what that means, and how it was asked.
REFUSED = [
    ("S4-no-credits", "provider_out_of_credit", "auto"),
    ("refuse-frequency", "provider_rate_limited", "auto"),
    ("refuse-maintenance", "provider_unavailable", "suno-v5"),
]
BOUND: Mapping[str, Mapping[str, object]] = {
    "no-fallback": {"model": "suno-v5", "routing": {"fallback": False}},
    "named": {"model": "sunoapi/V5"},
}
BROKE, BUSY = "S4-no-credits", "S5-rate-limited-then-ok"
# After these nobody can tell whether the job was taken; in the second half it was.
DOUBTFUL = [
    "S7-error-before-accept",
    "S9-html-502",
    "S7-timeout-before-accept",
    "S8-error-after-accept",
    "S8-cut-after-accept",
    "S8-no-task-id",
]


def words(name: str) -> str:
    """Write a sentence that no other test writes."""
    return f"A river of {name} in the morning"


def test_a_provider_that_is_down_is_passed_and_the_job_says_why(
    deployment: Deployment, api: Client
) -> None:
    forget_calls(deployment)
    urls = json.dumps(deployment.addresses.simulators | {CHEAPEST: NOWHERE})
    with ExitStack() as stack:
        for function in SUBMITTERS:
            stack.enter_context(told(deployment, function, PROVIDER_URLS=urls))
        (job,) = done(api, [api.submit({"prompt": words("drought")})])

    unreachable = "provider_unreachable"
    assert attempts(job) == [(CHEAPEST, "unsent", unreachable), (NEXT, "accepted", None)]
    assert job["attempts"][1]["reason"] == f"{CHEAPEST} ended with {unreachable}"
    assert (job["status"], asked(deployment, words("drought"))) == ("archived", [NEXT])


@pytest.fixture(scope="module")
def doubtful(deployment: Deployment) -> Iterator[dict[str, Future[Job]]]:
    """Jobs whose submission has no usable answer. One takes as long as a provider may take."""
    with demo.client(deployment.addresses) as api, ThreadPoolExecutor(len(DOUBTFUL)) as pool:
        jobs = {
            name: pool.submit(api.submit, {"prompt": f"{words(name)} [[sim:{name}]]"})
            for name in DOUBTFUL
        }
        for name in DOUBTFUL:
            if "timeout" not in name:
                jobs[name].result()
        yield jobs


@pytest.fixture(scope="module")
def bound(deployment: Deployment) -> dict[tuple[str, str], Job]:
    """Jobs that may go to the cheapest provider alone, which is out of credit or busy."""
    forget_calls(deployment)
    with demo.client(deployment.addresses) as api:
        return {
            (name, scenario): api.submit(
                {"prompt": f"{words(name + scenario)} [[sim:{scenario}]]", **fields}
            )
            for name, fields in BOUND.items()
            for scenario in (BROKE, BUSY)
        }


@pytest.fixture(scope="module")
def refused(deployment: Deployment, doubtful: object, bound: object) -> dict[str, Job]:  # noqa: ARG001 - begun before
    """Jobs that the cheapest provider refuses, and no other."""
    jobs = []
    with demo.client(deployment.addresses) as api:
        for scenario, _, model in REFUSED:
            forget_calls(deployment)
            order(deployment, CHEAPEST, scenario)
            jobs.append(api.submit({"prompt": words(scenario), "model": model}))
        ended = done(api, jobs)
    return {scenario: job for (scenario, _, _), job in zip(REFUSED, ended, strict=True)}


@pytest.mark.parametrize(("scenario", "code", "model"), REFUSED)
def test_a_refused_job_goes_to_the_next_provider_at_once_and_says_why(
    scenario: str, code: str, model: str, deployment: Deployment, refused: dict[str, Job]
) -> None:
    job = refused[scenario]

    assert job["request"]["model"] == model
    assert attempts(job) == [(CHEAPEST, "refused", code), (NEXT, "accepted", None)]
    first, second = job["attempts"]
    assert [first["reason"], second["reason"]] == [BEST, f"{CHEAPEST} ended with {code}"]
    assert first["retry_at"] == first["answered_at"]
    assert (job["provider"], job["error"]) == (NEXT, None)
    assert asked(deployment, words(scenario)) == [CHEAPEST, NEXT]


def test_what_came_by_a_detour_is_kept_and_announced_like_all_else(
    deployment: Deployment, refused: dict[str, Job]
) -> None:
    found = inspection.complaints(
        [refused[scenario] for scenario, _, _ in REFUSED],
        aws=deployment.aws,
        bucket=deployment.addresses.bucket_name,
        witness=deployment.witness,
    )

    assert found == []


def test_the_catalogue_is_told_by_the_deployment(deployment: Deployment, api: Client) -> None:
    providers = api.http.get("/v1/providers").json()["data"]
    models = api.http.get("/v1/models").json()["data"]

    assert {row["name"] for row in providers} == deployment.addresses.simulators.keys()
    (cheapest,) = [row for row in models if row["id"] == f"{CHEAPEST}/V5"]
    assert cheapest["operations"]["generate"]["price"] == "10.0000"
    assert api.http.get("/v1/providers", headers={"Authorization": ""}).status_code == 401


@pytest.fixture(scope="module")
def burst(deployment: Deployment, refused: object) -> tuple[list[Job], list[Job]]:  # noqa: ARG001 - done with
    """More jobs for one provider than it takes at once: as they were answered, and their ends."""
    forget_calls(deployment)
    wanted = [{"model": f"{NEXT}/V5", "prompt": words(f"burst {n}")} for n in range(BURST)]
    with demo.client(deployment.addresses) as api, ThreadPoolExecutor(AT_ONCE) as pool:
        answered = [*pool.map(api.submit, wanted)]
        return answered, done(api, answered)


def test_of_more_jobs_than_a_provider_takes_none_is_refused_and_all_are_made(
    deployment: Deployment, burst: tuple[list[Job], list[Job]]
) -> None:
    _, ended = burst

    assert {job["status"] for job in ended} == {"archived"}
    assert {status for job in ended for _, status, _ in attempts(job)} == {"accepted"}
    entries = creates(deployment, NEXT)
    assert len(creates(deployment, NEXT, "burst")) == BURST
    assert {entry["code"] for entry in entries[-BURST:]} == {200}
    times = [datetime.fromisoformat(entry["at"]) for entry in entries]
    assert max(sum(at <= other < at + SPAN for other in times) for at in times) <= RATE


def test_whoever_waits_for_its_turn_is_told_for_whom_until_when_and_why(
    burst: tuple[list[Job], list[Job]],
) -> None:
    answered, ended = burst
    waiting = [job for job in answered if job["waiting"]]

    assert waiting
    reason = f"{NEXT}: its rate is used up"
    for job in waiting:
        told = job["waiting"]
        assert (job["status"], job["attempts"], job["error"]) == ("queued", [], None)
        assert (told["provider"], told["reason"]) == (NEXT, reason)
        assert datetime.fromisoformat(told["until"]) > datetime.fromisoformat(job["created_at"])
    assert {job["waiting"] for job in ended} == {None}
    # Whoever missed its turn may find the rate free when it comes.
    reasons = {attempt["reason"] for job in ended for attempt in job["attempts"]}
    # On a busy machine a slow answer may have strained somebody's health meanwhile.
    assert {told.replace(" strained,", " good,") for told in reasons} <= {
        BEST,
        f"its turn came: {reason}",
    }


@pytest.mark.parametrize("name", BOUND)
def test_a_bound_job_asks_nobody_else(
    name: str, deployment: Deployment, api: Client, bound: dict[tuple[str, str], Job]
) -> None:
    broke, late = done(api, [bound[name, BROKE], bound[name, BUSY]])

    assert (broke["status"], broke["error"]["code"]) == ("failed", "provider_out_of_credit")
    assert asked(deployment, words(name + BROKE)) == [CHEAPEST]
    assert late["status"] == "archived"
    assert attempts(late) == [
        *[(CHEAPEST, "refused", "provider_rate_limited")] * 2,
        (CHEAPEST, "accepted", None),
    ]
    assert asked(deployment, words(name + BUSY)) == [CHEAPEST] * 3


@pytest.mark.usefixtures("burst")
@pytest.mark.parametrize("name", DOUBTFUL)
def test_a_submission_in_doubt_is_never_followed_by_another(
    name: str, deployment: Deployment, api: Client, doubtful: dict[str, Future[Job]]
) -> None:
    job = api.job(doubtful[name].result()["id"])

    assert len(asked(deployment, words(name))) == 1
    (attempt,) = job["attempts"]
    assert (attempt["status"], attempt["retry_at"]) == ("unknown", None)
    assert attempt["error"]["code"] == "submission_unknown"
    was_taken = name.startswith("S8")
    assert (job["status"], job["done"]) == (
        ("archived", True) if was_taken else ("submitting", False)
    )
