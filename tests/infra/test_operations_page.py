"""docs/operations.md has a section for every alarm, and no command in it that there is not."""

import json
import re
from pathlib import Path
from typing import Any, Final

import pytest

from cliphook.adapters import schema
from cliphook.application.diagnose_letter import Cause
from cliphook.application.operations_ports import Place
from cliphook.application.reread_reports import Obstacle
from cliphook.runtime.operator.commands import COMMANDS
from cliphook.runtime.operator.places import PLACES
from tests.infra.assembly import Assembly
from tests.infra.test_operations import alarms

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
PARTS: Final = ("Means", "At stake", "Look", "Mend", "Worry")
COMMAND: Final = re.compile(r"\{\"command\"[^}]*\}")
LINK: Final = re.compile(r"\]\(#([a-z-]+)\)")


def sections() -> dict[str, str]:
    """Read what follows each alarm's name."""
    _, _, rest = PAGE.partition("\n## Alarms\n")
    parts = re.split(r"^### ", rest, flags=re.MULTILINE)[1:]
    named = [part.partition("\n") for part in parts]
    assert len({name for name, _, _ in named}) == len(named)
    return {name: text for name, _, text in named}


def test_every_alarm_has_one_section_and_every_section_an_alarm(assembly: Assembly) -> None:
    assert sections().keys() == alarms(assembly).keys()


@pytest.mark.parametrize("name", sections())
def test_a_section_says_all_that_somebody_who_was_woken_wants_to_know(name: str) -> None:
    said = re.findall(r"^- \*\*([A-Za-z ]+)\*\*: \S", sections()[name], re.MULTILINE)

    assert tuple(said) == PARTS


def commands() -> list[Any]:
    return [json.loads(text) for text in COMMAND.findall(PAGE.replace("\n  ", " "))]


def test_every_command_is_one_that_would_be_carried_out() -> None:
    for told in commands():
        order = {field: value for field, value in told.items() if field != "command"}
        COMMANDS[told["command"]].order.model_validate(order)

    assert len(commands()) > len(COMMANDS)


def test_every_command_is_on_the_page() -> None:
    # Those that make keys are in the README.
    made_elsewhere = {"create_account", "create_key"}
    assert {told["command"] for told in commands()} == COMMANDS.keys() - made_elsewhere


def test_every_place_is_named() -> None:
    _, _, rest = PAGE.partition("\nThe places: ")
    named = set(re.findall(r"`([a-z-]+)`", rest.partition("\n\n")[0]))

    assert named == PLACES.keys()
    assert PLACES.keys() >= {*schema.Letters, *Place}


def test_every_reason_that_we_give_ourselves_is_explained() -> None:
    unexplained = [reason for reason in (*Cause, *Obstacle) if f"`{reason}`" not in PAGE]

    assert unexplained == []


def test_a_link_within_the_page_leads_somewhere() -> None:
    names = {re.sub(r"[^a-z -]", "", line.lower()).replace(" ", "-") for line in headings()}

    assert {*LINK.findall(PAGE)} <= names


def headings() -> list[str]:
    return re.findall(r"^#+ (.*)$", PAGE, re.MULTILINE)


def test_the_readme_leads_to_the_page() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    assert readme.count("(docs/operations.md)") == 1
