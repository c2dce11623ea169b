"""A clip is kept for good: download, check, store, and only then say so."""

from collections.abc import Callable
from datetime import datetime

from cliphook.application.keep_clip import Keeper
from cliphook.application.ports import Fetcher, JobRef, Jobs
from cliphook.application.record import record
from cliphook.domain.clip import Clip
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError
from cliphook.domain.ids import ClipId
from cliphook.domain.job import Job
from cliphook.domain.report import ClipArchived, ClipLost


def archive_clip(
    ref: JobRef,
    clip_id: ClipId,
    *,
    jobs: Jobs,
    fetcher: Fetcher,
    keeper: Keeper,
    clock: Callable[[], datetime],
    is_last_try: bool,
) -> None:
    """
    Keep one clip of a job, unless it is kept already.

    The file is on the shelf before the job says so, under a key that names its content, so this
    may be repeated and raced. Raises `FailedFetchError` or `ForbiddenAddressError` after a try
    that failed; after the last one the clip is recorded as lost, and can still be tried again.
    """
    job = jobs.load(ref)
    clip = _find(job, clip_id) if job else None
    if not job or not clip or not clip.is_delivered or clip.passport:
        return
    try:
        with fetcher.fetch(*clip.addresses, provider=job.provider) as fetched:
            claimed_s = clip.duration_s[1] if clip.duration_s else None
            passport = keeper.keep(job, clip, fetched, claimed_s=claimed_s, at=clock())
    except (FailedFetchError, ForbiddenAddressError) as error:
        if is_last_try:
            reason = getattr(error, "reason", error.code)
            record(ref, ClipLost(clip.provider_clip_id, reason, clock()), jobs=jobs)
        raise
    record(ref, ClipArchived(clip.provider_clip_id, passport, passport.archived_at), jobs=jobs)


def _find(job: Job, clip_id: ClipId) -> Clip | None:
    return next((clip for clip in job.clips.values() if clip.id == clip_id), None)
