"""A clip's file is kept for good, with all that can be known about it."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol

from cliphook.application.ports import Fetched, Shelf
from cliphook.domain.audio_format import AudioFormat
from cliphook.domain.clip import Clip
from cliphook.domain.clips import clip_key
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.job import Job
from cliphook.domain.passport import Passport, judge
from cliphook.domain.sound import Sound, Undecodable


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a file: by its frames, by listening, and as a waveform to be drawn."""

    audio: AudioFormat
    sound: Sound | Undecodable
    waveform: dict[str, Any] | None


class Examine(Protocol):
    """Who looks into a file before it is kept."""

    def __call__(self, file: Fetched) -> Examined:
        """Examine a file; whatever is in it, that is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who examines files and puts them on the shelf."""

    shelf: Shelf
    examine: Examine

    def keep(
        self,
        job: Job,
        clip: Clip,
        file: Fetched,
        *,
        claimed_s: Decimal | None,
        at: datetime,
        needs_waveform: bool = True,
    ) -> Passport:
        """
        Put a clip's file and its waveform on the shelf, and write its passport.

        What is damaged is kept as well, and its passport says so. To keep a file again changes
        nothing. Raises `UnavailableStoreError`; but a file that will not come again need not be
        lost for its waveform's sake.
        """
        examined = self.examine(file)
        key = clip_key(job, clip, file.sha256, file.extension)
        self.shelf.put(key, file)
        peaks_key = None
        if examined.waveform:
            key_beside = clip_key(job, clip, file.sha256, "peaks.json")
            if self._draw(key_beside, examined.waveform, is_needed=needs_waveform):
                peaks_key = key_beside
        findings = judge(examined.audio, examined.sound, claimed_s=claimed_s, peaks_key=peaks_key)
        return Passport(key, file.sha256, file.size_bytes, file.content_type, at, findings)

    def _draw(self, key: str, waveform: dict[str, Any], *, is_needed: bool) -> bool:
        """Put a waveform on the shelf; tell whether it lies there."""
        try:
            self.shelf.put_document(key, json.dumps(waveform, separators=(",", ":")))
        except UnavailableStoreError:
            if is_needed:
                raise
            return False
        return True
