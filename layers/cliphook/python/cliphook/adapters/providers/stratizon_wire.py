"""
The bodies of stratizon. Only one of its pages is published, so where a part stands is a setting.

Names are dotted, and of several the first with a value counts. What comes in is refused for what
identifies or decides, and never for what only describes.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum
from typing import Annotated, Final, cast

from pydantic import BeforeValidator, StringConstraints, ValidationError

from cliphook.adapters.providers import rules
from cliphook.adapters.providers.http_refusals import find_first, read_parsed
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.adapters.providers.provider import Material
from cliphook.adapters.providers.stratizon_models import NAMESPACES, SUNO, Knob
from cliphook.adapters.wire import Duration, Link, Text, Title, Wire, parse_json
from cliphook.domain.errors import UnreadableReportError
from cliphook.domain.request import MusicRequest

CLIPS_MAX: Final = 16
ID_MAX: Final = 200
CREDITS_MAX: Final = 1_000_000_000

type Names = tuple[str, ...]


class Keys(PageSettings):
    """Where the parts of a body are assumed to stand."""

    task_id_keys: Names = ("task_id",)
    status_keys: Names = ("status",)
    clips_keys: Names = ("output.clips",)
    artifact_keys: Names = ("artifact_id",)
    audio_keys: Names = ("audio_url", "url", "audio.url")
    duration_keys: Names = ("duration_seconds",)
    title_keys: Names = ("title",)
    lyrics_keys: Names = ("lyrics",)
    error_keys: Names = ("error.code", "error.type", "error", "code")
    charged_keys: Names = ("billing.charged_credits",)
    refunded_keys: Names = ("billing.refunded_credits",)
    uploaded_keys: Names = ("artifact_id",)
    reference_field: str = "reference_audio"
    reference_artifact_key: str = "artifact_id"
    reference_url_key: str = "url"


def _id(value: object) -> str | None:
    """Take an id that can be named again; a clip without one goes by its place."""
    return value if isinstance(value, str) and 0 < len(value) <= ID_MAX else None


def _credits(value: object) -> Decimal | None:
    """Read an amount in digits or as a number; four decimals are what they are printed with."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        amount = Decimal(value)
        return round(amount, 4) if 0 <= amount <= CREDITS_MAX else None
    except ArithmeticError:
        return None


Id = Annotated[str | None, BeforeValidator(_id)]
Credits = Annotated[Decimal | None, BeforeValidator(_credits)]


class Clip(Wire):
    """A clip of a finished task."""

    artifact_id: Id = None
    audio_url: Link = None
    duration_s: Duration = None
    title: Title = None
    lyrics: Text = None


class Task(Wire):
    """A task and how far it is. What it cost is read, although nothing is made of it yet."""

    status: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    error: str | None = None
    clips: tuple[Clip, ...] = ()
    charged: Credits = None
    refunded: Credits = None


def write_options(
    request: MusicRequest, model: str, knobs: Mapping[Knob, str]
) -> dict[str, dict[str, object]]:
    """Write the options of a model, if a request says any."""
    told = {theirs: getattr(request, ours) for ours, theirs in knobs.items() if model == SUNO}
    options = {name: _plain(value) for name, value in told.items() if value is not None}
    options |= rules.read_options(request, NAMESPACES[model])
    return {NAMESPACES[model]: options} if options else {}


def write_reference(source: Material, keys: Keys) -> dict[str, object]:
    """Name audio by the provider's own id of it, where there is one, and else by its address."""
    # A clip that came without an id goes by its place, which means nothing over there.
    is_place = source.provider_clip_id == str(source.index)
    artifact_id = source.artifact_id or (None if is_place else source.provider_clip_id)
    if artifact_id:
        return {keys.reference_artifact_key: artifact_id}
    return {keys.reference_url_key: source.url}


def read_task(body: bytes, keys: Keys) -> Task:
    """Read a task; raises `UnreadableReportError`, and nothing else."""
    value = parse_json(body)
    found = find_first(value, keys.clips_keys)
    clips = cast("list[object]", found) if isinstance(found, list) else []
    if len(clips) > CLIPS_MAX:
        raise UnreadableReportError
    codes = read_parsed(value, task_ids=(), codes=keys.error_keys).codes
    parts = {
        "status": keys.status_keys,
        "charged": keys.charged_keys,
        "refunded": keys.refunded_keys,
    }
    told: dict[str, object] = {
        "error": next(iter(codes), None),
        "clips": [_clip(clip, keys) for clip in clips],
    }
    try:
        return Task.model_validate(_parts(value, parts) | told)
    except ValidationError as error:
        raise UnreadableReportError from error


def read_artifact(body: bytes, keys: Keys) -> str | None:
    """Read the id of a file that was uploaded; `None` if there is none."""
    try:
        return _id(find_first(parse_json(body), keys.uploaded_keys))
    except UnreadableReportError:
        return None


def _plain(value: object) -> object:
    """Write a value as JSON has it."""
    if isinstance(value, Decimal):
        return float(value)
    return value.value if isinstance(value, Enum) else value


def _clip(value: object, keys: Keys) -> dict[str, object]:
    parts = {
        "artifact_id": keys.artifact_keys,
        "audio_url": keys.audio_keys,
        "duration_s": keys.duration_keys,
        "title": keys.title_keys,
        "lyrics": keys.lyrics_keys,
    }
    return _parts(value, parts)


def _parts(value: object, parts: Mapping[str, Names]) -> dict[str, object]:
    return {ours: find_first(value, theirs) for ours, theirs in parts.items()}
