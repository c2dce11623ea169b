"""
What a feed or a webhook of apiin means: its stage follows from its tracks.

The feed's own `SUCCESS` says only that the request was good, and comes with the text; a track that
failed says so in a message, beside HTTP 200 and code 200.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from cliphook.adapters.providers.apiin_wire import Item, Shape, Told, read_body
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.status import Stage

_OK = (None, "200")


class Vocabulary(PageSettings):
    """
    What is assumed of feeds and webhooks.

    Words are compared in lower case. `all_generated` is how tracks say that they are complete
    where their status stays `first`. `policy_words` are looked for inside a failure's message.
    """

    stage_words: Mapping[str, Stage] = {stage.value: stage for stage in Stage}
    failed_words: frozenset[str] = frozenset({"error", "fail", "failed", "failure"})
    all_generated: str = "All generated successfully."
    policy_words: tuple[str, ...] = ("guideline", "inappropriate", "moderation")
    callback_shapes: frozenset[Shape] = frozenset(Shape)


@dataclass(frozen=True, slots=True)
class _Track:
    """A track and what became of it."""

    index: int
    item: Item
    stage: Stage | None
    is_done: bool
    is_lost: bool


def read_polled(body: bytes, vocabulary: Vocabulary) -> Word:
    """Read a feed; raises `UnansweredPollError` for what tells nothing of a task."""
    try:
        told = read_body(body)
    except UnreadableReportError as error:
        raise UnansweredPollError from error
    word = _read(told, vocabulary) if told.code in _OK else None
    if word is None:
        raise UnansweredPollError
    if isinstance(word, Silence) or word == Progress(word.task_id, Stage.COMPLETE, ()):
        return Silence()
    # The poll was for one task, so its answer need not name it.
    return replace(word, task_id=None)


def read_callback(body: bytes, vocabulary: Vocabulary) -> Word:
    """Read a webhook; raises `UnreadableReportError` for what tells nothing of a task."""
    told = read_body(body)
    word = _read(told, vocabulary) if told.code in _OK else _fail(told, (), told.code)
    if word is None or told.shape not in vocabulary.callback_shapes:
        raise UnreadableReportError
    return word


def _read(told: Told, vocabulary: Vocabulary) -> Word | None:
    """Tell what a body says; `None` if it speaks neither of tracks nor of a task."""
    if told.items:
        return _weigh(told, vocabulary)
    if told.kind in vocabulary.failed_words:
        return _fail(told, (), None)
    if stage := vocabulary.stage_words.get(told.kind or ""):
        return Progress(told.task_id, stage, ())
    return Silence() if told.kind else None


def _weigh(told: Told, vocabulary: Vocabulary) -> Word:
    """
    Tell what tracks say together.

    A track that failed does not keep the others from being delivered: it only counts as the end
    of the job when no other is left.
    """
    tracks = _tracks(told, vocabulary)
    left = tuple(track for track in tracks if not track.is_lost)
    if not left:
        return _fail(told, vocabulary.policy_words, None)
    stage = _stage(left)
    clips = tuple(_clip(track) for track in left if track.item.id or track.is_done)
    return Progress(told.task_id, stage, clips) if stage else Silence()


def _tracks(told: Told, vocabulary: Vocabulary) -> tuple[_Track, ...]:
    items = told.items or ()
    has_failed = told.kind in vocabulary.failed_words
    # After a failure nobody waits for the rest: what has its audio by then is what there will be.
    is_ending = has_failed or any(_complaint(item) for item in items)
    tracks: list[_Track] = []
    for index, item in enumerate(items):
        stage = vocabulary.stage_words.get(item.status or "")
        is_last = (item.message or "").strip() == vocabulary.all_generated or is_ending
        is_first_done = stage is Stage.FIRST and is_last and not _complaint(item)
        is_said = stage is Stage.COMPLETE or is_first_done
        is_done = bool(is_said and item.audio_url and item.duration)
        is_lost = not is_done and (has_failed or bool(_complaint(item)))
        tracks.append(_Track(index, item, stage, is_done, is_lost))
    return tuple(tracks)


def _stage(tracks: Iterable[_Track]) -> Stage | None:
    """Tell the stage by what can be heard, not by what is claimed."""
    if all(track.is_done for track in tracks):
        return Stage.COMPLETE
    if any(track.item.audio_url and track.stage not in {None, Stage.TEXT} for track in tracks):
        return Stage.FIRST
    return Stage.TEXT if any(track.stage for track in tracks) else None


def _clip(track: _Track) -> ReportedClip:
    """Write a clip; until it is done, its address leads to a stream that may never end."""
    item = track.item
    return ReportedClip(
        provider_clip_id=item.id or str(track.index),
        index=track.index,
        title=item.title,
        lyrics=item.prompt,
        style=item.tags,
        audio_url=item.audio_url if track.is_done else None,
        stream_url=None if track.is_done else item.audio_url,
        image_url=item.image_url,
        duration_s=item.duration,
    )


def _complaint(item: Item) -> str:
    return f"{item.fail_message or ''} {item.error_message or ''}".strip()


def _fail(told: Told, policy_words: Iterable[str], code: str | None) -> Failure:
    said = " ".join(_complaint(item) for item in told.items or ()).casefold()
    if any(word in said for word in policy_words):
        message = "The provider refused the request's words or what they led to."
        return Failure(told.task_id, JobError(FailureCode.CONTENT_POLICY, message, code))
    message = "The provider could not make the music."
    return Failure(told.task_id, JobError(FailureCode.GENERATION_FAILED, message, code))
