"""
What is wanted beside the clips of a job, and who is to see to it.

A clip's audio alone decides what its job comes to: no companion moves a status, an event or
credit, and one that cannot be had keeps nobody waiting.
"""

from typing import Final

from cliphook.domain.clip import TRUSTED, Clip
from cliphook.domain.companion import Companion, Part, join
from cliphook.domain.job import Job
from cliphook.domain.request import Operation, OutputFormat
from cliphook.domain.route import option_of
from cliphook.domain.status import Stage

# What has words that are sung, or sounds at all like a song; the others are parts and texts.
_SONGS: Final = frozenset(Operation) - {Operation.SEPARATE, Operation.LYRICS, Operation.SOUNDS}


def companion_of(clip: Clip, part: Part) -> Companion:
    """Tell what is known of a clip's part; nothing yet, where nobody said anything."""
    return clip.companions.get(part, Companion())


def with_companion(clip: Clip, part: Part, said: Companion) -> dict[str, Companion]:
    """Join what is said of a part to a clip's companions."""
    return {**clip.companions, part: join(companion_of(clip, part), said)}


def wanted_companions(job: Job) -> tuple[tuple[Clip, Part], ...]:
    """Name what is to be kept beside the clips of a job with an end, and is not settled."""
    if not job.has_ended:
        return ()
    return tuple(
        (clip, part)
        for clip in job.results
        if clip.is_delivered and not clip.is_text
        for part in Part
        if is_wanted(job, clip, part) and not companion_of(clip, part).is_settled
    )


def is_wanted(job: Job, clip: Clip, part: Part) -> bool:
    """
    Tell whether a part belongs to a clip, be it there or not.

    A cover does as soon as the provider's own API names one. The others cost credit there, so they
    are made only where the operator wants them, of music that was delivered and paid for.
    """
    if part is Part.IMAGE:
        return image_address(clip) is not None
    is_song = job.request.operation in _SONGS and Stage.COMPLETE in job.stages
    if not is_song or job.is_late(clip) or part not in _asked_for(job):
        return False
    if part is Part.WAV:
        return job.request.output_format is not OutputFormat.WAV
    return bool(words_of(job, clip))


def is_made(clip: Clip, part: Part) -> bool:
    """Tell whether a part has to be made by the provider first, before it can be fetched."""
    return address_of(clip, part) is None


def address_of(clip: Clip, part: Part) -> str | None:
    """Tell where a part's file is, by the provider's own API alone; nowhere, if not known yet."""
    return image_address(clip) if part is Part.IMAGE else companion_of(clip, part).url


def image_address(clip: Clip) -> str | None:
    """Tell where a clip's cover is, by the provider's own API alone."""
    weight, url = clip.image_url or (0, None)
    return url if weight >= TRUSTED else None


def words_of(job: Job, clip: Clip) -> str:
    """Tell what is sung in a clip, as its provider says, or else as the request does."""
    told = clip.lyrics[1] if clip.lyrics else job.request.lyrics
    return "" if job.request.instrumental else (told or "").strip()


def _asked_for(job: Job) -> tuple[str, ...]:
    return option_of(job, job.attempt.option).companions if job.attempt else ()
