"""docs/events.md shows nothing that would not be announced, and every type that is."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from cliphook.adapters import schema
from cliphook.runtime.contract import read_asyncapi
from tests.support import bus_schemas

DOCS: Final = Path(__file__).parents[2] / "docs"
BUS: Final = DOCS.parent / "events/bus"
PAGE: Final = (DOCS / "events.md").read_text(encoding="utf-8")
BLOCKS: Final = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
MESSAGES: Final[Mapping[str, Any]] = read_asyncapi()["components"]["messages"]


def kind(block: Mapping[str, Any]) -> str:
    """Tell what an example is one of."""
    if "detail-type" in block:
        return "rule" if isinstance(block["detail-type"], list) else "event"
    return "webhook" if "data" in block else "nothing that is known"


def of(wanted: str) -> list[Any]:
    return [block for block in BLOCKS if kind(block) == wanted]


def complaints(message: str, told: object) -> list[str]:
    """Hold an example against a message of the description."""
    whole = {**MESSAGES[message]["payload"], "components": read_asyncapi()["components"]}
    return [error.message for error in Draft7Validator(whole).iter_errors(told)]


def test_every_example_is_an_event_a_webhook_or_a_rule() -> None:
    assert {kind(block) for block in BLOCKS} == {"event", "webhook", "rule"}


@pytest.mark.parametrize("event", of("event"), ids=lambda event: event["detail-type"])
def test_an_event_that_is_shown_could_come(event: Any) -> None:
    assert complaints(event["detail-type"], event) == []
    of_type = json.loads((BUS / f"{event['detail-type']}.v1.json").read_bytes())
    assert [*Draft202012Validator(of_type).iter_errors(event["detail"])] == []


@pytest.mark.parametrize("body", of("webhook"), ids=lambda body: body["type"])
def test_a_webhook_that_is_shown_could_come(body: Any) -> None:
    assert complaints(f"webhook.{body['type']}", body) == []


@pytest.mark.parametrize("rule", of("rule"), ids=lambda rule: rule["detail-type"][0])
def test_a_rule_that_is_shown_hears_something(rule: Any) -> None:
    assert rule["source"] == [schema.EVENT_SOURCE]
    assert {*rule["detail-type"]} <= bus_schemas.MEANINGS.keys()


@pytest.mark.parametrize("path", sorted(BUS.glob("*.json")), ids=lambda path: path.stem)
def test_an_example_in_a_file_fits_the_schema_in_it(path: Path) -> None:
    of_type = json.loads(path.read_bytes())

    Draft202012Validator.check_schema(of_type)
    assert of_type["examples"]
    for example in of_type["examples"]:
        assert [*Draft202012Validator(of_type).iter_errors(example)] == []
        assert f"{example['type']}.v{example['version']}" == path.stem


def test_every_type_is_told_of() -> None:
    told = set(re.findall(r"`((?:job|clip)\.[a-z_]+)`", PAGE))

    assert told == bus_schemas.MEANINGS.keys()


def test_what_the_page_leads_to_is_there() -> None:
    links = [link.partition("#")[0] for link in re.findall(r"\]\(([^)]+)\)", PAGE)]

    assert links
    assert [link for link in links if not (DOCS / link).exists()] == []
