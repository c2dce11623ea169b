"""Audio that came inside an answer is kept before anybody hears of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from cliphook.application.keep_clip import Keeper
from cliphook.application.ports import Fetched, Shelf
from cliphook.domain.clips import find_clip
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.job import Job
from cliphook.domain.report import Progress, ReportedClip

# How a word names the audio that came with it: by its place among the files.
INLINE: Final = "inline:"

# How long an answer's files wait for the shelf, all together: some seconds where the answer can be
# asked for again, and where nobody can be asked, as long as an invocation has.
PATIENCE_S: Final = (0.5, 2.0, 5.0, 15.0)
LAST_PATIENCE_S: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 20.0, 30.0, 30.0)


@dataclass(frozen=True, slots=True)
class PatientShelf:
    """A shelf that is tried again where it does not answer, until there are no waits left."""

    shelf: Shelf
    sleep: Callable[[float], None]
    waits_s: Iterator[float]

    def put(self, key: str, fetched: Fetched) -> None:
        """Keep a file; raises `UnavailableStoreError` where it could not be, however often."""
        self._patiently(lambda: self.shelf.put(key, fetched))

    def put_document(self, key: str, text: str) -> None:
        """Keep a JSON document, as a file is kept."""
        self._patiently(lambda: self.shelf.put_document(key, text))

    def _patiently(self, put: Callable[[], None]) -> None:
        while True:
            try:
                return put()
            except UnavailableStoreError:
                wait_s = next(self.waits_s, None)
                if wait_s is None:
                    raise
                self.sleep(wait_s)


def keep_inline[W](
    job: Job,
    word: W,
    files: Sequence[Fetched | None],
    *,
    at: datetime,
    keeper: Keeper,
    is_only_chance: bool = False,
) -> W:
    """
    Keep every file that a word's clips name, and put their passports into the word.

    A file that is no audio is left out, and so its clip has none; nor has one that names a file
    which is not there. Raises `UnavailableStoreError` where a file could not be kept; where the
    word will not come again, its clip is to be downloaded instead, if it can be, and one whose
    waveform alone could not be kept has none.
    """
    if not isinstance(word, Progress):
        return word

    def keep(clip: ReportedClip) -> ReportedClip:
        try:
            return _kept(job, clip, files, at, keeper, needs_waveform=not is_only_chance)
        except UnavailableStoreError:
            if not is_only_chance:
                raise
            return replace(clip, audio_url=clip.source_url, source_url=None)

    return replace(word, clips=tuple(map(keep, word.clips)))


def _kept(
    job: Job,
    said: ReportedClip,
    files: Sequence[Fetched | None],
    at: datetime,
    keeper: Keeper,
    *,
    needs_waveform: bool,
) -> ReportedClip:
    if not said.audio_url or not said.audio_url.startswith(INLINE):
        return said
    file = {f"{INLINE}{number}": file for number, file in enumerate(files)}.get(said.audio_url)
    if file is None:
        return replace(said, audio_url=None)
    clip = find_clip(job, said.provider_clip_id)
    passport = keeper.keep(
        job, clip, file, claimed_s=said.duration_s, at=at, needs_waveform=needs_waveform
    )
    return replace(said, audio_url=None, passport=passport)
