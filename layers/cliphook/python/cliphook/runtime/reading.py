"""What an account can look up, as it is shown to it: the story of `query`."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from cliphook.adapters import aws
from cliphook.adapters.api_response import show_clip, show_job
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.adapters.s3_shelf import S3Shelf
from cliphook.application.ports import JobRef, Library
from cliphook.domain.clip import Clip
from cliphook.domain.clips import title_of
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.ids import AccountId, ClipId, JobId
from cliphook.domain.job import Job
from cliphook.runtime.observability import logger
from cliphook.runtime.paging import read_limit
from cliphook.runtime.settings import QuerySettings
from cliphook.runtime.waiting import read_wait, wait_for_news

# Lambda hands on answers of 6 MB, with its own escapes of our text counted in.
PAGE_MAX_BYTES: Final = 3 * 1024 * 1024

_ID: Final = re.compile(r"(?:job|clip)_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)
_FILE_NAME_MAX: Final = 80
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9 ._-]+", re.ASCII)


class Links(Protocol):
    """Who signs links to archived files."""

    def link(self, key: str, file_name: str) -> str:
        """Sign a short-lived link to one file."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """Answers of one account's questions; what belongs to another one does not exist."""

    library: Library
    links: Links
    base_url: str

    def list_jobs(self, account_id: AccountId, query: Mapping[str, str]) -> Mapping[str, object]:
        """Write a page of jobs; raises `InvalidRequestError` for a bad `limit` or `cursor`."""
        limit = read_limit(query.get("limit"))
        page = self.library.list_jobs(account_id, limit, query.get("cursor"))
        if page.left_out:
            logger.warning("left out", extra={"job_ids": page.left_out})
        shown = [show_job(job, self.base_url) for job in page.items]
        fitting = _fitting(shown)
        next_cursor = page.next_cursor if fitting == len(shown) else page.items[fitting - 1].id
        return {"data": shown[:fitting], "next_cursor": next_cursor}

    def show_job(
        self, account_id: AccountId, job_id: str, headers: Mapping[str, str]
    ) -> Mapping[str, object]:
        """Write one job; if `Prefer` asks for it, once there is news of it."""
        ends_at_s = time.monotonic() + read_wait(headers.get("prefer"))
        ref = JobRef(account_id, JobId(job_id))
        job = wait_for_news(self._load(ref), lambda: self._load(ref), ends_at_s)
        return show_job(job, self.base_url)

    def show_clip(self, account_id: AccountId, clip_id: str) -> Mapping[str, object]:
        """Write one clip; raises `UnknownResourceError`."""
        return show_clip(*self._find(account_id, clip_id), self.base_url)

    def audio_link(self, account_id: AccountId, clip_id: str) -> str:
        """
        Find where a clip can be heard now: in the archive, or at its provider until it is there.

        Raises `UnknownResourceError` as long as there is nothing to hear.
        """
        job, clip = self._find(account_id, clip_id)
        if clip.passport:
            extension = clip.passport.key.rpartition(".")[2]
            return self.links.link(clip.passport.key, f"{_file_name(job, clip)}.{extension}")
        told = clip.stream_url or clip.audio_url
        if not told:
            raise UnknownResourceError
        return told[1]

    def _find(self, account_id: AccountId, clip_id: str) -> tuple[Job, Clip]:
        is_id = _ID.fullmatch(clip_id)
        ref = self.library.find_clip(account_id, ClipId(clip_id)) if is_id else None
        if ref is None:
            raise UnknownResourceError
        job = self._load(ref)
        clip = next((one for one in job.clips.values() if one.id == clip_id), None)
        if clip is None:
            raise UnknownResourceError
        return job, clip

    def _load(self, ref: JobRef) -> Job:
        # The table refuses a key that is too long, and that would look like a table in trouble.
        job = self.library.load(ref) if _ID.fullmatch(ref.job_id) else None
        if job is None:
            raise UnknownResourceError
        return job


def make_reading(settings: QuerySettings) -> Reading:
    """Put the parts together at cold start."""
    jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
    library = DynamoDbLibrary(settings.TABLE_NAME, aws.dynamodb(), jobs)
    return Reading(library, S3Shelf(settings.BUCKET_NAME, aws.s3()), settings.PUBLIC_URL)


def _fitting(shown: Sequence[Mapping[str, object]]) -> int:
    """Count how many fit into one answer; the first one always does."""
    total_bytes = 0
    for count, one in enumerate(shown):
        total_bytes += len(json.dumps(one, ensure_ascii=False).encode())
        if count and total_bytes > PAGE_MAX_BYTES:
            return count
    return len(shown)


def _file_name(job: Job, clip: Clip) -> str:
    title = _UNSAFE.sub("", title_of(job, clip) or "").strip()[:_FILE_NAME_MAX]
    return title or clip.id
