"""Time as the providers publish it, run as fast as asked."""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from local.simulators.settings import Limit


@dataclass(frozen=True, slots=True)
class Clock:
    """A clock that counts published seconds, each of which takes `scale` real ones."""

    scale: float
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def published(self) -> float:
        """Read the clock, in published seconds from some beginning."""
        return self.monotonic() / self.scale

    async def until(self, published: float) -> None:
        """Wait for a reading; never returns before it."""
        while (rest := published - self.published()) > 0:
            await self.sleep(rest * self.scale)


@dataclass(slots=True)
class Window:
    """How many were admitted lately, in real time."""

    limit: Limit
    admitted: deque[float] = field(default_factory=deque)

    def admit(self, now: float) -> bool:
        """Admit one, unless there were too many; who is refused does not count."""
        while self.admitted and self.admitted[0] <= now - self.limit.span_s:
            self.admitted.popleft()
        if self.limit.count and len(self.admitted) >= self.limit.count:
            return False
        self.admitted.append(now)
        return True


def utc_now() -> datetime:
    """Tell the time of day."""
    return datetime.now(UTC)
