"""Requests to apiin, and what is made of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from cliphook.adapters.providers.provider import Call, Material, Provider, Submission
from cliphook.adapters.providers.table import find_provider, make_table
from cliphook.domain.ids import ClipId
from cliphook.domain.request import MusicRequest, Operation, Source

APIIN = find_provider("apiin")
URL = "https://gateway.test/callbacks/apiin/ticket"

DESCRIBED = MusicRequest(prompt="A slow shanty about low water")
SUNG = MusicRequest(lyrics="[Verse]\nThe tide", style="shanty", title="Low Water")
PLAYED = MusicRequest(prompt="A slow shanty", style="shanty", instrumental=True)
EXTENDED = MusicRequest(
    operation=Operation.EXTEND, lyrics="[Verse]\nThe ebb", source=Source(clip_id=ClipId("clip_1"))
)
KEPT = replace(EXTENDED, lyrics=None, keep_source_settings=True)
MATERIAL = Material(task_id="gen1ksv", provider_clip_id="b7d4", index=1, url="https://a.test/b")


def row(**settings: object) -> Provider:
    """Make the row that some settings say."""
    return make_table({"apiin": settings})["apiin"]


def call(request: MusicRequest, model: str = "suno-v5-0", provider: Provider = APIIN) -> Call:
    """Write a submission."""
    submission = Submission(request, model, URL, "job_1-1", material=MATERIAL)
    return provider.write_create(submission)


def body(request: MusicRequest, model: str = "suno-v5-0", **settings: object) -> Mapping[str, Any]:
    """Write the body of a submission."""
    found = call(request, model, row(**settings)).body
    assert found is not None
    return found


def wrong(request: MusicRequest, model: str = "suno-v5-0", provider: Provider = APIIN) -> list[str]:
    """Name the fields of a request that break a rule."""
    return [error.field for error in provider.check(request, model)]
