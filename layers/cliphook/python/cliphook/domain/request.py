"""What a client asks for: one superset of what the providers accept."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from enum import StrEnum
from typing import Final, cast

from cliphook.domain.ids import ClipId, FileId


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


class PersonaKind(StrEnum):
    """What a persona is: a way to make music, or a voice."""

    STYLE = "style_persona"
    VOICE = "voice_persona"


class Stems(StrEnum):
    """Into how many parts a clip is taken apart: voice and the rest, or each instrument."""

    TWO = "two"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Routing:
    """
    Which providers may be asked; none named means any.

    With `fallback`, a provider that definitely did not take the job is followed by the next one.
    `max_price` is the most that a provider's price may be, in credits.
    """

    providers: tuple[str, ...] = ()
    fallback: bool = True
    max_price: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """The audio that an operation starts from: an earlier clip, a file, or an address."""

    clip_id: ClipId | None = None
    file_id: FileId | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Sound:
    """What a sound is to be like."""

    loop: bool | None = None
    tempo_bpm: int | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Image:
    """A picture to be inspired by: base64 in the request itself, or an uploaded file."""

    mime_type: str
    data: str | None = None
    file_id: FileId | None = None


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
    persona_kind: PersonaKind | None = None
    duration_s: int | None = None
    output_format: OutputFormat = OutputFormat.MP3
    images: tuple[Image, ...] = ()
    source: Source | None = None
    continue_at_s: Decimal | None = None
    keep_source_settings: bool = False
    stems: Stems | None = None
    sound: Sound | None = None
    # A JSON object in its own text for each namespace: what it means is for a provider to say.
    provider_options: Mapping[str, str] = field(default_factory=dict[str, str])
    metadata: Mapping[str, str] = field(default_factory=dict[str, str])
    # Where the client is told of the job's stages; it may hold a secret of the client's.
    callback_url: str | None = None


# Fields that steer Cliphook itself, so no provider needs to honour them.
OURS: Final = frozenset({"operation", "model", "routing", "metadata", "callback_url"})


def asked_fields(request: MusicRequest) -> tuple[str, ...]:
    """
    Name the fields in which a request differs from one that asks for nothing in particular.

    Parts that a provider may honour without their siblings are named by themselves, such as
    `source.url` or `provider_options.suno`.
    """
    nothing = MusicRequest()
    asked: list[str] = []
    for item in fields(request):
        value = getattr(request, item.name)
        if item.name in OURS or value == getattr(nothing, item.name):
            continue
        asked += _parts(item.name, value) or [item.name]
    return tuple(asked)


def _parts(name: str, value: object) -> list[str]:
    """Name the parts of a field that has such: options by their namespace, values by theirs."""
    if isinstance(value, Source | Sound):
        told = [part.name for part in fields(value) if getattr(value, part.name) is not None]
    else:
        told = list(cast("Mapping[str, str]", value)) if isinstance(value, Mapping) else []
    return [f"{name}.{part}" for part in told]
