"""What was promised of events is kept: a published schema changes by optional names alone."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.support import bus_contract, bus_schemas, event_files

NAME = "clip.archived.v1.json"

type Schema = dict[str, Any]
type Change = Callable[[Schema], object]


def clip(schema: Schema) -> Schema:
    found: Schema = schema["properties"]["clips"]["items"]
    return found


def rename(schema: Schema) -> None:
    properties = clip(schema)["properties"]
    properties["length_s"] = properties.pop("duration_s")


def told(change: Change) -> list[str]:
    """Say what is complained of when a schema is changed like this."""
    generated = {**bus_schemas.schemas()}
    changed = deepcopy(dict(generated[NAME]))
    change(changed)
    generated[NAME] = changed
    return bus_contract.broken(event_files.published(), generated)


def job(schema: Schema) -> Schema:
    found: Schema = schema["properties"]["job"]
    return found


def test_what_is_announced_now_keeps_what_was_promised() -> None:
    assert bus_contract.broken(event_files.published(), bus_schemas.schemas()) == []


def test_what_is_announced_now_is_published() -> None:
    now = {name: bus_contract.promised(one) for name, one in bus_schemas.schemas().items()}

    assert now.items() <= event_files.published().items(), "run `make events`"


BREAKING: dict[str, Change] = {
    "a name goes": lambda one: job(one)["properties"].pop("operation"),
    "a name is another": rename,
    "a name of an object in a list goes": lambda one: clip(one)["properties"].pop("late"),
    "what was always there need not be": lambda one: job(one)["required"].remove("done"),
    "what was not must be": lambda one: job(one)["required"].append("error"),
    "a new name must be there": lambda one: one["required"].append("region"),
    "a type is wider": lambda one: job(one)["properties"]["model"].update(type=["string", "null"]),
    "a type is narrower": lambda one: clip(one)["properties"]["title"].update(type="string"),
    "a type is another": lambda one: one["properties"]["seq"].update(type="string"),
    "a value is no longer among several": lambda one: job(one)["properties"]["stage"]["enum"].pop(),
    "a value comes to several": lambda one: job(one)["properties"]["operation"]["enum"].append("x"),
    "a text is free": lambda one: one["properties"]["id"].pop("pattern"),
    "a text is bound": lambda one: job(one)["properties"]["provider"].update(pattern="^a"),
    "an instant is any text": lambda one: one["properties"]["occurred_at"].pop("format"),
    "a number may be less": lambda one: one["properties"]["seq"].update(minimum=0),
    "there may be more of it": lambda one: one["properties"]["clips"].update(maxItems=2),
    "a list is of other things": lambda one: clip(one)["properties"]["defects"]["items"].update(
        type="integer"
    ),
    "a list is of anything": lambda one: clip(one)["properties"]["defects"].pop("items"),
    "what is not known is refused": lambda one: one.update(additionalProperties=False),
}


@pytest.mark.parametrize("change", BREAKING.values(), ids=BREAKING)
def test_a_change_that_breaks_somebody_needs_the_next_version(change: Change) -> None:
    complaints = told(change)

    assert complaints
    for complaint in complaints:
        assert complaint.startswith(f"{NAME}: detail")
        assert "Raise EVENT_VERSION" in complaint


HARMLESS: dict[str, Change] = {
    "a name may come": lambda one: one["properties"].update(region={"type": "string"}),
    "so may one in a list": lambda one: clip(one)["properties"].update(bpm={"type": "number"}),
    "other words": lambda one: job(one).update(description="Another."),
    "other examples": lambda one: one.update(examples=[]),
    "another order": lambda one: one["required"].reverse(),
}


@pytest.mark.parametrize("change", HARMLESS.values(), ids=HARMLESS)
def test_a_name_that_may_be_there_breaks_nobody(change: Change) -> None:
    assert told(change) == []


def test_the_next_version_may_be_anything() -> None:
    generated = {name.replace(".v1.", ".v2."): {"type": "string"} for name in bus_schemas.schemas()}

    assert bus_contract.broken(event_files.published(), generated) == []


def test_a_type_that_is_announced_no_more_breaks_somebody() -> None:
    generated = {**bus_schemas.schemas()}
    del generated[NAME]

    (complaint,) = bus_contract.broken(event_files.published(), generated)

    assert complaint == f"{NAME}: is not announced any more, in any version."


def test_what_breaks_a_promise_is_not_published(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = {**bus_schemas.schemas()}
    broken[NAME] = {"type": "string"}
    monkeypatch.setattr(bus_schemas, "schemas", lambda: broken)
    before = event_files.published()

    with pytest.raises(SystemExit, match="Raise EVENT_VERSION"):
        event_files.publish()

    assert event_files.published() == before
