"""The documents say what is so."""

import re
from pathlib import Path
from typing import Final

from cliphook.adapters.request_body import RequestBody
from cliphook.domain.event import ANNOUNCED
from cliphook.domain.job import FailureCode
from cliphook.domain.status import Status
from cliphook.runtime.http import STATUS, TITLES

ROOT: Final = Path(__file__).parents[2]
API: Final = (ROOT / "docs/api.md").read_text(encoding="utf-8")
EVENTS: Final = (ROOT / "docs/events.md").read_text(encoding="utf-8")
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")


def rows(text: str, columns: int) -> list[list[str]]:
    """Read every row of the tables that have so many columns, without the ticks."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line] for line in lines]
    return [[cell.strip("`") for cell in line] for line in cells if len(line) == columns]


def test_every_field_of_a_request_is_in_the_document() -> None:
    written = " ".join(row[0] for row in rows(API, 2))
    asked = {name for name in RequestBody.model_fields if name != "routing"}

    assert {name for name in asked if name not in re.split(r"[`, ]+", written)} == set()


def test_every_event_type_is_in_the_document_and_no_other() -> None:
    written = set(re.findall(r"`((?:job|clip)\.[a-z_]+)`", EVENTS))
    jobs = {f"job.{status}" for status in ANNOUNCED} | {f"job.{Status.ARCHIVED}"}

    assert written == jobs | {"clip.archived", "clip.archive_failed", "clip.recovered"}


def test_every_code_that_a_client_can_get_is_in_the_document() -> None:
    codes = {error.code for error in STATUS} & set(TITLES)

    for code in codes:
        assert f"`{code}`" in API


def test_every_make_target_in_the_documents_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    asked = set(re.findall(r"^\s*make ([a-z-]+)|`make ([a-z-]+)", README + API, re.MULTILINE))

    assert {name for pair in asked for name in pair if name} <= targets
    assert asked


def test_every_reason_for_a_failed_job_is_in_the_document_and_no_other() -> None:
    written = {row[0] for row in rows(API.split("`error.code` | means")[1], 2)}

    assert {code.value for code in FailureCode} == written - {"---"}
