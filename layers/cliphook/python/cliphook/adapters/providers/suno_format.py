"""
The suno format: the wire protocol which `sunoapi` and `apikley` share.

What differs between them (limits, the meaning of their codes) their pages hand in; the bodies
are in `suno_wire.py`.
"""

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Final

from cliphook.adapters.providers.provider import (
    Call,
    Creation,
    Declined,
    Doubtful,
    Refusal,
    Submission,
    Taken,
)
from cliphook.adapters.providers.suno_wire import (
    Callback,
    CallbackBody,
    Clip,
    CodeBody,
    CreatedBody,
    RecordBody,
)
from cliphook.adapters.wire import parse_wire
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage

CREATE_PATH: Final = "/api/v1/generate"
POLL_PATH: Final = "/api/v1/generate/record-info"
OK: Final = 200

STAGES: Final[Mapping[str, Stage]] = {stage.value: stage for stage in Stage}
FAILED_TYPES: Final = frozenset({"error", "failed"})

# What record-info calls the stages. FIRST_SUCCESS is not the end: the second clip follows.
POLL_STAGES: Final[Mapping[str, Stage]] = {
    "TEXT_SUCCESS": Stage.TEXT,
    "FIRST_SUCCESS": Stage.FIRST,
    "SUCCESS": Stage.COMPLETE,
}
# The provider could not reach us, which says nothing about the music: it may well be there.
POLL_UNDELIVERED: Final = "CALLBACK_EXCEPTION"
POLL_POLICY: Final = "SENSITIVE_WORD_ERROR"
POLL_FAILED: Final = frozenset({"CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED", "FAILED"})


_MESSAGES: Final = {
    FailureCode.CONTENT_POLICY: "The provider refused the request's words or what they led to.",
    FailureCode.GENERATION_FAILED: "The provider could not make the music.",
}


def write_create(submission: Submission) -> Call:
    """Write a submission; a custom one sings `lyrics`, the other kind is written from `prompt`."""
    request = submission.request
    custom = is_custom(request)
    body: dict[str, object] = {
        "customMode": custom,
        "instrumental": request.instrumental,
        "model": submission.model,
        "callBackUrl": submission.callback_url,
        # One of the two documents calls it required even where there is nothing to sing.
        "prompt": (request.lyrics if custom else request.prompt) or "",
    }
    optional = {
        "style": request.style,
        "title": request.title,
        "negativeTags": request.negative_style,
        "vocalGender": request.vocal_gender,
        "styleWeight": _weight(request.style_weight),
        "weirdnessConstraint": _weight(request.weirdness),
        "audioWeight": _weight(request.audio_weight),
        "personaId": request.persona_id,
    }
    body |= {name: value for name, value in optional.items() if value is not None}
    return Call("POST", CREATE_PATH, body=body)


def is_custom(request: MusicRequest) -> bool:
    """Tell whether a request is one for custom mode: it says what to sing, or how, or its name."""
    return any(text is not None for text in (request.lyrics, request.style, request.title))


def read_created(
    status: int, body: bytes, _: Operation, refusals: Mapping[int, Refusal]
) -> Creation:
    """
    Tell what became of a submission; a code in the body counts more than the HTTP status.

    Only a listed code without a task id is a refusal. Whatever else is not an acceptance leaves
    doubt.
    """
    code, task_id = _read_answer(body)
    meaning = status if code is None else code
    if task_id and meaning == OK:
        return Taken(task_id)
    refusal = refusals.get(meaning)
    if refusal and not task_id:
        error = JobError(refusal.code, refusal.message, str(meaning))
        return Declined(error, refusal.may_retry)
    message = "The provider's answer does not tell whether it took the job."
    return Doubtful(JobError(FailureCode.SUBMISSION_UNKNOWN, message, str(meaning)))


def write_poll(task_id: str, _: Operation) -> Call:
    """Write the question how far a task is."""
    return Call("GET", POLL_PATH, query={"taskId": task_id})


def read_polled(body: bytes, _: Operation, failures: Mapping[int, FailureCode]) -> Word:
    """Read the answer of record-info; a status that is not known says nothing new."""
    try:
        answer = parse_wire(RecordBody, body)
    except UnreadableReportError as error:
        raise UnansweredPollError from error
    if answer.code != OK or not answer.data:
        raise UnansweredPollError
    record = answer.data
    clips = _clips(record.response.clips if record.response else None)
    if record.status == POLL_POLICY:
        return Failure(None, _error(FailureCode.CONTENT_POLICY, record.error_code))
    if record.status in POLL_FAILED:
        return Failure(None, _failure(record.error_code, failures))
    stage = POLL_STAGES.get(record.status)
    if record.status == POLL_UNDELIVERED and clips and all(clip.audio_url for clip in clips):
        stage = Stage.COMPLETE
    return Progress(None, stage, clips) if stage else Silence()


def read_callback(body: bytes, failures: Mapping[int, FailureCode]) -> Word:
    """
    Read a callback, wrapped or not, whichever way it spells its id.

    Raises `UnreadableReportError` for a body that names neither a stage nor a failure.
    """
    outer = parse_wire(CallbackBody, body)
    inner = outer.data if isinstance(outer.data, Callback) else None
    flat = None if isinstance(outer.data, Callback) else outer.data
    kind = (inner and inner.callback_type) or outer.callback_type
    task_id = (inner and inner.task_id) or outer.task_id
    if kind in FAILED_TYPES or outer.code not in {None, OK}:
        return Failure(task_id, _failure(outer.code, failures))
    stage = STAGES.get(kind or "")
    if not stage:
        raise UnreadableReportError
    return Progress(task_id, stage, _clips(inner.data if inner else flat))


def _read_answer(body: bytes) -> tuple[int | None, str | None]:
    with suppress(UnreadableReportError):
        answer = parse_wire(CreatedBody, body)
        return answer.code, (answer.data and answer.data.task_id) or answer.task_id
    with suppress(UnreadableReportError):
        return parse_wire(CodeBody, body).code, None
    return None, None


def _clips(clips: tuple[Clip, ...] | None) -> tuple[ReportedClip, ...]:
    return tuple(
        ReportedClip(
            provider_clip_id=clip.id,
            index=index,
            title=clip.title,
            lyrics=clip.prompt,
            style=clip.tags,
            audio_url=clip.audio_url,
            source_url=clip.source_url,
            stream_url=clip.stream_url,
            image_url=clip.image_url,
            duration_s=clip.duration,
        )
        for index, clip in enumerate(clips or ())
    )


def _failure(code: int | None, failures: Mapping[int, FailureCode]) -> JobError:
    return _error(failures.get(code or 0, FailureCode.GENERATION_FAILED), code)


def _error(ours: FailureCode, code: int | None) -> JobError:
    return JobError(ours, _MESSAGES[ours], None if code is None else str(code))


def _weight(value: Decimal | None) -> float | None:
    return None if value is None else float(value)
