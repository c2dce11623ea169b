"""
The bodies of apiin, with only the fields that we use: submissions, feeds and webhooks.

One that comes in is refused for what identifies or decides, and never for what only describes.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import AliasChoices, BeforeValidator, Field, StringConstraints, ValidationError

from cliphook.adapters.providers.apiin_rules import is_custom
from cliphook.adapters.providers.http_refusals import TASK_ID, read_code
from cliphook.adapters.providers.provider import Material
from cliphook.adapters.wire import Duration, Link, Text, Title, Wire, parse_json
from cliphook.domain.errors import UnreadableReportError
from cliphook.domain.request import MusicRequest

CLIPS_MAX: Final = 16
ID_MAX: Final = 200

# Where an answer to a submission says which task it made: bare, or wrapped as for a cover.
TASK_IDS: Final = (
    *("task_id", "taskId", "workId"),
    *("data.task_id", "data.taskId", "data.workId"),
)
# An error like OpenAI's, and the sibling's with a code and a message.
CODES: Final = ("error.code", "error.type", "error", "code", "type")


def _absent_if_empty(value: object) -> object:
    return None if value == "" else value


def _word(value: object) -> str | None:
    code = read_code(value)
    return code.casefold() if code else None


Id = Annotated[
    Annotated[str, StringConstraints(max_length=ID_MAX)] | None, BeforeValidator(_absent_if_empty)
]
TaskId = Annotated[
    Annotated[str, StringConstraints(pattern=TASK_ID)] | None, BeforeValidator(_absent_if_empty)
]
# A word of the provider's vocabulary, in lower case: its pages differ in that too.
Word = Annotated[str | None, BeforeValidator(_word)]


class Item(Wire):
    """A track. What it does not have yet is an empty string, its id and duration included."""

    id: Id = None
    status: Word = None
    title: Title = None
    prompt: Text = None
    tags: Text = None
    duration: Duration = None
    audio_url: Link = None
    image_url: Link = None
    message: Title = Field(None, alias="extra_message")
    fail_message: Text = None
    error_message: Text = None


Items = Annotated[tuple[Item, ...], Field(max_length=CLIPS_MAX)]

_TASK_ID: Final[Any] = Field(None, validation_alias=AliasChoices("task_id", "taskId", "workId"))


class Inner(Wire):
    """What is said of a task."""

    task_id: TaskId = _TASK_ID
    kind: Word = Field(None, validation_alias=AliasChoices("type", "status"))
    items: Items | None = Field(None, alias="response_data")


class Body(Inner):
    """A feed or a webhook, in an envelope or without one."""

    code: Word = None
    data: Inner | Items | None = None


class Shape(StrEnum):
    """How a body is put together; only a bare array never names the task."""

    BARE_ARRAY = "bare_array"
    WRAPPED = "wrapped"
    FLAT = "flat"


@dataclass(frozen=True, slots=True)
class Told:
    """What a body says, however it is put together; `kind` is its word for the whole task."""

    shape: Shape
    code: str | None
    task_id: str | None
    kind: str | None
    items: tuple[Item, ...] | None


def write_music(request: MusicRequest, model: str) -> dict[str, object]:
    """Write a request for music, in the shape that its fields stand for."""
    body: dict[str, object] = {"model": model, "make_instrumental": request.instrumental}
    if not is_custom(request):
        return body | {"gpt_description_prompt": request.prompt}
    text = request.prompt if request.instrumental else request.lyrics
    return body | {"prompt": text} | _named(request)


def write_extension(request: MusicRequest, source: Material | None) -> dict[str, object]:
    """Write a request to extend one track of an earlier task."""
    source = source or Material()
    body: dict[str, object] = {
        "origin_task_id": source.task_id,
        "extend_audio_index": source.index,
        "custom_mode": not request.keep_source_settings,
    }
    if request.keep_source_settings:
        return body
    if request.continue_at_s is not None:
        body["extensionStartTime"] = float(request.continue_at_s)
    return body | {"prompt": request.lyrics} | _named(request)


def read_body(body: bytes) -> Told:
    """Read a body; raises `UnreadableReportError`, and nothing else."""
    value = parse_json(body)
    is_bare = isinstance(value, list)
    try:
        outer = Body.model_validate({"response_data": value} if is_bare else value)
    except ValidationError as error:
        raise UnreadableReportError from error
    shape = Shape.BARE_ARRAY if is_bare else Shape.WRAPPED if outer.data else Shape.FLAT
    if isinstance(outer.data, Inner):
        inner = outer.data
        task_id, kind = inner.task_id or outer.task_id, inner.kind or outer.kind
        return Told(shape, outer.code, task_id, kind, inner.items)
    items = outer.data if outer.items is None else outer.items
    return Told(shape, outer.code, outer.task_id, outer.kind, items)


def _named(request: MusicRequest) -> dict[str, object]:
    told = {"style": request.style, "title": request.title, "tags": request.negative_style}
    return {name: text for name, text in told.items() if text is not None}
