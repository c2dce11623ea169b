"""
The bodies of the suno format, with only the fields that we use, in the provider's words.

A body is refused for what identifies or decides, and never for what only describes.
"""

from typing import Annotated, Any, Final

from pydantic import AliasChoices, BeforeValidator, Field, StringConstraints

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

# The format spells it in one way here and in another there, and siblings of it the other way round.
TASK_ID: Final[Any] = Field(None, validation_alias=AliasChoices("task_id", "taskId"))


class Clip(Wire):
    """A track, in the callback's spelling or in record-info's."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    title: Title = None
    prompt: Text = None
    tags: Text = None
    duration: Duration = None
    audio_url: Link = Field(None, validation_alias=AliasChoices("audio_url", "audioUrl"))
    source_url: Link = Field(
        None, validation_alias=AliasChoices("source_audio_url", "sourceAudioUrl")
    )
    stream_url: Link = Field(
        None, validation_alias=AliasChoices("stream_audio_url", "streamAudioUrl")
    )
    image_url: Link = Field(None, validation_alias=AliasChoices("image_url", "imageUrl"))


Clips = Annotated[tuple[Clip, ...], Field(max_length=CLIPS_MAX)]


class Created(Wire):
    """What a submission was answered with, if it was taken."""

    task_id: TaskId = TASK_ID


class CodeBody(Wire):
    """The least that an answer can say."""

    code: Code = None


class CreatedBody(CodeBody):
    """The answer to a submission."""

    data: Created | None = None
    task_id: TaskId = TASK_ID


class Callback(Wire):
    """The inner part of a callback."""

    callback_type: str | None = Field(None, alias="callbackType")
    task_id: TaskId = TASK_ID
    data: Clips | None = None


class CallbackBody(Wire):
    """A callback, in its envelope or without one."""

    code: Code = None
    data: Callback | Clips | None = None
    callback_type: str | None = Field(None, alias="callbackType")
    task_id: TaskId = TASK_ID


class Response(Wire):
    """What a task has led to so far."""

    clips: Clips | None = Field(None, alias="sunoData")


class Record(Wire):
    """A task, as record-info knows it."""

    status: str
    response: Response | None = None
    error_code: Explanation = Field(None, alias="errorCode")


class RecordBody(Wire):
    """The answer of record-info."""

    code: Code = None
    data: Record | None = None
