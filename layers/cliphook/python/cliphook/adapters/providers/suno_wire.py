"""
The bodies of the suno format, with only the fields that we use, in the provider's words.

A body is refused for what identifies or decides, and never for what only describes.
"""

from typing import Annotated, Any, Final, cast

from pydantic import (
    AliasChoices,
    BeforeValidator,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
)
from pydantic.alias_generators import to_camel

from cliphook.adapters.wire import Duration, Link, Text, Title, Wire

CLIPS_MAX: Final = 16
CODE_MAX: Final = 99_999


def _number(value: object) -> object:
    """Read a code that comes as a number, as its digits, or not at all."""
    if isinstance(value, bool):
        message = "a code is no truth value"
        raise ValueError(message)  # noqa: TRY004 - pydantic converts no other kind of error
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else value


def _number_or_none(value: object) -> object:
    """Read a code that only explains: one in words is as good as none."""
    try:
        number = _number(value)
    except ValueError:
        return None
    return number if isinstance(number, int) and 0 <= number <= CODE_MAX else None


def _absent_if_empty(value: object) -> object:
    return None if value == "" else value


Code = Annotated[Annotated[int, Field(ge=0, le=CODE_MAX)] | None, BeforeValidator(_number)]
Explanation = Annotated[int | None, BeforeValidator(_number_or_none)]
TaskId = Annotated[
    Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,128}$")] | None,
    BeforeValidator(_absent_if_empty),
]


def spelled(*names: str) -> Any:  # noqa: ANN401 - as pydantic's own Field
    """Read a field in the callbacks' spelling or in record-info's; siblings mix them."""
    ways = (way for name in names for way in (name, to_camel(name)))
    return Field(None, validation_alias=AliasChoices(*ways))


class Clip(Wire):
    """A track."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    title: Title = None
    prompt: Text = None
    tags: Text = None
    duration: Duration = None
    audio_url: Link = spelled("audio_url")
    source_url: Link = spelled("source_audio_url")
    stream_url: Link = spelled("stream_audio_url")
    image_url: Link = spelled("image_url")


class Lyric(Wire):
    """One of the texts that were asked for; it has no id."""

    text: Text = None
    title: Title = None
    status: Text = None


def _kind(value: object) -> str:
    """Tell a text from a track, which always has an id."""
    keys = set(cast("dict[str, object]", value)) if isinstance(value, dict) else set[str]()
    return "lyric" if "id" not in keys and keys & {"text", "status"} else "clip"


Items = Annotated[
    tuple[
        Annotated[
            Annotated[Clip, Tag("clip")] | Annotated[Lyric, Tag("lyric")], Discriminator(_kind)
        ],
        ...,
    ],
    Field(max_length=CLIPS_MAX),
]


class Stems(Wire):
    """The parts of a clip; one that was not asked for, or is silent, is null, empty or missing."""

    vocal: Link = spelled("vocal_url")
    backing_vocals: Link = spelled("backing_vocals_url")
    instrumental: Link = spelled("instrumental_url")
    drums: Link = spelled("drums_url")
    bass: Link = spelled("bass_url")
    guitar: Link = spelled("guitar_url")
    piano: Link = spelled("piano_url")
    keyboard: Link = spelled("keyboard_url")
    percussion: Link = spelled("percussion_url")
    strings: Link = spelled("strings_url")
    synth: Link = spelled("synth_url")
    fx: Link = spelled("fx_url")
    brass: Link = spelled("brass_url")
    woodwinds: Link = spelled("woodwinds_url")


STEMS: Final = tuple(Stems.model_fields)


class Created(Wire):
    """What a submission was answered with, if it was taken."""

    task_id: TaskId = spelled("task_id")


class CodeBody(Wire):
    """The least that an answer can say."""

    code: Code = None


class CreatedBody(CodeBody):
    """The answer to a submission."""

    data: Created | None = None
    task_id: TaskId = spelled("task_id")


class Callback(Wire):
    """The inner part of a callback; older documents call the texts and the stems otherwise."""

    callback_type: str | None = Field(None, alias="callbackType")
    task_id: TaskId = spelled("task_id")
    data: Items | None = spelled("data", "lyrics_data")
    stems: Stems | None = spelled("vocal_removal_info", "vocal_separation_info")


class CallbackBody(Wire):
    """A callback, in its envelope or without one."""

    code: Code = None
    data: Callback | Items | None = None
    callback_type: str | None = Field(None, alias="callbackType")
    task_id: TaskId = spelled("task_id")
    stems: Stems | None = spelled("vocal_removal_info", "vocal_separation_info")


class Response(Stems):
    """What a task has led to so far: tracks, texts or stems."""

    items: Items | None = spelled("suno_data", "data", "lyrics_data")


class Record(Wire):
    """A task, as the record-info of its kind knows it."""

    status: Annotated[str, Field(validation_alias=AliasChoices("status", "successFlag"))]
    response: Response | None = None
    error_code: Explanation = Field(None, alias="errorCode")


class RecordBody(Wire):
    """The answer of record-info."""

    code: Code = None
    data: Record | None = None
