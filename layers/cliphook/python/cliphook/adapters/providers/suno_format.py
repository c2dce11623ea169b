"""
How answers and callbacks of the suno format are read, which `sunoapi` and `apikley` share.

What differs between them (the meaning of their codes) their pages hand in; the bodies are in
`suno_wire.py`, requests in `suno_fields.py`.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from typing import Final

from cliphook.adapters.providers.provider import Creation, Declined, Doubtful, Refusal, Taken
from cliphook.adapters.providers.suno_wire import (
    STEMS,
    Callback,
    CallbackBody,
    Clip,
    CodeBody,
    CreatedBody,
    Items,
    Lyric,
    Record,
    RecordBody,
    Response,
    Stems,
)
from cliphook.adapters.wire import parse_wire
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage

OK: Final = 200

STAGES: Final[Mapping[str, Stage]] = {stage.value: stage for stage in Stage}
FAILED: Final = frozenset({"error", "failed"})

# What record-info calls the stages. FIRST_SUCCESS is not the end: the second clip follows.
POLL_STAGES: Final[Mapping[str, Stage]] = {
    "TEXT_SUCCESS": Stage.TEXT,
    "FIRST_SUCCESS": Stage.FIRST,
    "SUCCESS": Stage.COMPLETE,
}
# The provider could not reach us, which says nothing about the music: it may well be there.
POLL_UNDELIVERED: Final = "CALLBACK_EXCEPTION"
POLL_POLICY: Final = "SENSITIVE_WORD_ERROR"
POLL_FAILED: Final = frozenset(
    {"CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED", "GENERATE_LYRICS_FAILED", "FAILED"}
)

# Texts have no id at the provider, and stems are known there by what they are.
LYRICS_ID: Final = "lyrics-"

# What people call a stem, if not by its name.
STEM_TITLES: Final = {"vocal": "Vocals", "fx": "Effects"}

type Meanings = Mapping[int, FailureCode]

_MESSAGES: Final = {
    FailureCode.CONTENT_POLICY: "The provider refused the request's words or what they led to.",
    FailureCode.GENERATION_FAILED: "The provider could not make the music.",
}


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


def read_polled(
    body: bytes, operation: Operation, *, failures: Meanings, callback_exception_fails: bool
) -> Word:
    """
    Read the answer of record-info; a status that is not known says nothing new.

    A task whose callback failed is complete if everything is there. If not, it may yet come,
    unless `callback_exception_fails`.
    """
    record = _read_record(body)
    separated = operation is Operation.SEPARATE
    response = record.response or Response()
    clips = tuple(_stems(response) if separated else _clips(response.items))
    if record.status == POLL_POLICY:
        return Failure(None, _error(FailureCode.CONTENT_POLICY, record.error_code))
    undelivered = record.status == POLL_UNDELIVERED
    if undelivered and _is_whole(clips, operation):
        return Progress(None, Stage.COMPLETE, clips)
    if record.status in POLL_FAILED or (undelivered and callback_exception_fails):
        return Failure(None, _failure(record.error_code, {} if separated else failures))
    stage = POLL_STAGES.get(record.status)
    return _reached(None, stage, response.items, clips)


def read_callback(body: bytes, failures: Meanings) -> Word:
    """
    Read a callback, wrapped or not, whichever way it spells its id: of tracks, texts or stems.

    Raises `UnreadableReportError` for a body that names neither a stage nor a failure.
    """
    outer = parse_wire(CallbackBody, body)
    inner = outer.data if isinstance(outer.data, Callback) else None
    items = inner.data if inner else None
    if not isinstance(outer.data, Callback):
        items = outer.data
    kind = (inner and inner.callback_type) or outer.callback_type
    task_id = (inner and inner.task_id) or outer.task_id
    told = outer.model_fields_set | (inner.model_fields_set if inner else set[str]())
    if kind in FAILED or outer.code not in {None, OK}:
        # Of stems the codes mean other things: no words were looked at.
        return Failure(task_id, _failure(outer.code, {} if "stems" in told else failures))
    if stems := (inner and inner.stems) or outer.stems:
        return Progress(task_id, Stage.COMPLETE, tuple(_stems(stems)))
    stage = STAGES.get(kind or "")
    if not stage:
        raise UnreadableReportError
    return _reached(task_id, stage, items, tuple(_clips(items)))


def has_own_id(provider_clip_id: str | None) -> bool:
    """Tell whether the provider itself knows a clip by an id, so that it can go on from there."""
    name = provider_clip_id or LYRICS_ID
    return name not in STEMS and not name.startswith(LYRICS_ID)


def _read_answer(body: bytes) -> tuple[int | None, str | None]:
    with suppress(UnreadableReportError):
        answer = parse_wire(CreatedBody, body)
        return answer.code, (answer.data and answer.data.task_id) or answer.task_id
    with suppress(UnreadableReportError):
        return parse_wire(CodeBody, body).code, None
    return None, None


def _read_record(body: bytes) -> Record:
    try:
        answer = parse_wire(RecordBody, body)
    except UnreadableReportError as error:
        raise UnansweredPollError from error
    if answer.code != OK or not answer.data:
        raise UnansweredPollError
    return answer.data


def _reached(
    task_id: str | None,
    stage: Stage | None,
    items: Items | None,
    clips: tuple[ReportedClip, ...],
) -> Word:
    """Tell what a stage means; to have made nothing but texts that failed is to have failed."""
    if stage is Stage.COMPLETE and items and not clips:
        return Failure(task_id, _error(FailureCode.GENERATION_FAILED, None))
    return Progress(task_id, stage, clips) if stage else Silence()


def _is_whole(clips: tuple[ReportedClip, ...], operation: Operation) -> bool:
    if operation is Operation.LYRICS:
        return bool(clips)
    return bool(clips) and all(clip.audio_url for clip in clips)


def _clips(items: Items | None) -> Iterator[ReportedClip]:
    for index, item in enumerate(items or ()):
        if isinstance(item, Clip):
            yield _track(index, item)
        elif item.text and item.status not in FAILED:
            yield _lyric(index, item)


def _track(index: int, clip: Clip) -> ReportedClip:
    return ReportedClip(
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


def _lyric(index: int, lyric: Lyric) -> ReportedClip:
    return ReportedClip(f"{LYRICS_ID}{index}", index, title=lyric.title, lyrics=lyric.text)


def _stems(stems: Stems) -> Iterator[ReportedClip]:
    """List the stems that there are; each is named by what is to be heard on it."""
    told = [(name, getattr(stems, name)) for name in STEMS]
    for index, (name, url) in enumerate((name, url) for name, url in told if url):
        title = STEM_TITLES.get(name) or name.replace("_", " ").capitalize()
        yield ReportedClip(name, index, title=title, audio_url=url)


def _failure(code: int | None, failures: Meanings) -> JobError:
    return _error(failures.get(code or 0, FailureCode.GENERATION_FAILED), code)


def _error(ours: FailureCode, code: int | None) -> JobError:
    return JobError(ours, _MESSAGES[ours], None if code is None else str(code))
