"""What a request starts from is found when it comes: a clip, a file, an address, or no such."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from cliphook.application.find_file import find_file, is_ready
from cliphook.application.library_ports import Library
from cliphook.application.ports import Files, FileShelf
from cliphook.domain.clip import Clip
from cliphook.domain.errors import FieldError, InvalidRequestError, UnknownResourceError
from cliphook.domain.ids import AccountId, ClipId, FileId
from cliphook.domain.job import Job
from cliphook.domain.plan import Lineage
from cliphook.domain.request import MusicRequest, Source


@dataclass(frozen=True, slots=True)
class Archives:
    """Where sources are looked for; `check_url` takes an address through the guard of downloads."""

    library: Library
    files: Files
    shelf: FileShelf
    check_url: Callable[[str], FieldError | None]


def trace_source(
    request: MusicRequest, account_id: AccountId, now: datetime, *, archives: Archives
) -> Lineage | None:
    """
    Find what a request starts from; nothing for one that starts from its words alone.

    Raises `InvalidRequestError`, naming every source that there is not, or that cannot be read
    yet. Another account's clips and files are none.
    """
    found = _source(request.source, account_id, now, archives) if request.source else None
    pictures = [
        _file_key(f"images.{index}.file_id", image.file_id, account_id, now, archives)
        for index, image in enumerate(request.images)
    ]
    errors = [one for one in (found, *pictures) if isinstance(one, FieldError)]
    if errors or isinstance(found, FieldError):
        raise InvalidRequestError(*errors)
    keys = tuple(key for key in pictures if not isinstance(key, FieldError))
    if found is None:
        return Lineage(picture_keys=keys) if any(keys) else None
    return replace(found, picture_keys=keys)


def _source(
    source: Source, account_id: AccountId, now: datetime, archives: Archives
) -> Lineage | FieldError:
    if source.clip_id:
        return _clip(source.clip_id, account_id, archives)
    if source.file_id:
        key = _file_key("source.file_id", source.file_id, account_id, now, archives)
        return key if isinstance(key, FieldError) else Lineage(key=key)
    error = archives.check_url(source.url) if source.url else None
    return error or Lineage(url=source.url)


def _clip(clip_id: ClipId, account_id: AccountId, archives: Archives) -> Lineage | FieldError:
    ref = archives.library.find_clip(account_id, clip_id)
    job = archives.library.load(ref) if ref else None
    clip = _find(job, clip_id) if job else None
    if not job or not clip:
        return FieldError("source.clip_id", "is no clip of this account")
    if clip.is_text or not clip.is_delivered:
        return FieldError("source.clip_id", "has no audio, or none yet")
    return Lineage(
        provider=job.provider,
        model=job.model,
        task_id=job.task_id,
        provider_clip_id=clip.provider_clip_id,
        index=clip.index[1] if clip.index else 0,
        key=clip.passport.key if clip.passport else None,
        url=next(iter(clip.addresses), None),
    )


def _file_key(
    field: str,
    file_id: FileId | None,
    account_id: AccountId,
    now: datetime,
    archives: Archives,
) -> str | FieldError | None:
    if file_id is None:
        return None
    try:
        file = find_file(account_id, file_id, files=archives.files, now=now)
    except UnknownResourceError:
        return FieldError(field, "is no file of this account")
    if not is_ready(file, shelf=archives.shelf):
        return FieldError(field, "is not uploaded yet")
    kind = "audio/" if field.startswith("source") else "image/"
    if not file.content_type.startswith(kind):
        return FieldError(field, f"is no file of the kind {kind}*")
    return file.key


def _find(job: Job, clip_id: ClipId) -> Clip | None:
    return next((clip for clip in job.clips.values() if clip.id == clip_id), None)
