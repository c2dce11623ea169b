"""The JSON of a request, field by field; what a text may hold at most is for a provider to say."""

import base64
import binascii
import json
import re
from decimal import Decimal
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from cliphook.adapters.amounts import Price
from cliphook.domain.ids import ClipId, FileId
from cliphook.domain.request import (
    Image,
    MusicRequest,
    Operation,
    OutputFormat,
    PersonaKind,
    Routing,
    Sound,
    Source,
    Stems,
    VocalGender,
)

METADATA_MAX: Final = 16
IMAGES_MAX: Final = 10
NAMESPACES_MAX: Final = 5
OPTIONS_MAX_CHARACTERS: Final = 16_384
URL_MAX: Final = 2_048
IMAGE_TYPES: Final = ("image/jpeg", "image/png", "image/webp")

_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _number(value: object) -> object:
    """Take numbers only, and not their digits as text."""
    if not isinstance(value, int | Decimal):
        message = "Input should be a valid number"
        raise ValueError(message)  # noqa: TRY004 - pydantic converts no other kind of error
    return value


def _legible(text: str) -> str:
    if _CONTROL.search(text):
        message = "Input should not contain control characters"
        raise ValueError(message)
    return text


def _base64(text: str) -> str:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        message = "Input should be base64"
        raise ValueError(message) from error
    return text


def _image_type(text: str) -> str:
    if text not in IMAGE_TYPES:
        message = f"Input should be one of {', '.join(IMAGE_TYPES)}"
        raise ValueError(message)
    return text


def _options(value: dict[str, Any]) -> str:
    """Keep free options in their own text: what they mean is for a provider to say."""
    text = json.dumps(value, ensure_ascii=False, default=float)
    if len(text) > OPTIONS_MAX_CHARACTERS:
        message = f"Input should have at most {OPTIONS_MAX_CHARACTERS} characters"
        raise ValueError(message)
    return text


Weight = Annotated[
    Decimal, Field(ge=0, le=1, decimal_places=2, strict=False), BeforeValidator(_number)
]
Seconds = Annotated[
    Decimal, Field(ge=0, le=3600, decimal_places=3, strict=False), BeforeValidator(_number)
]
Legible = AfterValidator(_legible)
Text = Annotated[str, Legible]
Name = Annotated[str, StringConstraints(min_length=1, max_length=64), Legible]
Note = Annotated[str, StringConstraints(max_length=512), Legible]
Style = Annotated[str, StringConstraints(min_length=1, max_length=1000), Legible]
Persona = Annotated[str, StringConstraints(min_length=1, max_length=200), Legible]
Key = Annotated[str, StringConstraints(min_length=1, max_length=32), Legible]
Url = Annotated[str, StringConstraints(min_length=1, max_length=URL_MAX), Legible]
ClipName = Annotated[str, StringConstraints(pattern=r"^clip_[0-9A-HJKMNP-TV-Z]{26}\z")]
FileName = Annotated[str, StringConstraints(pattern=r"^file_[0-9A-HJKMNP-TV-Z]{26}\z")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class RoutingBody(_Body):
    """Who may be asked."""

    providers: Annotated[list[Name], Field(max_length=5)] = []
    fallback: bool = True
    max_price: Price | None = None


class SourceBody(_Body):
    """What an operation starts from: exactly one of three."""

    clip_id: ClipName | None = None
    file_id: FileName | None = None
    url: Url | None = None

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if len(self.model_dump(exclude_none=True)) != 1:
            message = "Input should name exactly one of clip_id, file_id and url"
            raise ValueError(message)
        return self


class SoundBody(_Body):
    """What a sound is to be like."""

    loop: bool | None = None
    tempo_bpm: Annotated[int, Field(ge=1, le=300)] | None = None
    key: Key | None = None


class ImageBody(_Body):
    """A picture: its bytes in base64, or an uploaded file."""

    mime_type: Annotated[str, AfterValidator(_image_type)]
    data: Annotated[str, AfterValidator(_base64)] | None = None
    file_id: FileName | None = None

    @model_validator(mode="after")
    def _has_one(self) -> Self:
        if (self.data is None) == (self.file_id is None):
            message = "Input should have exactly one of data and file_id"
            raise ValueError(message)
        return self


class RequestBody(_Body):
    """A request in JSON."""

    operation: Annotated[Operation, Field(strict=False)] = Operation.GENERATE
    model: Name = "auto"
    routing: RoutingBody = RoutingBody()
    prompt: Text | None = None
    lyrics: Text | None = None
    style: Text | None = None
    title: Text | None = None
    instrumental: bool = False
    negative_style: Style | None = None
    vocal_gender: Annotated[VocalGender, Field(strict=False)] | None = None
    style_weight: Weight | None = None
    weirdness: Weight | None = None
    audio_weight: Weight | None = None
    persona_id: Persona | None = None
    persona_kind: Annotated[PersonaKind, Field(strict=False)] | None = None
    duration_s: Annotated[int, Field(ge=1, le=600)] | None = None
    output_format: Annotated[OutputFormat, Field(strict=False)] = OutputFormat.MP3
    images: Annotated[list[ImageBody], Field(max_length=IMAGES_MAX)] = []
    source: SourceBody | None = None
    continue_at_s: Seconds | None = None
    keep_source_settings: bool = False
    stems: Annotated[Stems, Field(strict=False)] | None = None
    sound: SoundBody | None = None
    provider_options: Annotated[
        dict[Name, Annotated[dict[str, Any], AfterValidator(_options)]],
        Field(max_length=NAMESPACES_MAX),
    ] = {}
    metadata: Annotated[dict[Name, Note], Field(max_length=METADATA_MAX)] = {}
    callback_url: Url | None = None


def make_request(read: RequestBody) -> MusicRequest:
    """Make the request that a body asks for."""
    values: dict[str, Any] = {name: getattr(read, name) for name in RequestBody.model_fields}
    routing, source, sound = read.routing, read.source, read.sound
    values["routing"] = Routing(tuple(routing.providers), routing.fallback, routing.max_price)
    if source:
        clip_id = ClipId(source.clip_id) if source.clip_id else None
        file_id = FileId(source.file_id) if source.file_id else None
        values["source"] = Source(clip_id, file_id, source.url)
    if sound:
        values["sound"] = Sound(sound.loop, sound.tempo_bpm, sound.key)
    values["images"] = tuple(
        Image(one.mime_type, one.data, FileId(one.file_id) if one.file_id else None)
        for one in read.images
    )
    return MusicRequest(**values)
