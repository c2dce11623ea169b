"""Audio that came inside an answer is kept before anybody hears of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from cliphook.application.ports import Fetched, Shelf
from cliphook.domain.clip import Passport
from cliphook.domain.clips import clip_key, find_clip
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.job import Job
from cliphook.domain.report import Progress, ReportedClip

# How a word names the audio that came with it: by its place among the files.
INLINE: Final = "inline:"

# Nobody can be asked for these bytes again, so it is worth waiting for the shelf.
PATIENCE_S: Final = (0.5, 2.0, 5.0, 15.0)


def keep_inline[W](
    job: Job,
    word: W,
    files: Sequence[Fetched | None],
    *,
    at: datetime,
    shelf: Shelf,
    sleep: Callable[[float], None],
    is_only_chance: bool = False,
) -> W:
    """
    Put every file that a word's clips name on the shelf, and their passports into the word.

    A file that is no audio is left out, and so its clip has none; nor has one that names a file
    which is not there. Raises `UnavailableStoreError` where a file could not be kept, however
    often it was tried; where the word will not come again, its clip is to be downloaded instead,
    if it can be.
    """
    if not isinstance(word, Progress):
        return word

    def put(key: str, file: Fetched) -> None:
        _put(key, file, shelf, sleep)

    def keep(clip: ReportedClip) -> ReportedClip:
        try:
            return _kept(job, clip, files, at, put)
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
    put: Callable[[str, Fetched], None],
) -> ReportedClip:
    if not said.audio_url or not said.audio_url.startswith(INLINE):
        return said
    file = {f"{INLINE}{number}": file for number, file in enumerate(files)}.get(said.audio_url)
    if file is None:
        return replace(said, audio_url=None)
    clip = find_clip(job, said.provider_clip_id)
    key = clip_key(job, clip, file.sha256, file.extension)
    put(key, file)
    passport = Passport(key, file.sha256, file.size_bytes, file.content_type, at)
    return replace(said, audio_url=None, passport=passport)


def _put(key: str, file: Fetched, shelf: Shelf, sleep: Callable[[float], None]) -> None:
    for wait_s in PATIENCE_S:
        try:
            shelf.put(key, file)
        except UnavailableStoreError:
            sleep(wait_s)
        else:
            return
    shelf.put(key, file)
