"""Requests to infery, one for each operation and mode, and what they become."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final, cast

from cliphook.adapters.providers.infery import Settings, make_row
from cliphook.adapters.providers.provider import (
    Call,
    Material,
    Picture,
    Provider,
    Submission,
)
from cliphook.domain.ids import ClipId, FileId
from cliphook.domain.request import (
    Image,
    MusicRequest,
    Operation,
    OutputFormat,
    PersonaKind,
    Sound,
    Source,
    Stems,
    VocalGender,
)

SUNO: Final = "suno-v4"
CLIP: Final = "lyria-3-clip-preview"
PRO: Final = "lyria-3-pro-preview"
AUDIO_ID: Final = "5b0e61f4-9a27-4d3c-8e15-c07f2b94d6a1"
TASK_ID: Final = "mgen_01KAJ9W4T6Z2"
URL: Final = "https://gateway.test/files/voice.mp3"
REFERENCE: Final = "job_01KAJ9W4T6Z2-1"

EARLIER: Final = Source(clip_id=ClipId("clip_01KAJ9W4T6Z2M8X3V5C7B9N1QD"))
FILE: Final = Source(file_id=FileId("file_01KAJ9W4T6Z2M8X3V5C7B9N1QD"))
# What is known of an earlier clip whose provider told its ids, and where its audio is.
KNOWN: Final = Material(task_id=TASK_ID, provider_clip_id=AUDIO_ID, url=URL)

MIX: Final[Mapping[str, Any]] = {
    "negative_style": "Heavy metal",
    "style_weight": Decimal("0.65"),
    "weirdness": Decimal(0),
    "audio_weight": Decimal(1),
}
MIXED: Final = {
    "negative_tags": "Heavy metal",
    "style_weight": 0.65,
    "weirdness_constraint": 0,
    "audio_weight": 1,
}
TEXTS: Final[Mapping[str, Any]] = {
    "lyrics": "[Verse]\nSalt on the window 🎵",
    "style": "Indie folk",
    "title": "Coast Road",
}
PERSONA: Final[Mapping[str, Any]] = {"persona_id": "persona-1", "persona_kind": PersonaKind.VOICE}
WAV: Final[Mapping[str, Any]] = {"output_format": OutputFormat.WAV}


def asked(operation: Operation, **fields: Any) -> MusicRequest:
    """Ask for something."""
    return MusicRequest(operation=operation, **fields)


DESCRIBED: Final = MusicRequest(prompt="Upbeat indie folk")
SUNG: Final = MusicRequest(
    **TEXTS, **MIX, **PERSONA, **WAV, vocal_gender=VocalGender.FEMALE, duration_s=60
)
EXTENDED: Final = asked(
    Operation.EXTEND, source=EARLIER, continue_at_s=Decimal("30.5"), **TEXTS, **MIX
)
KEPT: Final = asked(Operation.EXTEND, source=EARLIER, keep_source_settings=True)
COVERED: Final = asked(Operation.COVER, source=FILE, prompt="As a waltz", instrumental=True)
EXTENDED_UPLOAD: Final = asked(
    Operation.EXTEND_UPLOAD, source=FILE, prompt="Softer", continue_at_s=Decimal(12)
)
PLAYED: Final = asked(
    Operation.ADD_INSTRUMENTAL, source=FILE, style="Strings", title="Coast Road", **MIX
)
VOICED: Final = asked(
    Operation.ADD_VOCALS,
    source=Source(url=URL),
    prompt="A calm voice",
    vocal_gender=VocalGender.MALE,
    **TEXTS,
)
SOUNDED: Final = asked(
    Operation.SOUNDS, prompt="Rain on tin", sound=Sound(loop=True, tempo_bpm=90, key="Am")
)
PARTED: Final = asked(Operation.SEPARATE, source=EARLIER)
PARTED_ALL: Final = asked(Operation.SEPARATE, source=EARLIER, stems=Stems.ALL, **WAV)
WORDED: Final = asked(Operation.LYRICS, prompt="A ferry at dawn")
PICTURED: Final = MusicRequest(
    prompt="What you see", images=(Image("image/png", data="aGVsbG8="),), **WAV
)

ALL: Final = (
    *(DESCRIBED, SUNG, EXTENDED, KEPT, COVERED, EXTENDED_UPLOAD, PLAYED, VOICED),
    *(SOUNDED, PARTED, PARTED_ALL, WORDED),
)


def row(**settings: Any) -> Provider:
    """Make the row as an operator may set it."""
    return make_row(Settings(**settings))


def call(
    request: MusicRequest, model: str = SUNO, material: Material | None = KNOWN, **settings: Any
) -> Call:
    """Write a request."""
    pictures = tuple(Picture(one.mime_type, one.data or "") for one in request.images)
    submission = Submission(request, model, "https://unused.test", REFERENCE, material, pictures)
    return row(**settings).write_create(submission)


def body(
    request: MusicRequest, model: str = SUNO, material: Material | None = KNOWN, **settings: Any
) -> dict[str, Any]:
    """Write a request's body."""
    return cast("dict[str, Any]", call(request, model, material, **settings).body)


def wrong(request: MusicRequest, model: str = SUNO, **settings: Any) -> list[str]:
    """Name the fields of a request that break a rule."""
    return [error.field for error in row(**settings).check(request, model)]
