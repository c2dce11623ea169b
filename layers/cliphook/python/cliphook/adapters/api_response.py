"""How jobs and clips are shown to their account; what is not listed here is not shown."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from cliphook.adapters.amounts import write_amount
from cliphook.adapters.api_request import show_request
from cliphook.adapters.documents import write_time
from cliphook.domain.cancellation import reach_of
from cliphook.domain.clip import COPY_BYTES_MAX, Clip
from cliphook.domain.clips import lyrics_of, title_of
from cliphook.domain.companion import Part
from cliphook.domain.companions import companion_of
from cliphook.domain.job import Attempt, Job, JobError
from cliphook.domain.ledger import CURRENCY
from cliphook.domain.passport import Findings
from cliphook.domain.route import option_of
from cliphook.domain.status import STAGE_RANK, Status

_SILENCES: Final = ("leading_silence_s", "trailing_silence_s")


def show_job(job: Job, base_url: str) -> Mapping[str, object]:
    """Write a job, with links that begin with where the API is reached."""
    error = job.verdict.error if job.verdict else None
    return {
        "id": job.id,
        "status": job.status,
        "stage": job.stage,
        "done": job.is_done,
        "operation": job.request.operation,
        "provider": job.provider,
        "model": job.model,
        "provider_task_id": job.task_id,
        "created_at": write_time(job.created_at),
        "request": show_request(job.request),
        "clips": [show_clip(job, clip, base_url) for clip in job.results],
        "stages": {
            stage: write_time(job.stages[stage])
            for stage in sorted(job.stages, key=STAGE_RANK.get)  # type: ignore[arg-type]
        },
        "attempts": [_attempt(job, attempt) for attempt in job.attempts],
        "waiting": _waiting(job),
        "billing": {
            "charged": write_amount(job.charge),
            "refunded": write_amount(job.refund),
            "currency": CURRENCY,
        },
        "cancellation": _cancellation(job),
        "error": _error(error),
        "metadata": dict(job.request.metadata),
        "links": {"self": f"{base_url}/v1/jobs/{job.id}"},
    }


def show_clip(job: Job, clip: Clip, base_url: str) -> Mapping[str, object]:
    """Write a clip; `audio` describes the archived file once there is one."""
    passport = clip.passport
    index = job.results.index(clip) if clip in job.results else None
    return {
        "id": clip.id,
        "job_id": job.id,
        "index": index,
        "status": clip.status,
        "late": job.is_late(clip),
        "title": title_of(job, clip),
        "lyrics": lyrics_of(job, clip),
        "style": clip.style[1] if clip.style else job.request.style,
        "provider_clip_id": clip.provider_clip_id,
        "audio": {
            "url": f"{base_url}/v1/clips/{clip.id}/audio",
            "formats": [*kept_formats(clip)],
            "content_type": passport.content_type if passport else None,
            "size_bytes": passport.size_bytes if passport else None,
            "sha256": passport.sha256 if passport else None,
            "duration_s": float(clip.length_s) if clip.length_s else None,
            **_findings(clip, base_url),
        },
        "image": _companion(clip, Part.IMAGE, f"{base_url}/v1/clips/{clip.id}/image"),
        "timed_lyrics": _companion(
            clip, Part.TIMED_LYRICS, f"{base_url}/v1/clips/{clip.id}/lyrics?format=timed"
        ),
        "stream_url": clip.stream_url[1] if clip.stream_url else None,
        "image_url": clip.image_url[1] if clip.image_url else None,
        "archive_error": clip.loss[1] if clip.loss and not passport else None,
        "links": _links(clip, f"{base_url}/v1/clips/{clip.id}"),
    }


def _links(clip: Clip, url: str) -> Mapping[str, object]:
    """Write where a clip is read, heard, and fetched with tags once there may be such a copy."""
    passport = clip.passport
    is_copied = passport is not None and passport.size_bytes <= COPY_BYTES_MAX
    return {"self": url, "audio": f"{url}/audio", "tagged": f"{url}/tagged" if is_copied else None}


def kept_formats(clip: Clip) -> Mapping[str, str]:
    """Name the formats in which a clip's audio is kept, the original first, and their keys."""
    twin = companion_of(clip, Part.WAV).file
    keys = [clip.passport.key if clip.passport else None, twin.key if twin else None]
    formats: dict[str, str] = {}
    for key in filter(None, keys):
        formats.setdefault(key.rpartition(".")[2], key)
    return formats


def _companion(clip: Clip, part: Part, url: str) -> Mapping[str, object] | None:
    """Write what is known of a part beside the audio; null as long as nothing is."""
    companion = companion_of(clip, part)
    if not companion.is_settled:
        return None
    file = companion.file
    return {
        "url": url if file else None,
        "content_type": file.content_type if file else None,
        "size_bytes": file.size_bytes if file else None,
        "sha256": file.sha256 if file else None,
        "error": companion.loss[1] if companion.loss and not file else None,
    }


def _findings(clip: Clip, base_url: str) -> Mapping[str, object]:
    """Write what was found in the archived file; nulls as long as nobody has looked."""
    found = (clip.passport.findings if clip.passport else None) or Findings()
    numbers = ("off_by_s", "loudness_lufs", "true_peak_dbtp", *_SILENCES)
    return {
        "container": found.container,
        "codec": found.codec,
        "sample_rate_hz": found.sample_rate_hz,
        "channels": found.channels,
        "bit_rate_bps": found.bit_rate_bps,
        **{name: _number(getattr(found, name)) for name in numbers},
        "peaks_url": f"{base_url}/v1/clips/{clip.id}/peaks" if found.peaks_key else None,
        "defects": list(found.defects),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _cancellation(job: Job) -> Mapping[str, object] | None:
    if not job.verdict or job.verdict.status is not Status.CANCELED:
        return None
    return {"at": write_time(job.verdict.at), "reached": reach_of(job)}


def _attempt(job: Job, attempt: Attempt) -> Mapping[str, object]:
    # A job that has ended keeps no appointment for another submission.
    is_off = attempt is job.attempt and job.verdict is not None
    retry_at = None if is_off else attempt.retry_at
    return {
        "number": attempt.number,
        "provider": attempt.provider,
        "model": attempt.model,
        "reason": attempt.reason,
        "status": attempt.status,
        "provider_task_id": attempt.task_id,
        "claimed_at": write_time(attempt.claimed_at),
        "answered_at": write_time(attempt.answered_at) if attempt.answered_at else None,
        "retry_at": write_time(retry_at) if retry_at else None,
        "error": _error(attempt.error),
    }


def _waiting(job: Job) -> Mapping[str, object] | None:
    """Say for whom a queued job waits, until when, and why."""
    waiting = job.waiting
    if not waiting:
        return None
    return {
        "provider": option_of(job, waiting.option).provider,
        "until": write_time(waiting.until),
        "reason": waiting.reason,
    }


def _error(error: JobError | None) -> Mapping[str, object] | None:
    if not error:
        return None
    return {
        "code": error.code,
        "message": error.message,
        "provider_code": error.provider_code,
    }
