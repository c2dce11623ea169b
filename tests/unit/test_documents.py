"""The documents say what is so."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest

from cliphook.adapters.providers import suno_rules
from cliphook.adapters.providers.apikley import LIMITS as APIKLEY_LIMITS
from cliphook.adapters.providers.provider import Provider
from cliphook.adapters.providers.suno_rules import Limits
from cliphook.adapters.providers.sunoapi import LIMITS as SUNOAPI_LIMITS
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.event import ANNOUNCED
from cliphook.domain.job import FailureCode
from cliphook.domain.status import Status
from cliphook.runtime.http import STATUS, TITLES

ROOT: Final = Path(__file__).parents[2]
API: Final = (ROOT / "docs/api.md").read_text(encoding="utf-8")
EVENTS: Final = (ROOT / "docs/events.md").read_text(encoding="utf-8")
README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
LIMITS: Final[Mapping[str, Mapping[str, Limits]]] = {
    "sunoapi": SUNOAPI_LIMITS,
    "apikley": APIKLEY_LIMITS,
}


def rows(text: str, columns: int) -> list[list[str]]:
    """Read every row of the tables that have so many columns, without the ticks."""
    lines = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line] for line in lines]
    return [[cell.strip("`") for cell in line] for line in cells if len(line) == columns]


def test_the_limits_in_the_document_are_those_that_are_checked() -> None:
    written = {(row[0], row[1]): tuple(row[2:]) for row in rows(API, 6) if row[0] in PROVIDERS}
    prompt = str(suno_rules.NON_CUSTOM_PROMPT_MAX)

    assert written == {
        (provider, model): (
            prompt,
            str(limits.lyrics_max),
            str(limits.style_max),
            str(limits.title_max),
        )
        for provider, models in LIMITS.items()
        for model, limits in models.items()
    }


@pytest.mark.parametrize("provider", PROVIDERS.values(), ids=lambda row: row.name)
def test_every_model_has_its_limits_in_the_document(provider: Provider) -> None:
    written = {row[1] for row in rows(API, 6) if row[0] == provider.name}

    assert written == set(provider.models)


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
