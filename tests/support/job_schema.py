"""The JSON Schema of a job as clients see it: always the same fields, whoever makes the music."""

from collections.abc import Mapping
from typing import Any, Final

from jsonschema import Draft202012Validator

from cliphook.domain.audio_format import Defect
from cliphook.domain.cancellation import Reach
from cliphook.domain.job import AttemptStatus, FailureCode
from cliphook.domain.request import Operation
from cliphook.domain.status import ClipStatus, Stage, Status

type Schema = Mapping[str, Any]

TEXT: Final[Schema] = {"type": "string", "minLength": 1}
MAYBE_TEXT: Final[Schema] = {"type": ["string", "null"]}
NUMBER: Final[Schema] = {"type": "integer", "minimum": 0}
MAYBE_NUMBER: Final[Schema] = {"type": ["number", "null"], "minimum": 0}
MAYBE_ANY_NUMBER: Final[Schema] = {"type": ["number", "null"]}
FLAG: Final[Schema] = {"type": "boolean"}
LINK: Final[Schema] = {"type": "string", "pattern": "^https?://"}
MAYBE_LINK: Final[Schema] = {"type": ["string", "null"], "pattern": "^https?://"}
_TIME: Final = r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"
TIME: Final[Schema] = {"type": "string", "pattern": _TIME}
MAYBE_TIME: Final[Schema] = {"type": ["string", "null"], "pattern": _TIME}
AMOUNT: Final[Schema] = {"type": "string", "pattern": r"^\d+\.\d{4}$"}


def _object(**fields: Schema) -> Schema:
    """Describe an object that has these fields, always, and no other."""
    return {
        "type": "object",
        "required": [*fields],
        "properties": fields,
        "additionalProperties": False,
    }


def _maybe(schema: Schema) -> Schema:
    return {"anyOf": [{"type": "null"}, schema]}


def _id(prefix: str) -> Schema:
    return {"type": "string", "pattern": f"^{prefix}_[0-9A-HJKMNP-TV-Z]{{26}}$"}


def _list(schema: Schema) -> Schema:
    return {"type": "array", "items": schema}


ERROR: Final = _object(code={"enum": [*FailureCode]}, message=TEXT, provider_code=MAYBE_TEXT)

COMPANION: Final = _object(
    url=MAYBE_LINK,
    content_type=MAYBE_TEXT,
    size_bytes=MAYBE_NUMBER,
    sha256={"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
    error=MAYBE_TEXT,
)

CLIP: Final = _object(
    id=_id("clip"),
    job_id=_id("job"),
    index=NUMBER,
    status={"enum": [*ClipStatus]},
    late=FLAG,
    title=MAYBE_TEXT,
    lyrics=MAYBE_TEXT,
    style=MAYBE_TEXT,
    provider_clip_id=TEXT,
    audio=_object(
        url=LINK,
        formats=_list({"enum": ["mp3", "wav", "flac", "ogg", "m4a"]}),
        content_type=MAYBE_TEXT,
        size_bytes=MAYBE_NUMBER,
        sha256={"type": ["string", "null"], "pattern": "^[0-9a-f]{64}$"},
        duration_s=MAYBE_NUMBER,
        container=MAYBE_TEXT,
        codec=MAYBE_TEXT,
        sample_rate_hz=MAYBE_NUMBER,
        channels=MAYBE_NUMBER,
        bit_rate_bps=MAYBE_NUMBER,
        off_by_s=MAYBE_ANY_NUMBER,
        loudness_lufs=MAYBE_ANY_NUMBER,
        true_peak_dbtp=MAYBE_ANY_NUMBER,
        leading_silence_s=MAYBE_NUMBER,
        trailing_silence_s=MAYBE_NUMBER,
        peaks_url=MAYBE_LINK,
        defects=_list({"enum": [*Defect]}),
    ),
    image=_maybe(COMPANION),
    timed_lyrics=_maybe(COMPANION),
    stream_url=MAYBE_LINK,
    image_url=MAYBE_LINK,
    archive_error=MAYBE_TEXT,
    links=_object(self=LINK, audio=LINK, tagged=MAYBE_LINK),
)

ATTEMPT: Final = _object(
    number=NUMBER,
    provider=TEXT,
    model=TEXT,
    reason={"type": "string"},
    status={"enum": [*AttemptStatus]},
    provider_task_id=MAYBE_TEXT,
    claimed_at=TIME,
    answered_at=MAYBE_TIME,
    retry_at=MAYBE_TIME,
    error=_maybe(ERROR),
)

JOB: Final = _object(
    id=_id("job"),
    status={"enum": [*Status]},
    stage={"enum": [*Stage, None]},
    done=FLAG,
    operation={"enum": [*Operation]},
    provider=TEXT,
    model=TEXT,
    provider_task_id=MAYBE_TEXT,
    created_at=TIME,
    request={"type": "object"},
    clips=_list(CLIP),
    stages={"type": "object", "propertyNames": {"enum": [*Stage]}, "additionalProperties": TIME},
    attempts=_list(ATTEMPT),
    waiting=_maybe(_object(provider=TEXT, until=TIME, reason=TEXT)),
    billing=_object(charged=AMOUNT, refunded=AMOUNT, currency={"const": "credits"}),
    cancellation=_maybe(_object(at=TIME, reached={"enum": [*Reach]})),
    error=_maybe(ERROR),
    metadata={"type": "object"},
    links=_object(self=LINK),
)


def complaints(job: object) -> list[str]:
    """List what is not as every job is."""
    return [f"{one.json_path}: {one.message}" for one in _VALIDATOR.iter_errors(job)]


def outline(value: object, *, leave_out: str = "") -> object:
    """Leave of some JSON the names in it, but for what is behind one that not everybody has."""
    if isinstance(value, dict):
        names = (name for name in value if name != leave_out)
        return {name: outline(value[name], leave_out=leave_out) for name in names}
    if isinstance(value, list):
        return [outline(item, leave_out=leave_out) for item in value]
    return None


_VALIDATOR: Final = Draft202012Validator(JOB)
