"""The description of events is one to AsyncAPI's own validator, and tells of every event."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft7Validator

from cliphook.runtime.contract import read_asyncapi
from tests.support import asyncapi, bus_schemas

VALIDATOR: Final = Path(__file__).parents[1] / "support/validate_asyncapi.mjs"
# It advises the latest 3.x, whichever that is.
ADVICE: Final = "The latest version of AsyncAPi is not used."

DOCUMENT: Final[Any] = read_asyncapi()


def validate(document: object) -> Any:
    node = shutil.which("node")
    assert node
    done = subprocess.run(
        [node, VALIDATOR], input=json.dumps(document), capture_output=True, text=True, check=True
    )
    judged = json.loads(done.stdout)
    judged["complaints"] = [
        one for one in judged["complaints"] if not one["message"].startswith(ADVICE)
    ]
    return judged


def test_the_validator_has_nothing_against_it() -> None:
    assert validate(DOCUMENT) == {"is_valid": True, "complaints": []}


def test_the_validator_sees_a_mistake() -> None:
    spoilt = asyncapi.document()
    spoilt["operations"]["announce"]["action"] = "shout"
    example = spoilt["components"]["messages"]["webhook.job.text"]["examples"][0]
    example["payload"]["data"].pop("seq")

    judged = validate(spoilt)

    places = {one["path"].partition(".")[0] for one in judged["complaints"]}
    assert judged["is_valid"] is False
    assert places >= {"operations"}


def test_every_event_is_told_of_on_the_bus_and_as_a_webhook() -> None:
    channels = DOCUMENT["channels"]
    types = {*bus_schemas.MEANINGS}

    assert channels["bus"]["messages"].keys() == types
    posted = {*types, asyncapi.PING}
    assert channels["webhook"]["messages"].keys() == {f"webhook.{name}" for name in posted}
    assert all(one["action"] == "send" for one in DOCUMENT["operations"].values())
    told = [len(one["messages"]) for one in DOCUMENT["operations"].values()]
    assert told == [len(types), len(types), 1]


def test_who_may_listen_is_told_for_each_server() -> None:
    assert DOCUMENT["servers"].keys() == {"bus", "receiver"}
    for server in DOCUMENT["servers"].values():
        assert server["security"]


@pytest.mark.parametrize("name", DOCUMENT["components"]["messages"])
def test_a_message_shows_what_fits_it(name: str) -> None:
    message = DOCUMENT["components"]["messages"][name]
    parts = {"components": DOCUMENT["components"]}

    for example in message["examples"]:
        for part in example:
            schema = {**message[part], **parts}
            Draft7Validator.check_schema(schema)
            assert [*Draft7Validator(schema).iter_errors(example[part])] == []


def test_an_event_is_described_as_its_own_schema_has_it() -> None:
    for name, schema in bus_schemas.schemas().items():
        described = DOCUMENT["components"]["schemas"][name.removesuffix(".json")]

        assert described.items() <= schema.items()
