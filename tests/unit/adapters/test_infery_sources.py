"""From which clips infery can go on, and how it is told of them."""

from dataclasses import replace

import pytest

from cliphook.adapters.providers.provider import Material
from cliphook.domain.request import MusicRequest, Operation
from tests.support.infery_requests import (
    AUDIO_ID,
    COVERED,
    EXTENDED,
    EXTENDED_UPLOAD,
    KEPT,
    KNOWN,
    PARTED,
    PLAYED,
    TASK_ID,
    URL,
    VOICED,
    body,
    row,
)

GOES_ON = (EXTENDED, KEPT, PARTED)
STARTS_FROM_AUDIO = (COVERED, EXTENDED_UPLOAD, PLAYED, VOICED)
# Names that a clip has where infery told no id of it.
NAMELESS = ("0", "1", "15", "vocal", "backing_vocals", None, "")


def refused(material: Material, operation: Operation) -> str | None:
    """Name the field for which a clip is refused as a source."""
    check = row().check_source
    assert check
    error = check(material, operation)
    return error.field if error else None


@pytest.mark.parametrize(
    ("material", "expected"),
    [
        (Material(TASK_ID, AUDIO_ID), (TASK_ID, AUDIO_ID)),
        # The task that made the clip goes by another name than the job.
        (Material("job-1", f"{TASK_ID}/{AUDIO_ID}"), (TASK_ID, AUDIO_ID)),
        (Material(None, f"{TASK_ID}/{AUDIO_ID}"), (TASK_ID, AUDIO_ID)),
    ],
)
def test_a_source_is_named_by_the_ids_that_its_clip_came_with(
    material: Material, expected: tuple[str, str]
) -> None:
    written = body(PARTED, material=material)

    assert (written["task_id"], written["audio_id"]) == expected


def test_an_uploaded_source_is_named_by_its_address_whatever_its_ids() -> None:
    request = replace(COVERED, source=PARTED.source)

    assert body(request, material=Material(None, "0", url=URL))["upload_url"] == URL


@pytest.mark.parametrize("request_", [*GOES_ON, *STARTS_FROM_AUDIO])
def test_a_clip_with_ids_can_be_a_source(request_: MusicRequest) -> None:
    assert refused(KNOWN, request_.operation) is None


@pytest.mark.parametrize("request_", GOES_ON)
@pytest.mark.parametrize("name", NAMELESS)
def test_a_clip_without_an_id_cannot_be_gone_on_from(
    request_: MusicRequest, name: str | None
) -> None:
    material = Material(TASK_ID, name, url=URL)

    assert refused(material, request_.operation) == "source.clip_id"


@pytest.mark.parametrize("request_", STARTS_FROM_AUDIO)
@pytest.mark.parametrize("name", NAMELESS)
def test_its_audio_can_be_started_from_all_the_same(
    request_: MusicRequest, name: str | None
) -> None:
    assert refused(Material(None, name), request_.operation) is None


def test_only_to_take_a_clip_apart_its_task_must_be_known() -> None:
    material = Material(None, AUDIO_ID)

    assert refused(material, Operation.SEPARATE) == "source.clip_id"
    assert refused(material, Operation.EXTEND) is None
    assert refused(Material(None, f"{TASK_ID}/{AUDIO_ID}"), Operation.SEPARATE) is None


def test_without_a_source_there_is_nothing_to_refuse() -> None:
    assert refused(Material(), Operation.GENERATE) is None
    assert refused(Material(), Operation.LYRICS) is None
