"""Requests to stratizon, and what is made of them."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cliphook.adapters.providers.provider import Call, Material, Provider, Submission
from cliphook.adapters.providers.table import find_provider, make_table
from cliphook.domain.ids import ClipId
from cliphook.domain.request import MusicRequest, Operation, Source, VocalGender

STRATIZON = find_provider("stratizon")
SUNO = "suno-5.5"
MINIMAX = "minimax-music-2.6"

PLAIN = MusicRequest(prompt="Warm lo-fi with brushed drums")
COVERED = MusicRequest(
    operation=Operation.COVER, prompt="As a waltz", source=Source(clip_id=ClipId("clip_1"))
)
# Every knob, and what stands for it among suno's options.
KNOBS: dict[str, Any] = {
    "style": "lo-fi",
    "negative_style": "metal",
    "vocal_gender": VocalGender.FEMALE,
    "style_weight": Decimal("0.65"),
    "weirdness": Decimal(0),
    "audio_weight": Decimal(1),
    "persona_id": "persona-1",
}
OPTIONS = {
    "style": "lo-fi",
    "negative_tags": "metal",
    "vocal_gender": "f",
    "style_weight": 0.65,
    "weirdness_constraint": 0,
    "audio_weight": 1,
    "persona_id": "persona-1",
}
CLIP = Material(task_id="task_1", provider_clip_id="art_7f20c1", url="https://a.test/b.mp3")


def row(**settings: object) -> Provider:
    """Make the row that some settings say."""
    return make_table({"stratizon": settings})["stratizon"]


def call(
    request: MusicRequest,
    model: str = SUNO,
    material: Material | None = None,
    provider: Provider = STRATIZON,
) -> Call:
    """Write a submission."""
    return provider.write_create(Submission(request, model, "", "job_1-2", material=material))


def body(
    request: MusicRequest,
    model: str = SUNO,
    material: Material | None = None,
    provider: Provider = STRATIZON,
) -> Mapping[str, Any]:
    """Write the body of a submission."""
    found = call(request, model, material, provider).body
    assert found is not None
    return found


def wrong(request: MusicRequest, model: str = SUNO, provider: Provider = STRATIZON) -> list[str]:
    """Name the fields of a request that break a rule."""
    return [error.field for error in provider.check(request, model)]
