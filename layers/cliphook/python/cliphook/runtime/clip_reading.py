"""What an account has made, as it is shown and heard: the story of `clips`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cliphook.adapters import aws
from cliphook.adapters.api_response import kept_formats, show_clip
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.adapters.s3_shelf import S3Shelf
from cliphook.application.library_ports import ClipFilter, Library
from cliphook.domain.clip import Clip
from cliphook.domain.clips import lyrics_of
from cliphook.domain.companion import Part
from cliphook.domain.companions import companion_of
from cliphook.domain.errors import UnavailableFormatError, UnknownResourceError
from cliphook.domain.ids import AccountId
from cliphook.domain.job import Job
from cliphook.domain.status import ClipStatus
from cliphook.runtime.clip_finding import Disposition, Links, file_name, find_clip
from cliphook.runtime.observability import logger
from cliphook.runtime.paging import fitting, read_choice, read_limit
from cliphook.runtime.settings import ClipsSettings


class AudioFormat(StrEnum):
    """In which formats a clip's audio may be kept, by the endings of their files."""

    MP3 = "mp3"
    WAV = "wav"
    FLAC = "flac"
    OGG = "ogg"
    M4A = "m4a"


class LyricsFormat(StrEnum):
    """How lyrics can be read: as a text, or with the time of each word."""

    PLAIN = "plain"
    TIMED = "timed"


@dataclass(frozen=True, slots=True)
class Found:
    """A link to what was asked for, or the text itself: exactly one of both."""

    text: str = ""
    link: str = ""


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

        Raises `UnknownResourceError` as long as there is nothing to hear, `UnavailableFormatError`
        for a format in which it is not kept, and `InvalidRequestError` for a disposition or a
        format that there is not.
        """
        asked = read_choice(Disposition, "disposition", query.get("disposition"))
        wanted = read_choice(AudioFormat, "format", query.get("format"))
        job, clip = self._find(account_id, clip_id)
        kept = kept_formats(clip)
        if wanted and wanted not in kept:
            raise UnavailableFormatError(kept)
        if clip.passport:
            key = kept[wanted] if wanted else clip.passport.key
            return self._link(job, clip, key, asked or Disposition.INLINE)
        told = clip.stream_url or clip.audio_url
        if not told:
            raise UnknownResourceError
        return told[1]

    def find_part(
        self, account_id: AccountId, clip_id: str, name: str, query: Mapping[str, str]
    ) -> Found:
        """
        Find what there is beside a clip's audio: its waveform, its cover or its lyrics.

        Raises `UnknownResourceError` where there is none, and `InvalidRequestError` for lyrics in
        a format that there is not.
        """
        wanted = read_choice(LyricsFormat, "format", query.get("format"))
        job, clip = self._find(account_id, clip_id)
        match name:
            case "peaks":
                return self._peaks(clip)
            case "image":
                return self._image(job, clip)
            case "lyrics" if wanted is LyricsFormat.TIMED:
                return self._kept(job, clip, Part.TIMED_LYRICS)
            case "lyrics":
                return _lyrics(job, clip)
            case _:
                raise UnknownResourceError

    def _peaks(self, clip: Clip) -> Found:
        findings = clip.passport.findings if clip.passport else None
        if not findings or not findings.peaks_key:
            raise UnknownResourceError
        name = f"{clip.id}.peaks.json"
        return Found(link=self.links.link(findings.peaks_key, name, Disposition.INLINE))

    def _image(self, job: Job, clip: Clip) -> Found:
        """Find the kept cover, or as long as there is none its provider's."""
        is_kept = companion_of(clip, Part.IMAGE).file is not None
        if is_kept or not clip.image_url:
            return self._kept(job, clip, Part.IMAGE)
        return Found(link=clip.image_url[1])

    def _kept(self, job: Job, clip: Clip, part: Part) -> Found:
        file = companion_of(clip, part).file
        if not file:
            raise UnknownResourceError
        return Found(link=self._link(job, clip, file.key, Disposition.INLINE))

    def _link(self, job: Job, clip: Clip, key: str, disposition: Disposition) -> str:
        """Sign a link to one of a clip's files."""
        return self.links.link(key, file_name(job, clip, key), disposition)

    def _find(self, account_id: AccountId, clip_id: str) -> tuple[Job, Clip]:
        return find_clip(self.library, account_id, clip_id)


def make_clip_reading(settings: ClipsSettings) -> ClipReading:
    """Put the parts together at cold start."""
    jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
    library = DynamoDbLibrary(settings.TABLE_NAME, aws.dynamodb(), jobs)
    return ClipReading(library, S3Shelf(settings.BUCKET_NAME, aws.s3()), settings.PUBLIC_URL)


def _lyrics(job: Job, clip: Clip) -> Found:
    text = lyrics_of(job, clip)
    if not text:
        raise UnknownResourceError
    return Found(text=text)
