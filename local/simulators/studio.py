"""Where music is made on demand: off the event loop, once for each tune, kept in memory."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Final

import numpy as np
from numpy.typing import NDArray

from local.simulators.dice import Dice
from local.simulators.encode import cover_png, id3_tag, mp3_frames, wav_file
from local.simulators.render import render
from local.simulators.synth import RATE
from local.simulators.tune import Brief, compose

KEPT: Final = 64

type _Key = tuple[str, Brief, int]


class Studio:
    """
    Renders tracks in one thread of its own and keeps the last KEPT of them.

    Two who ask for the same track at the same time share one rendering.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="studio")
        self._kept: OrderedDict[_Key, asyncio.Future[bytes]] = OrderedDict()

    async def frames(self, brief: Brief, track: int) -> bytes:
        """Render a track as MP3 frames without a tag."""
        return await self._once(("mp3", brief, track), partial(_mp3, brief, track))

    async def wav(self, brief: Brief, track: int) -> bytes:
        """Render a track as WAV."""
        return await self._once(("wav", brief, track), partial(_wav, brief, track))

    async def silence(self, length_s: float) -> bytes:
        """Render nothing, as MP3 frames."""
        return await self._once((f"silence {length_s}", Brief(""), 0), partial(_silence, length_s))

    async def cover(self, name: str) -> bytes:
        """Paint the cover that belongs to a name."""
        return await self._once((f"cover {name}", Brief(""), 0), partial(cover_png, Dice(name)))

    def close(self) -> None:
        """Drop what is not begun, and end the thread."""
        self._thread.shutdown(wait=True, cancel_futures=True)

    async def _once(self, key: _Key, make: Callable[[], bytes]) -> bytes:
        future = self._kept.get(key)
        if future is None:
            future = asyncio.get_running_loop().run_in_executor(self._thread, make)
            self._kept[key] = future
        self._kept.move_to_end(key)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        # A caller who goes away must not take the rendering from the others.
        return await asyncio.shield(future)


def tagged(frames: bytes, *, title: str, clip_id: str, created: str) -> bytes:
    """Put a clip's own tag before its frames; its comment names suno, as real files' do."""
    comment = f"made with suno; created={created}; id={clip_id}"
    return id3_tag({"TIT2": title, "COMM": comment}) + frames


@lru_cache(maxsize=4)
def _samples(brief: Brief, track: int) -> NDArray[np.int16]:
    return render(compose(brief, track))


def _mp3(brief: Brief, track: int) -> bytes:
    return mp3_frames(_samples(brief, track))


def _wav(brief: Brief, track: int) -> bytes:
    return wav_file(_samples(brief, track))


def _silence(length_s: float) -> bytes:
    return mp3_frames(np.zeros((round(length_s * RATE), 2), dtype=np.int16))
