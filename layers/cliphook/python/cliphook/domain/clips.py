"""How what is said of clips is joined, and how much unsigned saying a job puts up with."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from cliphook.domain.clip import CLIPS_MAX, TEXT_CHARACTERS_MAX, TRUSTED, Clip, Told
from cliphook.domain.ids import ClipId, derive_id
from cliphook.domain.job import Job
from cliphook.domain.passport import Passport
from cliphook.domain.report import Progress, ReportedClip
from cliphook.domain.request import Operation
from cliphook.domain.status import STAGE_RANK, Stage

_TEXTS: Final = (
    "title",
    "lyrics",
    "style",
    "audio_url",
    "source_url",
    "stream_url",
    "image_url",
)


def merge_clips(job: Job, word: Progress, at: datetime, *, is_trusted: bool) -> Job:
    """Join a word's clips into a job's; only a trusted word can deliver audio."""
    weight = STAGE_RANK[word.stage] + (TRUSTED + _age_days(job, word, at) if is_trusted else 0)
    clips = dict(job.clips)
    for said in word.clips:
        clip = find_clip(job, said.provider_clip_id)
        clip = _joined(clip, said, weight)
        if is_trusted and is_delivered(job, said):
            clip = _delivered(job, clip, at)
        clips[said.provider_clip_id] = clip
    return replace(job, clips=clips)


def is_delivered(job: Job, said: ReportedClip) -> bool:
    """Whether a clip is there as far as its provider goes: its audio, or its text if it is one."""
    if job.request.operation is Operation.LYRICS:
        return bool(said.lyrics)
    return bool(said.audio_url or said.passport)


def clip_key(job: Job, clip: Clip, sha256: str, extension: str) -> str:
    """Name where a clip's bytes lie: by its content, so that to keep it twice changes nothing."""
    return f"clips/{job.account_id}/{job.id}/{clip.id}/{sha256}.{extension}"


def title_of(job: Job, clip: Clip) -> str | None:
    """Tell what a clip is called: as its provider says, or else as the request does."""
    return clip.title[1] if clip.title else job.request.title


def lyrics_of(job: Job, clip: Clip) -> str | None:
    """Tell what is sung: as the provider says, or else as the request does."""
    return clip.lyrics[1] if clip.lyrics else job.request.lyrics


def find_clip(job: Job, provider_clip_id: str) -> Clip:
    """Find a job's clip, or make the one that it will be: its id follows from the provider's."""
    if clip := job.clips.get(provider_clip_id):
        return clip
    clip_id = derive_id("clip", job.created_at, job.id, provider_clip_id)
    is_text = job.request.operation is Operation.LYRICS
    return Clip(ClipId(clip_id), provider_clip_id, is_text=is_text)


def with_clip(job: Job, clip: Clip) -> Job:
    """Put a clip in the place of the one it came from."""
    return replace(job, clips={**job.clips, clip.provider_clip_id: clip})


def broken_limit(job: Job) -> str | None:
    """Name the limit on what a job may hold of unsigned sayings that it breaks, if it does."""
    if len(job.clips) > CLIPS_MAX:
        return "too_many_clips"
    length = sum(_text_length(clip) for clip in job.clips.values())
    return "too_much_text" if length > TEXT_CHARACTERS_MAX else None


def _age_days(job: Job, word: Progress, at: datetime) -> int:
    """
    Weigh what a provider's API says of complete music by the job's age: its links expire.

    Of two answers on one day either may count.
    """
    return max(0, (at - job.created_at).days) if word.stage is Stage.COMPLETE else 0


def _delivered(job: Job, clip: Clip, at: datetime) -> Clip:
    """
    Take note that a clip is there, and whether that comes too late to be paid for.

    What is given back is decided in the commit in which a job ends, so what counts is which of
    the two was stored first; the clocks of those who noticed them do not.
    """
    is_late = job.has_ended if clip.delivered_at is None else clip.is_late
    return replace(clip, delivered_at=min(clip.delivered_at or at, at), is_late=is_late)


def _joined(clip: Clip, said: ReportedClip, weight: int) -> Clip:
    return replace(
        clip,
        index=_told(clip.index, said.index, weight),
        title=_told(clip.title, said.title, weight),
        lyrics=_told(clip.lyrics, said.lyrics, weight),
        style=_told(clip.style, said.style, weight),
        audio_url=_told(clip.audio_url, said.audio_url, weight),
        source_url=_told(clip.source_url, said.source_url, weight),
        stream_url=_told(clip.stream_url, said.stream_url, weight),
        image_url=_told(clip.image_url, said.image_url, weight),
        duration_s=_told(clip.duration_s, said.duration_s, weight),
        passport=_older(clip.passport, said.passport),
    )


def _told[T: (str, int, Decimal)](
    known: Told[T] | None, value: T | None, weight: int
) -> Told[T] | None:
    if value is None:
        return known
    return max(known or (weight, value), (weight, value))


def _older(known: Passport | None, said: Passport | None) -> Passport | None:
    told = [passport for passport in (known, said) if passport]
    return min(told, key=lambda one: (one.archived_at, one.sha256), default=None)


def _text_length(clip: Clip) -> int:
    told = (getattr(clip, name) for name in _TEXTS)
    return sum(len(pair[1]) for pair in told if pair)
