"""What an account has made, as it is shown and heard: the story of `clips`."""

from collections.abc import Mapping
from dataclasses import dataclass

from cliphook.adapters import aws
from cliphook.adapters.api_response import show_clip
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.adapters.s3_shelf import S3Shelf
from cliphook.application.library_ports import ClipFilter, Library
from cliphook.domain.clip import Clip
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.ids import AccountId
from cliphook.domain.job import Job
from cliphook.domain.status import ClipStatus
from cliphook.runtime.clip_finding import Disposition, Links, file_name, find_clip
from cliphook.runtime.observability import logger
from cliphook.runtime.paging import fitting, read_choice, read_limit
from cliphook.runtime.settings import ClipsSettings


@dataclass(frozen=True, slots=True)
class ClipReading:
    """Answers of one account's questions; what belongs to another one does not exist."""

    library: Library
    links: Links
    base_url: str

    def list_clips(self, account_id: AccountId, query: Mapping[str, str]) -> Mapping[str, object]:
        """
        Write a page of clips; raises `InvalidRequestError` for a bad limit, cursor or status.

        A page of a filtered list may be short, or empty, with another one behind it.
        """
        limit = read_limit(query.get("limit"))
        status = read_choice(ClipStatus, "status", query.get("status"))
        wanted = ClipFilter(status, query.get("provider"), query.get("model"))
        page = self.library.list_clips(account_id, wanted, limit, query.get("cursor"))
        if page.left_out:
            logger.warning("left out", extra={"job_ids": page.left_out})
        shown = [show_clip(job, clip, self.base_url) for job, clip in page.items]
        count = fitting(shown)
        next_cursor = page.next_cursor if count == len(shown) else page.items[count - 1][1].id
        return {"data": shown[:count], "next_cursor": next_cursor}

    def show_clip(self, account_id: AccountId, clip_id: str) -> Mapping[str, object]:
        """Write one clip; raises `UnknownResourceError`."""
        return show_clip(*self._find(account_id, clip_id), self.base_url)

    def audio_link(self, account_id: AccountId, clip_id: str, query: Mapping[str, str]) -> str:
        """
        Find where a clip can be heard now: in the archive, or at its provider until it is there.

        Raises `UnknownResourceError` as long as there is nothing to hear, and
        `InvalidRequestError` for a disposition that there is not.
        """
        asked = read_choice(Disposition, "disposition", query.get("disposition"))
        job, clip = self._find(account_id, clip_id)
        if clip.passport:
            key = clip.passport.key
            return self.links.link(key, file_name(job, clip, key), asked or Disposition.INLINE)
        told = clip.stream_url or clip.audio_url
        if not told:
            raise UnknownResourceError
        return told[1]

    def peaks_link(self, account_id: AccountId, clip_id: str) -> str:
        """Find a clip's waveform; raises `UnknownResourceError` where there is none."""
        _, clip = self._find(account_id, clip_id)
        findings = clip.passport.findings if clip.passport else None
        if not findings or not findings.peaks_key:
            raise UnknownResourceError
        return self.links.link(findings.peaks_key, f"{clip.id}.peaks.json", Disposition.INLINE)

    def _find(self, account_id: AccountId, clip_id: str) -> tuple[Job, Clip]:
        return find_clip(self.library, account_id, clip_id)


def make_clip_reading(settings: ClipsSettings) -> ClipReading:
    """Put the parts together at cold start."""
    jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
    library = DynamoDbLibrary(settings.TABLE_NAME, aws.dynamodb(), jobs)
    return ClipReading(library, S3Shelf(settings.BUCKET_NAME, aws.s3()), settings.PUBLIC_URL)
