"""What a consumer's tests look for in a job and its events is seen where it is missing."""

from collections.abc import Callable
from typing import Any

import pytest

from cliphook.adapters.api_response import show_job
from cliphook.adapters.documents import write_event
from cliphook.domain.report import ClipArchived, ClipLost, Report, Said, Via
from cliphook.domain.status import Stage
from local.witness import SOURCE
from tests.support import bus_watch, job_schema
from tests.support.bus_examples import REFUSED
from tests.support.makers import at, passport
from tests.support.sample_world import SAMPLES
from tests.support.samples import TUNES

type Told = tuple[dict[str, Any], list[dict[str, Any]]]

SAMPLE = SAMPLES["sunoapi"]
ONE, TWO = TUNES["sunoapi"].clips
TEXT = Said(1, TUNES["sunoapi"].at(Stage.TEXT, ONE, TWO), Via.CALLBACK, at(10))
LIVES: dict[str, tuple[Report, ...]] = {
    "archived": (
        *(*SAMPLE.opening, TEXT, SAMPLE.whole),
        ClipArchived(ONE.provider_clip_id, passport("one", 50), at(50)),
        ClipArchived(TWO.provider_clip_id, passport("two", 51), at(51)),
    ),
    "complete": (
        *(*SAMPLE.opening, TEXT, SAMPLE.whole),
        ClipLost(ONE.provider_clip_id, "http_404", at(50)),
        ClipLost(TWO.provider_clip_id, "http_404", at(51)),
    ),
    "failed": (SAMPLE.opening[0], REFUSED),
}

lives = pytest.mark.parametrize("life", LIVES)


def told(life: str) -> Told:
    """Tell a life as the API and the bus do."""
    story = SAMPLE.story(*LIVES[life])
    events = [write_event(event) for change in story for event in change.events]
    job: Any = dict(show_job(story[-1].job, "http://127.0.0.1"))
    assert job["status"] == life
    return job, [
        {"source": SOURCE, "detail-type": event["type"], "detail": dict(event)} for event in events
    ]


@lives
def test_a_job_that_is_well_told_gives_no_cause_for_complaint(life: str) -> None:
    job, events = told(life)

    assert [*bus_watch.complaints(job, [*events, *events[::-1]])] == []
    assert job_schema.complaints(job) == []


@lives
def test_an_event_that_is_missing_is_noticed(life: str) -> None:
    job, events = told(life)

    for lost in events:
        assert [*bus_watch.complaints(job, [one for one in events if one is not lost])], lost


@lives
def test_an_event_that_comes_as_two_is_noticed(life: str) -> None:
    job, events = told(life)

    for event in events:
        copy = {**event["detail"], "id": "evt_" + "0" * 26, "seq": len(events) + 1}
        assert [*bus_watch.complaints(job, [*events, event | {"detail": copy}])], event


@lives
def test_events_in_another_order_are_noticed(life: str) -> None:
    job, events = told(life)

    backwards = [
        event | {"detail": event["detail"] | {"seq": len(events) - place}}
        for place, event in enumerate(events)
    ]

    assert [*bus_watch.complaints(job, backwards)]


@lives
@pytest.mark.parametrize(
    "spoil",
    [
        lambda event: event | {"source": "somebody"},
        lambda event: event | {"detail-type": "job.text"},
        lambda event: event | {"detail": event["detail"] | {"account_id": "me"}},
        lambda event: event | {"detail": event["detail"] | {"seq": 0}},
        lambda event: event | {"detail": event["detail"] | {"job": {}}},
    ],
    ids=["source", "type", "account", "number", "job"],
)
def test_an_event_of_another_shape_is_noticed(life: str, spoil: Callable[[Any], Any]) -> None:
    job, events = told(life)

    assert [*bus_watch.complaints(job, [spoil(events[0]), *events[1:]])]


def test_a_stage_that_was_announced_and_is_not_on_record_is_noticed() -> None:
    job, events = told("archived")

    assert [*bus_watch.complaints(job | {"stages": {"complete": "…"}}, events)]


@lives
def test_a_field_more_or_less_is_noticed_wherever_it_is(life: str) -> None:
    job, _ = told(life)

    for part in (job, job["billing"], job["attempts"][0], *job["clips"], job["error"] or job):
        for name in [*part]:
            value = part.pop(name)
            assert job_schema.complaints(job), name
            part[name] = value
        part["more"] = 1
        assert job_schema.complaints(job)
        del part["more"]
    assert job_schema.complaints(job) == []
