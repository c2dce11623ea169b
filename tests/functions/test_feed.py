"""GET /v1/events and /v1/jobs/{id}/events, by whole events: what became of jobs, without a gap."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.domain.api_key import Scope
from cliphook.runtime import paging
from tests.support.deployed import Answer, Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import JOB
from tests.support.problems import problem
from tests.support.sample_world import KEY, OTHER_KEY, SAMPLES, key_of, stored_key

SUNOAPI = SAMPLES["sunoapi"]
IDS = [event.id for change in SUNOAPI.complete for event in change.events]


@pytest.fixture
def feed(deployed: Deployed) -> Function:
    return deployed.load("feed")


@pytest.fixture
def published(deployed: Deployed) -> Deployed:
    """Have a job whose music is complete, and all of its events announced."""
    deployed.store(SUNOAPI.complete)
    deployed.load("publish")(load("publish", "everything"))
    return deployed


def ask(feed: Function, key: str = KEY, **query: str) -> Answer:
    return feed.answer(query_event("GET /v1/events", "/v1/events", query, key=key))


def ask_job(feed: Function, job_id: str, key: str = KEY, **query: str) -> Answer:
    route, path = "GET /v1/jobs/{id}/events", f"/v1/jobs/{job_id}/events"
    return feed.answer(query_event(route, path, query, key=key))


def ids(answered: Answer) -> list[str]:
    assert answered.status == HTTPStatus.OK
    return [event["id"] for event in answered.json["data"]]


def test_the_feed_shows_what_the_bus_has_heard(feed: Function, published: Deployed) -> None:
    answered = feed.answer(load("feed", "events"))

    heard = [one["detail"] for one in published.heard() if one["source"] == "cliphook"]
    assert [event["id"] for event in answered.json["data"]] == IDS
    assert answered.json["data"] == sorted(heard, key=lambda detail: detail["seq"])
    assert answered.json["next_cursor"] is None


@pytest.mark.usefixtures("published")
def test_pages_lead_from_the_first_event_to_the_last(feed: Function) -> None:
    first = ask(feed, limit="2")
    assert (ids(first), first.json["next_cursor"]) == (IDS[:2], IDS[1])

    last = ask(feed, limit="2", after=first.json["next_cursor"])

    assert (ids(last), last.json["next_cursor"]) == (IDS[2:], None)
    assert ids(feed.answer(load("feed", "next_page"))) == IDS[1:]


@pytest.mark.usefixtures("published")
def test_a_page_holds_no_more_than_an_answer_may(
    feed: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paging, "PAGE_MAX_BYTES", 10)

    page = ask(feed)

    assert (ids(page), page.json["next_cursor"]) == (IDS[:1], IDS[0])
    assert ids(ask(feed, after=IDS[0], limit="1")) == IDS[1:2]


def test_what_the_bus_does_not_take_stands_in_the_feed(feed: Function, deployed: Deployed) -> None:
    deployed.store(SUNOAPI.complete)
    deployed.load("publish", BUS_NAME="nobody")(load("publish", "everything"))

    assert ids(ask(feed)) == IDS


def test_a_batch_that_comes_again_adds_nothing_to_the_feed(
    feed: Function, published: Deployed
) -> None:
    published.load("publish")(load("publish", "everything"))
    published.load("sweep")(load("sweep", "minute"))

    assert ids(ask(feed)) == IDS


def test_what_only_the_sweep_announces_stands_in_the_feed(
    feed: Function, deployed: Deployed, clock: Traveller
) -> None:
    deployed.store(SUNOAPI.complete)
    clock.shift(timedelta(minutes=10))
    deployed.load("sweep")(load("sweep", "minute"))

    assert set(IDS) <= set(ids(ask(feed)))


def test_a_job_tells_its_events_before_anybody_has_announced_them(
    feed: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.complete)

    told = feed.answer(load("feed", "job")).json

    assert [event["seq"] for event in told["data"]] == [*range(1, len(IDS) + 1)]
    assert [event["id"] for event in told["data"]] == IDS
    rest = ask_job(feed, SUNOAPI.job_id, after=IDS[0], limit="1")
    assert (ids(rest), rest.json["next_cursor"]) == (IDS[1:2], IDS[1])


def test_what_a_newer_version_wrote_into_an_event_is_shown(
    feed: Function, deployed: Deployed
) -> None:
    deployed.store(SUNOAPI.complete)
    row = next(row for row in deployed.rows("EVENT") if row["event_id"] == IDS[0])
    detail = row["detail"].replace('{"id"', '{"newer": {"a": [1]}, "id"')
    aws.dynamodb().update_item(
        TableName=deployed.table,
        Key={"pk": {"S": row["pk"]}, "sk": {"S": row["sk"]}},
        UpdateExpression="SET detail = :detail",
        ExpressionAttributeValues={":detail": {"S": detail}},
    )

    assert ask_job(feed, SUNOAPI.job_id, limit="1").json["data"][0]["newer"] == {"a": [1]}


WRONG: Mapping[str, tuple[dict[str, str], str]] = {
    "no event": ({"after": "17"}, "after"),
    "a job": ({"after": SUNOAPI.job_id}, "after"),
    "no text": ({"after": ""}, "after"),
    "nobody's event": ({"after": f"evt_{IDS[0][4:14]}{'Z' * 16}"}, "after"),
    "no number": ({"limit": "many"}, "limit"),
    "too many": ({"limit": "101"}, "limit"),
}


@pytest.mark.parametrize(("query", "field"), WRONG.values(), ids=WRONG)
@pytest.mark.usefixtures("published")
def test_a_question_that_breaks_rules_is_refused_with_its_field(
    query: dict[str, str], field: str, feed: Function
) -> None:
    for answered in (ask(feed, **query), ask_job(feed, SUNOAPI.job_id, **query)):
        body = problem(answered, HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")
        assert [error["field"] for error in body["errors"]] == [field]


@pytest.mark.usefixtures("published")
def test_to_go_on_after_an_event_of_last_month_is_gone(feed: Function, clock: Traveller) -> None:
    clock.shift(timedelta(days=30, hours=23))
    assert ids(ask(feed, after=IDS[0])) == IDS[1:]
    clock.shift(timedelta(days=1))

    problem(ask(feed, after=IDS[0]), HTTPStatus.GONE, "cursor_expired")
    assert ids(ask(feed)) == []
    # A job's own events are kept as long as the job.
    assert ids(ask_job(feed, SUNOAPI.job_id, after=IDS[0])) == IDS[1:]


@pytest.mark.usefixtures("published")
def test_another_account_sees_none_of_it(feed: Function) -> None:
    assert ids(ask(feed, OTHER_KEY)) == []
    problem(ask(feed, OTHER_KEY, after=IDS[0]), HTTPStatus.UNPROCESSABLE_ENTITY, "invalid_request")


@pytest.mark.parametrize("job_id", [JOB, "job_1", "x" * 3000])
@pytest.mark.usefixtures("published")
def test_a_job_that_nobody_has_is_as_unknown_as_anothers(job_id: str, feed: Function) -> None:
    problem(ask_job(feed, job_id), HTTPStatus.NOT_FOUND, "not_found")
    problem(ask_job(feed, SUNOAPI.job_id, OTHER_KEY), HTTPStatus.NOT_FOUND, "not_found")


def test_it_takes_a_key_that_may_read_jobs(feed: Function, deployed: Deployed) -> None:
    number = 3
    keys = DynamoDbKeys(deployed.table, aws.dynamodb())
    others = tuple(scope for scope in Scope if scope is not Scope.JOBS_READ)
    keys.add(stored_key(number, scopes=others), "test")

    for answered in (ask(feed, key_of(number)), ask_job(feed, JOB, key_of(number))):
        problem(answered, HTTPStatus.FORBIDDEN, "missing_scope")
    problem(feed.answer(load("feed", "without_key")), HTTPStatus.UNAUTHORIZED, "unauthenticated")
