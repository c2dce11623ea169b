"""What the archive queue's orders are carried out with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.file_kinds import AUDIO, IMAGE, TWIN, Kind
from cliphook.adapters.holds import Holds, PatientFetcher
from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.application.archive_clip import archive_clip
from cliphook.application.keep_clip import Keeper
from cliphook.application.keep_companion import keep_companion
from cliphook.application.ports import Fetcher, JobRef, Jobs
from cliphook.domain.companion import Part
from cliphook.domain.ids import ClipId
from cliphook.runtime.clock import now
from cliphook.runtime.keeping import audio_hosts, make_keeper
from cliphook.runtime.settings import ArchiveSettings

_KINDS: Final = {None: AUDIO, Part.IMAGE: IMAGE, Part.WAV: TWIN}


@dataclass(frozen=True, slots=True)
class Fetchers:
    """Who fetches one kind of file: from whom it has served before, or for the last time."""

    patient: Fetcher
    last: Fetcher


@dataclass(frozen=True, slots=True)
class Archive:
    """Who keeps clips, and what belongs to them."""

    jobs: Jobs
    keeper: Keeper
    fetchers: Mapping[Part | None, Fetchers]

    def keep(self, ref: JobRef, clip_id: ClipId, part: Part | None, *, is_last: bool) -> None:
        """Keep a clip's audio, or one part beside it; raises as those stories do."""
        fetchers = self.fetchers.get(part)
        if not fetchers:
            return
        fetcher = fetchers.last if is_last else fetchers.patient
        if part is None:
            archive_clip(
                ref,
                clip_id,
                jobs=self.jobs,
                fetcher=fetcher,
                keeper=self.keeper,
                clock=now,
                is_last_try=is_last,
            )
            return
        keep_companion(
            ref,
            clip_id,
            part,
            jobs=self.jobs,
            fetcher=fetcher,
            shelf=self.keeper.shelf,
            clock=now,
            is_last_try=is_last,
        )


def make_archive(settings: ArchiveSettings) -> Archive:
    """Put the parts together at cold start."""
    hosts = audio_hosts(settings.PROVIDER_SETTINGS)
    loopback = settings.FETCH_LOOPBACK
    return Archive(
        DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb()),
        make_keeper(settings.BUCKET_NAME),
        {part: _fetchers(kind, hosts, allow_loopback=loopback) for part, kind in _KINDS.items()},
    )


def _fetchers(kind: Kind, hosts: Mapping[str, Sequence[str]], *, allow_loopback: bool) -> Fetchers:
    """Make them with a memory of their own: a host without covers keeps no audio waiting."""
    fetcher = HttpxFetcher(allow_loopback=allow_loopback, kind=kind, audio_hosts=hosts)
    return Fetchers(PatientFetcher(fetcher, Holds(now), now), fetcher)
