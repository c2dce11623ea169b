"""The bus: what it takes, what it refuses, and how it says which."""

import json
from datetime import UTC, datetime
from typing import Any, Final

from tests.contract.aws.case import TAKEN, Book, Case, outcome
from tests.contract.aws.world import World

BOOK: Final = Book("buses")

INVALID: Final = "ValidationException"
FAR_TOO_LARGE: Final = 1024 * 1024 + 1


def entry(world: World, **changes: Any) -> dict[str, Any]:
    """Write an entry that there is nothing against; what is None is left out."""
    told = {
        "EventBusName": world.place.bus,
        "Source": "cliphook",
        "DetailType": "job.done",
        "Detail": "{}",
        "Time": datetime(2026, 3, 1, tzinfo=UTC),
    } | changes
    return {name: value for name, value in told.items() if value is not None}


def codes(world: World, *entries: dict[str, Any]) -> list[str]:
    """Tell what became of each entry."""
    answer = world.events.put_events(Entries=[*entries])
    return [result.get("ErrorCode", TAKEN) for result in answer["Entries"]]


# What is changed in an entry, and what becomes of it then.
ENTRIES: Final[dict[str, tuple[dict[str, Any], str]]] = {
    "an event is taken": ({}, TAKEN),
    "an event without a time is taken": ({"Time": None}, TAKEN),
    "an event with resources is taken": ({"Resources": ["arn:aws:s3:::x"]}, TAKEN),
    "a detail that is no JSON is refused": ({"Detail": "{"}, "MalformedDetail"),
    "a detail with a comma too many is refused": ({"Detail": '{"a": 1,}'}, "MalformedDetail"),
    "a detail that is no number of JSON's is refused": (
        {"Detail": '{"a": NaN}'},
        "MalformedDetail",
    ),
    "an event without a source is refused": ({"Source": None}, "InvalidArgument"),
    "an event with an empty source is refused": ({"Source": ""}, "InvalidArgument"),
    "an event without a type is refused": ({"DetailType": None}, "InvalidArgument"),
    "an event without a detail is refused": ({"Detail": None}, "InvalidArgument"),
    "nobody may speak for AWS": ({"Source": "aws.s3"}, "NotAuthorizedForSourceException"),
}


def _entry(world: World, changes: dict[str, Any]) -> object:
    return codes(world, entry(world, **changes))[0]


def _case(sentence: str, changes: dict[str, Any], seen: str) -> Case:
    return Case(f"{BOOK.service}: {sentence}", lambda world: _entry(world, changes), seen)


BOOK.cases.extend(_case(sentence, *told) for sentence, told in ENTRIES.items())


@BOOK.promise("each entry is judged by itself, in order", seen=[TAKEN, "MalformedDetail", TAKEN])
def _(world: World) -> object:
    return codes(world, entry(world), entry(world, Detail="no"), entry(world))


@BOOK.promise("the answer counts what was refused", seen=2)
def _(world: World) -> object:
    entries = [entry(world), entry(world, Detail="no"), entry(world, Source=None)]
    return world.events.put_events(Entries=entries)["FailedEntryCount"]


@BOOK.promise("what is taken has an id, what is refused has a code", seen=[True, False])
def _(world: World) -> object:
    answer = world.events.put_events(Entries=[entry(world), entry(world, Detail="no")])
    return ["EventId" in result and "ErrorCode" not in result for result in answer["Entries"]]


@BOOK.promise("no two events share an id", seen=10)
def _(world: World) -> object:
    answer = world.events.put_events(Entries=[entry(world) for _ in range(10)])
    return len({result["EventId"] for result in answer["Entries"]})


@BOOK.promise("eleven entries are refused", seen=INVALID)
def _(world: World) -> object:
    return outcome(world.events.put_events, Entries=[entry(world) for _ in range(11)])


@BOOK.promise("no entries are refused before they are sent", seen="ParamValidationError")
def _(world: World) -> object:
    return outcome(world.events.put_events, Entries=[])


@BOOK.promise("more than a MiB is refused whole", seen=INVALID)
def _(world: World) -> object:
    large = entry(world, Detail=json.dumps({"a": "x" * FAR_TOO_LARGE}))
    return outcome(world.events.put_events, Entries=[entry(world), large])


@BOOK.promise("a call of nearly 256 KiB is taken", seen=[TAKEN, TAKEN])
def _(world: World) -> object:
    large = json.dumps({"a": "x" * 127 * 1024})
    return codes(world, entry(world, Detail=large), entry(world, Detail=large))
