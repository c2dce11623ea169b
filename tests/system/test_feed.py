"""The feed through the synthesized template: whoever lost half of what the bus told, reads it."""

import random
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.bring_up import Deployment
from local.demo import Client, Job
from tests.support import bus_watch
from tests.support.following import crowd, finish

# One that pushes, one that polls, and one that answers with the music.
MODELS = ("sunoapi/V5", "stratizon/suno-5.5", "infery/suno-v4")

type Detail = Mapping[str, Any]


def read(api: Client, path: str, after: str | None = None, limit: int = 3) -> Iterator[Detail]:
    """Page through a feed to its end."""
    while True:
        query = {"limit": str(limit)} | ({"after": after} if after else {})
        answer = api.http.get(path, params=query)
        assert answer.status_code == 200, answer.text
        yield from answer.json()["data"]
        after = answer.json()["next_cursor"]
        if after is None:
            return


@pytest.fixture(scope="module")
def started_after(deployment: Deployment) -> str | None:
    """The last event before any of these jobs."""
    with crowd(deployment.addresses, 1) as (api, _):
        ids = [event["id"] for event in read(api, "/v1/events", limit=100)]
    return ids[-1] if ids else None


@pytest.fixture(scope="module")
def heard(deployment: Deployment, started_after: str | None) -> Mapping[str, list[Detail]]:
    """What the bus told of each job, all of it."""
    assert started_after is None or started_after.startswith("evt_")
    with crowd(deployment.addresses, len(MODELS)) as (api, pool):
        jobs: list[Job] = [
            api.submit({"model": model, "prompt": "A quiet song of a mill"}) for model in MODELS
        ]
        done = [*pool.map(lambda job: finish(api, job), jobs)]
    heard = {job["id"]: bus_watch.listen(deployment.witness, job) for job in done}
    return {job_id: bus_watch.details(events) for job_id, events in heard.items()}


def test_a_consumer_that_lost_half_of_its_deliveries_converges_by_reading(
    heard: Mapping[str, list[Detail]], started_after: str | None, api: Client
) -> None:
    everything = {event["id"]: event for events in heard.values() for event in events}
    kept = random.Random(7).sample(sorted(everything), len(everything) // 2)
    known = {event_id: everything[event_id] for event_id in kept}

    told = [
        event for event in read(api, "/v1/events", started_after) if event["job"]["id"] in heard
    ]
    ids = [event["id"] for event in told]
    assert len(ids) == len({*ids})
    assert {event["id"]: event for event in told} | known == everything


def test_of_each_job_the_feed_has_every_number_in_its_order(
    heard: Mapping[str, list[Detail]], started_after: str | None, api: Client
) -> None:
    told = [*read(api, "/v1/events", started_after)]

    for job_id, events in heard.items():
        numbers = [event["seq"] for event in told if event["job"]["id"] == job_id]
        assert numbers == [*range(1, len(events) + 1)]


def test_a_job_tells_the_events_of_the_bus(heard: Mapping[str, list[Detail]], api: Client) -> None:
    for job_id, events in heard.items():
        assert [*read(api, f"/v1/jobs/{job_id}/events")] == events


def test_what_was_heard_is_a_place_to_go_on_from(
    heard: Mapping[str, list[Detail]], started_after: str | None, api: Client
) -> None:
    told = [event["id"] for event in read(api, "/v1/events", started_after)]

    for events in heard.values():
        place = told.index(events[-1]["id"])
        rest = [event["id"] for event in read(api, "/v1/events", events[-1]["id"])]
        assert rest[: len(told) - place - 1] == told[place + 1 :]
