"""
What infery's answers mean.

Its documents contradict each other: by one the answer to a create is the music, by the other a
job to ask about. So the shape of a body decides, and not the HTTP status.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal

from cliphook.adapters.providers import http_refusals
from cliphook.adapters.providers.infery_names import write_name
from cliphook.adapters.providers.infery_wire import Body, Item, Track, read_body
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.adapters.providers.provider import Creation, Declined, Doubtful, Finished, Taken
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage

# More than anybody documents, and as many as a job may hold.
CLIPS_MAX: Final = 16

_POLICY: Final = "The provider refused the request's words or what they led to."


class Vocabulary(PageSettings):
    """
    Which words infery is assumed to use; they are compared in lower case.

    With `mode` sync an answer is the music, and no id in it is asked about; with job, an `id`
    without a status is a job's too. `policy_words` are looked for inside an error's code, and
    inside the text that a job's failure may be.
    """

    mode: Literal["detect", "sync", "job"] = "detect"
    running_words: frozenset[str] = frozenset({"queued", "processing"})
    done_words: frozenset[str] = frozenset({"succeeded", "completed"})
    failed_words: frozenset[str] = frozenset({"failed"})
    policy_words: tuple[str, ...] = ("policy", "moderation", "sensitive", "copyright")
    error_words: Mapping[str, int] = {}


def read_created(status: int, body: bytes, operation: Operation, words: Vocabulary) -> Creation:
    """
    Tell what became of a submission.

    Music is music, and a job a job, under any HTTP status. A result with nothing in it is an end
    without music: there is no id to ask about, so nothing will come. An answer that is none of
    these leaves doubt: it may be paid for, so nobody else is asked for the same, and what came is
    kept for a person to look at. Only a listed refusal without an id is one.
    """
    answer = read_body(body) or Body()
    task_id = _task_id(answer, words)
    if answer.status in words.failed_words and (task_id or status in http_refusals.TAKEN):
        return Finished(Failure(None, _error(answer, words)))
    clips = _result(answer, operation, words)
    if clips or (status in http_refusals.TAKEN and _is_empty(answer, words)):
        return Finished(Progress(None, Stage.COMPLETE, _named(clips, operation, task_id, None)))
    if task_id:
        return Taken(task_id)
    if answer.has_id or answer.items:
        message = "The provider's answer has neither music nor a job that can be asked about."
        return Doubtful(JobError(FailureCode.SUBMISSION_UNKNOWN, message, str(status)))
    codes = http_refusals.Answer(codes=answer.codes)
    creation = http_refusals.judge(status, codes, {**http_refusals.WORDS, **words.error_words})
    if isinstance(creation, Declined) and _is_policy(answer.codes, words):
        error = JobError(FailureCode.CONTENT_POLICY, _POLICY, creation.error.provider_code)
        return Declined(error, may_retry=False)
    return creation


def read_polled(body: bytes, operation: Operation, words: Vocabulary) -> Word:
    """
    Read how far a job is; a status that is not known, without all of the music, says nothing.

    Raises `UnansweredPollError` for what is no job.
    """
    answer = read_body(body)
    if not answer or not (answer.status or answer.items):
        raise UnansweredPollError
    if answer.status in words.failed_words:
        return Failure(None, _error(answer, words))
    clips = _result(answer, operation, words)
    job_id = answer.job_id or answer.id
    if not clips:
        return Silence()
    return Progress(None, Stage.COMPLETE, _named(clips, operation, None, job_id))


def _task_id(answer: Body, words: Vocabulary) -> str | None:
    if words.mode == "sync":
        return None
    is_job = answer.status or words.mode == "job"
    return answer.job_id or (answer.id if is_job else None)


def _is_empty(answer: Body, words: Vocabulary) -> bool:
    """Tell whether a body without music is a result for all that, and not an error or a job."""
    is_over = answer.status is None or answer.status in words.done_words
    return answer.is_result and is_over and not (answer.has_id or answer.codes)


def _result(answer: Body, operation: Operation, words: Vocabulary) -> tuple[Track, ...]:
    """Find what a body brings once it is over; empty while there is nothing to hear or read."""
    is_done = answer.status in words.done_words
    items = answer.items or (answer.itself if is_done else ())
    tracks = tuple(_tracks(items, operation))[:CLIPS_MAX]
    made = [_is_made(track, operation) for track in tracks]
    is_over = is_done or answer.status is None or all(made)
    is_running = answer.status in words.running_words
    return tracks if any(made) and is_over and not is_running else ()


def _tracks(items: tuple[Item, ...], operation: Operation) -> Iterator[Track]:
    for item in items:
        if operation is Operation.SEPARATE and item.stems:
            yield from item.stems
        else:
            yield item


def _is_made(track: Track, operation: Operation) -> bool:
    if operation is Operation.LYRICS:
        return track.lyrics is not None
    return bool(track.b64_audio or track.url)


def _named(
    tracks: tuple[Track, ...], operation: Operation, task_id: str | None, job_id: str | None
) -> tuple[ReportedClip, ...]:
    """Name clips; all by their places where two would have the same name, and one be lost."""
    is_parted = operation is Operation.SEPARATE
    places = [str(index) for index in range(len(tracks))]
    names = [
        (track.stem if is_parted else None)
        or write_name(track.audio_id or track.id, track.task_id or task_id, job_id)
        or place
        for track, place in zip(tracks, places, strict=True)
    ]
    names = names if len({*names}) == len(names) else places
    return tuple(
        _clip(track, operation, name, index)
        for index, (track, name) in enumerate(zip(tracks, names, strict=True))
    )


def _clip(track: Track, operation: Operation, name: str, index: int) -> ReportedClip:
    if operation is Operation.LYRICS:
        return ReportedClip(name, index, title=track.title, lyrics=track.lyrics)
    stem = track.stem if operation is Operation.SEPARATE else None
    return ReportedClip(
        name,
        index,
        title=track.title or (stem and stem.replace("_", " ").capitalize()),
        lyrics=track.lyrics,
        # What is here already needs no download, which could fail.
        audio_url=track.b64_audio or track.url,
        source_url=track.url if track.b64_audio else None,
        image_url=track.image_url,
        duration_s=track.duration_seconds,
    )


def _error(answer: Body, words: Vocabulary) -> JobError:
    code = next(iter(answer.codes), None)
    if _is_policy((*answer.codes, answer.complaint or ""), words):
        return JobError(FailureCode.CONTENT_POLICY, _POLICY, code)
    message = "The provider could not make the music."
    return JobError(FailureCode.GENERATION_FAILED, message, code)


def _is_policy(told: Iterable[str], words: Vocabulary) -> bool:
    return any(word in one.casefold() for one in told for word in words.policy_words)
