"""GET /v1/jobs…, by whole events: what an account sees of its jobs."""

from datetime import timedelta
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import pytest

from cliphook.domain.change import begin
from cliphook.domain.ids import JobId, make_id
from cliphook.domain.job import JobError
from cliphook.domain.report import Failure, Said, Via
from cliphook.domain.request import MusicRequest
from tests.support.deployed import PUBLIC_URL, Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import START, at, new_job
from tests.support.sample_world import KEY, LYRICS, OTHER_KEY, PROMPT, SAMPLES
from tests.support.samples import TUNES

SUNOAPI = SAMPLES["sunoapi"]


@pytest.fixture
def query(deployed: Deployed) -> Function:
    return deployed.load("query")


def ask_job(job_id: str, key: str = KEY) -> dict[str, Any]:
    return query_event("GET /v1/jobs/{id}", f"/v1/jobs/{job_id}", key=key)


def test_health_needs_no_key(query: Function) -> None:
    answered = query.answer(load("query", "health"))

    assert (answered.status, answered.json) == (HTTPStatus.OK, {"status": "ok"})


def test_a_job_is_shown_whole(query: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)

    answered = query.answer(load("query", "job"))

    assert answered.status == HTTPStatus.OK
    job = answered.json
    asked = job["request"]
    assert (asked["prompt"], asked["model"]) == (PROMPT, "sunoapi/V5")
    assert (job["id"], job["status"], job["stage"]) == (SUNOAPI.job_id, "complete", "complete")
    assert job["stages"] == {"complete": "2026-11-21T09:00:40Z"}
    assert job["provider_task_id"] == TUNES["sunoapi"].task_id
    assert [clip["status"] for clip in job["clips"]] == ["ready", "ready"]
    assert [clip["index"] for clip in job["clips"]] == [0, 1]
    assert [attempt["status"] for attempt in job["attempts"]] == ["accepted"]
    assert job["billing"] == {"charged": "0.0000", "refunded": "0.0000", "currency": "credits"}
    assert job["links"] == {"self": f"{PUBLIC_URL}/v1/jobs/{SUNOAPI.job_id}"}
    assert (job["error"], job["metadata"], job["done"]) == (None, {}, False)


def test_an_answer_may_be_held_only_for_a_job_that_is_under_way(
    query: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, _failed()))
    event = ask_job(SUNOAPI.job_id)

    answered = query.answer(event | {"headers": event["headers"] | {"prefer": "wait=25"}})

    # The clock stands still in here: whoever waited would wait for ever.
    assert answered.json["done"] is True


def _failed() -> Said:
    return Said(1, Failure(None, JobError("content_policy", "No.", "400")), Via.POLL, at(30))


def test_why_a_job_failed_is_said(query: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.story(*SUNOAPI.opening, _failed()))

    job = query.answer(load("query", "job")).json

    expected = {"code": "content_policy", "message": "No.", "provider_code": "400"}
    assert (job["status"], job["error"]) == ("failed", expected)


def newest_first(deployed: Deployed, count: int) -> list[str]:
    ids: list[str] = []
    for number in range(count):
        created_at = START + timedelta(minutes=number)
        job_id = JobId(make_id("job", created_at, bytes(10)))
        deployed.store((begin(new_job(id=job_id, created_at=created_at)),))
        ids.append(job_id)
    return ids[::-1]


def test_jobs_are_listed_newest_first(query: Function, deployed: Deployed) -> None:
    ids = newest_first(deployed, 3)

    listed = query.answer(load("query", "jobs")).json

    assert [job["id"] for job in listed["data"]] == ids
    assert listed["next_cursor"] is None


def test_pages_follow_each_other_by_their_cursor(query: Function, deployed: Deployed) -> None:
    ids = newest_first(deployed, 5)
    found: list[str] = []
    cursor = None

    while len(found) < 5:
        asked = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
        page = query.answer(query_event("GET /v1/jobs", "/v1/jobs", asked)).json
        found += [job["id"] for job in page["data"]]
        cursor = page["next_cursor"]

    assert found == ids
    assert cursor is None


def test_a_page_has_twenty_jobs_unless_another_number_is_asked_for(
    query: Function, deployed: Deployed
) -> None:
    newest_first(deployed, 21)

    assert len(query.answer(load("query", "jobs")).json["data"]) == 20


def test_another_accounts_jobs_are_not_listed(query: Function, deployed: Deployed) -> None:
    newest_first(deployed, 2)

    listed = query.answer(query_event("GET /v1/jobs", "/v1/jobs", key=OTHER_KEY)).json

    assert listed == {"data": [], "next_cursor": None}


def test_what_is_asked_for_is_shown_as_it_was_asked_for(
    query: Function, deployed: Deployed
) -> None:
    request = MusicRequest(
        lyrics=LYRICS, style="folk", title="Käfer ♪", style_weight=Decimal("0.65")
    )
    deployed.store((begin(new_job(id=SUNOAPI.job_id, request=request)),))

    shown = query.answer(load("query", "job")).json["request"]

    asked = {"lyrics": LYRICS, "style": "folk", "title": "Käfer ♪", "style_weight": 0.65}
    assert asked.items() <= shown.items()
    assert "prompt" not in shown
