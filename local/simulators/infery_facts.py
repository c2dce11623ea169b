"""
The facts of infery.ai: models, operations, fields, and how it says no.

Reference: its published page "Generate music from text prompt", whose prose and schema disagree
about how an answer comes. No table of errors is public for music: but for the key's, their codes
are assumed to be those of the API that it calls itself a superset of. Only one price is published.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from local.simulators.scenario import Refusal

PRICE: Final = 180
DAY_S: Final = 24 * 3600
LINK_LIVES_S: Final = 7 * DAY_S
PLAIN_PROMPT_MAX: Final = 500
CUSTOM_PROMPT_MAX: Final = 5000
IMAGES_MAX: Final = 10


class Family(StrEnum):
    """Whose models these are: most fields and all operations but one are Suno's alone."""

    SUNO = "suno"
    LYRIA = "lyria"


@dataclass(frozen=True, slots=True)
class Problem:
    """An HTTP status, and the body's type, code and message."""

    status: int
    kind: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model: what it can write, how many tracks it makes, and how long one is if that is set."""

    family: Family
    formats: tuple[str, ...]
    tracks: int = 1
    length_s: float | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation: what it cannot do without, by this page and by the one behind it."""

    needs: tuple[str, ...] = ()
    needs_upstream: tuple[str, ...] = ()
    described: bool = False
    """Whether its prompt must say something: it may be empty where all is said elsewhere."""
    custom: bool = False
    """Whether it has a custom mode, outside of which that mode's fields are out of place."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a field may hold; `operations` are those that have it, and none are all of them."""

    kind: Literal["text", "flag", "number", "integer", "images"]
    choices: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    chars_max: int | None = None
    suno: bool = True
    custom: bool = False
    operations: tuple[str, ...] = ()


MODELS: Final[Mapping[str, Model]] = {
    "suno-v4": Model(Family.SUNO, ("mp3", "wav"), tracks=2),
    "lyria-3-clip-preview": Model(Family.LYRIA, ("mp3",), length_s=30.0),
    "lyria-3-pro-preview": Model(Family.LYRIA, ("mp3", "wav")),
}

_UPLOADS: Final = ("upload_cover", "upload_extend", "add_instrumental", "add_vocals")
_EXTENDS: Final = ("extend", "upload_extend")

OPERATIONS: Final[Mapping[str, Operation]] = {
    "generate": Operation(described=True, custom=True),
    "extend": Operation(needs=("audio_id",), needs_upstream=("default_param_flag",)),
    "upload_cover": Operation(needs=("upload_url",), custom=True),
    "upload_extend": Operation(
        needs=("upload_url",), needs_upstream=("default_param_flag", "continue_at")
    ),
    "add_instrumental": Operation(
        needs=("upload_url",), needs_upstream=("title", "negative_tags", "tags")
    ),
    "add_vocals": Operation(
        needs=("upload_url",), needs_upstream=("title", "negative_tags", "style")
    ),
    "sounds": Operation(described=True),
    "vocal_removal": Operation(needs=("audio_id", "task_id"), needs_upstream=("separation_type",)),
    "lyrics": Operation(described=True),
}

FIELDS: Final[Mapping[str, Field]] = {
    "model": Field("text", suno=False),
    "prompt": Field("text", suno=False),
    "operation": Field("text", choices=tuple(OPERATIONS), suno=False),
    "images": Field("images", suno=False),
    "response_format": Field("text", choices=("mp3", "wav"), suno=False),
    "custom_mode": Field("flag"),
    "instrumental": Field("flag"),
    "title": Field("text", chars_max=100, custom=True),
    "style": Field("text", chars_max=1000, custom=True),
    "lyrics": Field("text", custom=True),
    "negative_tags": Field("text"),
    "vocal_gender": Field("text", choices=("m", "f")),
    "style_weight": Field("number", span=(0, 1)),
    "weirdness_constraint": Field("number", span=(0, 1)),
    "audio_weight": Field("number", span=(0, 1)),
    "persona_id": Field("text", custom=True),
    "persona_model": Field("text", choices=("style_persona", "voice_persona")),
    "audio_id": Field("text", operations=("extend", "vocal_removal")),
    "task_id": Field("text", operations=("vocal_removal",)),
    "upload_url": Field("text", operations=_UPLOADS),
    "continue_at": Field("number", span=(0, DAY_S), operations=_EXTENDS),
    "default_param_flag": Field("flag", operations=_EXTENDS),
    "separation_type": Field(
        "text", choices=("separate_vocal", "split_stem"), operations=("vocal_removal",)
    ),
    "tags": Field("text", operations=("add_instrumental",)),
    "sound_loop": Field("flag", operations=("sounds",)),
    "sound_tempo": Field("integer", span=(1, 300), operations=("sounds",)),
    "sound_key": Field("text", operations=("sounds",)),
    # Its prose and its example have it, its schema does not.
    "duration_seconds": Field("number", span=(30, 180), suno=False),
}
# The stems of split_stem, and which parts of our tunes play in each; in some there is nothing.
STEMS: Final[Mapping[str, tuple[str, ...]]] = {
    "vocals": ("voice",),
    "backing_vocals": (),
    "drums": ("kick", "snare"),
    "percussion": ("hat",),
    "bass": ("bass",),
    "guitar": ("pluck",),
    "keyboard": ("keys",),
    "synth": ("pad",),
    "strings": (),
    "brass": (),
    "woodwinds": (),
    "fx": (),
}
# What the prose says where the schema says m and f.
PROSE_GENDERS: Final = ("male", "female", "none")

_REQUEST: Final = "invalid_request_error"
PROBLEMS: Final[Mapping[Refusal, Problem]] = {
    Refusal.INVALID: Problem(400, _REQUEST, "invalid_value", "The request is invalid."),
    Refusal.TOO_LONG: Problem(400, _REQUEST, "string_above_max_length", "A text is too long."),
    Refusal.FETCH: Problem(
        400, _REQUEST, "upload_url_unreachable", "The file at 'upload_url' could not be fetched."
    ),
    # The one pair that is published.
    Refusal.UNAUTHORIZED: Problem(401, _REQUEST, "invalid_api_key", "Incorrect API key provided."),
    Refusal.CREDITS: Problem(
        402, "billing_error", "insufficient_credits", "The workspace is out of credits."
    ),
    Refusal.FORBIDDEN: Problem(
        403, "permission_error", "model_not_allowed", "This key may not use the model."
    ),
    Refusal.NOT_FOUND: Problem(404, _REQUEST, "not_found", "There is nothing here."),
    Refusal.RATE: Problem(
        429, "rate_limit_error", "rate_limit_exceeded", "Too many requests per minute."
    ),
    Refusal.SERVER: Problem(500, "server_error", "internal_error", "Something went wrong."),
    Refusal.UPSTREAM: Problem(
        502, "server_error", "upstream_error", "Upstream provider rejected the request"
    ),
    Refusal.MAINTENANCE: Problem(
        503, "server_error", "service_unavailable", "The service is under maintenance."
    ),
    Refusal.TIMEOUT: Problem(
        504, "server_error", "upstream_timeout", "Upstream provider timed out"
    ),
}
