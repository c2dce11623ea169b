"""An archive queue's order is carried out: for a clip's audio, or for a part beside it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from cliphook.adapters.file_kinds import IMAGE
from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.application.archive_clip import archive_clip
from cliphook.application.keep_companion import keep_companion
from cliphook.application.ports import Fetcher, JobRef, Jobs, Shelf
from cliphook.domain.companion import Part
from cliphook.domain.ids import ClipId
from tests.support.examining import walking_keeper


def part_of(detail: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give what an order is about: the time, the clip, and the part's name if it is for one."""
    part: Mapping[str, Any] = detail.get("part", detail)
    return part


def make_fetchers(audio_max_bytes: int) -> Mapping[str | None, Fetcher]:
    """Make who fetches audio, and who fetches covers, from loopback as well."""
    return {
        None: HttpxFetcher(allow_loopback=True, size_max_bytes=audio_max_bytes),
        Part.IMAGE.value: HttpxFetcher(allow_loopback=True, kind=IMAGE),
    }


def archive(
    ref: JobRef,
    told: Mapping[str, Any],
    *,
    jobs: Jobs,
    fetchers: Mapping[str | None, Fetcher],
    shelf: Shelf,
    clock: Callable[[], datetime],
    is_last_try: bool,
) -> None:
    """Do what the archive function does with an order."""
    name = told.get("name")
    clip_id, fetcher = ClipId(told["clip_id"]), fetchers[name]
    common: Any = {"jobs": jobs, "fetcher": fetcher, "clock": clock, "is_last_try": is_last_try}
    if name is None:
        archive_clip(ref, clip_id, keeper=walking_keeper(shelf), **common)
    else:
        keep_companion(ref, clip_id, Part(name), shelf=shelf, **common)
