"""What a task of stratizon means: nothing until it is over, since no stage before is published."""

from cliphook.adapters.providers.stratizon_wire import Clip, Keys, Task, read_task
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.status import Stage


class Vocabulary(Keys):
    """
    Which words a task is assumed to end with; they are compared in lower case.

    `policy_words` are looked for inside an error's code.
    """

    done_words: frozenset[str] = frozenset({"succeeded", "success", "completed"})
    failed_words: frozenset[str] = frozenset({"failed"})
    canceled_words: frozenset[str] = frozenset({"canceled", "cancelled"})
    policy_words: tuple[str, ...] = ("policy", "moderation", "sensitive", "copyright")


def read_polled(body: bytes, vocabulary: Vocabulary) -> Word:
    """
    Read a task; a status that is not known says nothing new.

    Of a finished task, clips without audio are told as well: a job is complete only once each of
    them has some. Raises `UnansweredPollError` for what is no task.
    """
    try:
        task = read_task(body, vocabulary)
    except UnreadableReportError as error:
        raise UnansweredPollError from error
    status = task.status.casefold()
    if status in vocabulary.canceled_words:
        message = "The provider canceled the task."
        return Failure(None, JobError(FailureCode.GENERATION_FAILED, message, task.error or status))
    if status in vocabulary.failed_words:
        return Failure(None, _error(task, vocabulary))
    has_audio = any(clip.audio_url for clip in task.clips)
    if status in vocabulary.done_words and has_audio:
        return Progress(None, Stage.COMPLETE, tuple(map(_clip, task.clips, range(len(task.clips)))))
    return Silence()


def _error(task: Task, vocabulary: Vocabulary) -> JobError:
    code = (task.error or "").casefold()
    if any(word in code for word in vocabulary.policy_words):
        message = "The provider refused the request's words or what they led to."
        return JobError(FailureCode.CONTENT_POLICY, message, task.error)
    message = "The provider could not make the music."
    return JobError(FailureCode.GENERATION_FAILED, message, task.error)


def _clip(clip: Clip, index: int) -> ReportedClip:
    return ReportedClip(
        provider_clip_id=clip.artifact_id or str(index),
        index=index,
        title=clip.title,
        lyrics=clip.lyrics,
        audio_url=clip.audio_url,
        duration_s=clip.duration_s,
    )
