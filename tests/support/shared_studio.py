"""A studio whose music is made once in a process, however many simulators ask for the same."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from threading import Lock

from local.simulators.studio import Studio
from local.simulators.tune import Brief

type _Key = tuple[str, Brief, int]


class Made:
    """What was made so far; who asks for what is just being made waits for it."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._files: dict[_Key, bytes] = {}
        self._locks: defaultdict[_Key, Lock] = defaultdict(Lock)
        self._looking = Lock()

    async def once(self, key: _Key, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """Make a file, unless another studio has."""
        with self._looking:
            if key in self._files:
                return self._files[key]
            lock = self._locks[key]
        # The others wait on event loops of their own, which go on meanwhile.
        await asyncio.to_thread(lock.acquire)
        try:
            if key not in self._files:
                self._files[key] = await make()
            return self._files[key]
        finally:
            lock.release()


class SharedStudio(Studio):
    """
    A studio that looks first at what was made elsewhere.

    While it works no time passes, so a busy machine makes no provider answer later.
    """

    def __init__(self, made: Made, halted: Callable[[], AbstractContextManager[None]]) -> None:
        """Share what is made, in a time that can be halted."""
        super().__init__()
        self._made = made
        self._halted = halted

    async def frames(self, brief: Brief, track: int) -> bytes:
        """Render a track as MP3 frames without a tag."""
        make = super().frames
        with self._halted():
            return await self._made.once(("mp3", brief, track), lambda: make(brief, track))

    async def wav(self, brief: Brief, track: int) -> bytes:
        """Render a track as WAV."""
        make = super().wav
        with self._halted():
            return await self._made.once(("wav", brief, track), lambda: make(brief, track))
