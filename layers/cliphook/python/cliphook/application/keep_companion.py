"""A cover or a twin is kept beside a clip's audio: download, check, store, and only then say so."""

from collections.abc import Callable
from datetime import datetime

from cliphook.application.diagnose_letter import find_clip
from cliphook.application.ports import Fetched, Fetcher, JobRef, Jobs, Shelf
from cliphook.application.record import record
from cliphook.domain.clip import Clip
from cliphook.domain.clips import clip_key
from cliphook.domain.companion import Companion, KeptFile, Part
from cliphook.domain.companions import address_of, companion_of, is_wanted
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError
from cliphook.domain.ids import ClipId
from cliphook.domain.job import Job
from cliphook.domain.report import Accompanied


def keep_companion(
    ref: JobRef,
    clip_id: ClipId,
    part: Part,
    *,
    jobs: Jobs,
    fetcher: Fetcher,
    shelf: Shelf,
    clock: Callable[[], datetime],
    is_last_try: bool,
) -> None:
    """
    Keep a file beside one clip of a job, unless it is kept already.

    As with the audio, the file is on the shelf before the job says so, so this may be repeated and
    raced. Raises `FailedFetchError` or `ForbiddenAddressError` after a try that failed; after the
    last one it is recorded as given up, and can still be tried again.
    """
    job = jobs.load(ref)
    clip = find_clip(job, clip_id) if job else None
    url = address_of(clip, part) if clip else None
    if not job or not clip or not url or not _is_missing(job, clip, part):
        return
    try:
        with fetcher.fetch(url, provider=job.provider) as fetched:
            said = Companion(file=_keep(job, clip, fetched, shelf, clock()))
    except (FailedFetchError, ForbiddenAddressError) as error:
        if is_last_try:
            now = clock()
            reason = getattr(error, "reason", error.code)
            lost = Companion(loss=(now, reason))
            record(ref, Accompanied(clip.provider_clip_id, part, lost, now), jobs=jobs)
        raise
    record(ref, Accompanied(clip.provider_clip_id, part, said, clock()), jobs=jobs)


def _is_missing(job: Job, clip: Clip, part: Part) -> bool:
    is_ours = job.has_ended and clip.is_delivered and is_wanted(job, clip, part)
    return is_ours and companion_of(clip, part).file is None


def _keep(job: Job, clip: Clip, fetched: Fetched, shelf: Shelf, at: datetime) -> KeptFile:
    key = clip_key(job, clip, fetched.sha256, fetched.extension)
    shelf.put(key, fetched)
    return KeptFile(key, fetched.sha256, fetched.size_bytes, fetched.content_type, at)
