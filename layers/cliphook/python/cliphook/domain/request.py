"""What a client asks for: one superset of what the providers accept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Final


class Operation(StrEnum):
    """What is to be made, or done to an earlier clip."""

    GENERATE = "generate"
    EXTEND = "extend"
    COVER = "cover"
    EXTEND_UPLOAD = "extend_upload"
    ADD_INSTRUMENTAL = "add_instrumental"
    ADD_VOCALS = "add_vocals"
    SOUNDS = "sounds"
    SEPARATE = "separate"
    LYRICS = "lyrics"


class VocalGender(StrEnum):
    """Whose voice sings, as far as a provider can be asked for one."""

    MALE = "m"
    FEMALE = "f"


class OutputFormat(StrEnum):
    """The container in which a client wants its clips."""

    MP3 = "mp3"
    WAV = "wav"


@dataclass(frozen=True, slots=True)
class Routing:
    """Which providers may be asked; none named means any."""

    providers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MusicRequest:
    """
    What a client asks for.

    `prompt` describes and is never sung; `lyrics` are sung as they stand. Weights are from 0 to
    1 with at most two decimals. Whether a field can be honoured is for a provider's page to say.
    """

    operation: Operation = Operation.GENERATE
    model: str = "auto"
    routing: Routing = field(default_factory=Routing)
    prompt: str | None = None
    lyrics: str | None = None
    style: str | None = None
    title: str | None = None
    instrumental: bool = False
    negative_style: str | None = None
    vocal_gender: VocalGender | None = None
    style_weight: Decimal | None = None
    weirdness: Decimal | None = None
    audio_weight: Decimal | None = None
    persona_id: str | None = None
    persona_kind: str | None = None
    duration_s: int | None = None
    output_format: OutputFormat = OutputFormat.MP3
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])


# Fields that steer Cliphook itself, so no provider needs to honour them.
OURS: Final = frozenset({"operation", "model", "routing", "metadata"})


def asked_fields(request: MusicRequest) -> tuple[str, ...]:
    """Name the fields in which a request differs from one that asks for nothing in particular."""
    nothing = MusicRequest()
    return tuple(
        item.name
        for item in fields(request)
        if item.name not in OURS and getattr(request, item.name) != getattr(nothing, item.name)
    )
