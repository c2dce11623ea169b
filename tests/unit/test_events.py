"""The generated events are what would be written now, and the bus keeps to its schemas."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from cliphook.adapters.documents import write_event
from cliphook.domain.change import Change
from cliphook.domain.event import ANNOUNCED, Event
from cliphook.domain.job import JobError
from cliphook.domain.report import Accepted, Failure
from tests.support import bus_examples, bus_schemas, event_files
from tests.support.histories import histories
from tests.support.lambda_events import ROOT
from tests.support.makers import at
from tests.support.sample_world import SAMPLES

EXAMPLES = [*bus_examples.events()]
type Schema = Mapping[str, Any]
type Judges = Mapping[str, Draft202012Validator]


@pytest.fixture(scope="module")
def schemas() -> dict[str, Schema]:
    return {schema["title"]: schema for schema in bus_schemas.schemas().values()}


@pytest.fixture(scope="module")
def judges(schemas: dict[str, Schema]) -> Judges:
    return {title: Draft202012Validator(closed(schema)) for title, schema in schemas.items()}


def closed(schema: Any) -> Any:
    """Allow no field that is not written down, though subscribers are to allow them."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: closed(part) for name, part in schema.items()}
    return inner | ({"additionalProperties": False} if "properties" in inner else {})


def complaints(judge: Draft202012Validator, detail: object) -> list[str]:
    return [error.message for error in judge.iter_errors(detail)]


def test_generated_files_are_up_to_date() -> None:
    generated = [path for part in event_files.GENERATED for path in (ROOT / part).rglob("*.*")]
    found = {path: path.read_text() for path in [*generated, event_files.ASYNCAPI]}

    assert found == event_files.files(), "run `make events`"


def test_every_type_that_is_announced_has_a_schema(schemas: dict[str, Schema]) -> None:
    jobs = {f"job.{status}" for status in ANNOUNCED}

    assert schemas.keys() == jobs | {"clip.archived", "clip.archive_failed", "clip.recovered"}


@pytest.mark.parametrize("name", bus_schemas.MEANINGS)
def test_a_schema_is_one_and_has_examples_that_fit(
    name: str, schemas: dict[str, Schema], judges: Judges
) -> None:
    schema = schemas[name]

    Draft202012Validator.check_schema(schema)

    assert schema["examples"]
    for example in schema["examples"]:
        assert complaints(judges[name], example) == []


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: f"{event.type}-{event.seq}")
def test_what_is_announced_fits_its_schema(event: Event, judges: Judges) -> None:
    assert complaints(judges[event.type], write_event(event)) == []


def test_an_answer_that_tells_of_a_failure_fits_as_well(judges: Judges) -> None:
    told = SAMPLES["sunoapi"]
    error = JobError("generation_failed", "The provider could not make it.")
    answer = Accepted(1, None, at(2), Failure(None, error))

    events = told.story(told.opening[0], answer)[-1].events

    assert [event.type for event in events] == ["job.accepted", "job.failed"]
    for event in events:
        assert complaints(judges[event.type], write_event(event)) == []


@settings(max_examples=100)
@given(history=histories())
def test_whatever_happens_is_announced_as_its_schema_says(
    history: tuple[Change, ...], judges: Judges
) -> None:
    for event in (event for change in history for event in change.events):
        detail = write_event(event)

        assert complaints(judges[event.type], detail) == []
        at = datetime.fromisoformat(str(detail["occurred_at"]))
        assert at.tzinfo == UTC


@pytest.mark.parametrize("name", ["prompt", "lyrics", "audio_url"])
def test_a_field_that_nobody_wrote_down_would_be_noticed(name: str, judges: Judges) -> None:
    event = next(event for event in EXAMPLES if event.clips)
    detail: Any = write_event(event)

    for place in (detail, detail["job"], detail["clips"][0]):
        place[name] = "secret"
        assert complaints(judges[event.type], detail)
        del place[name]
