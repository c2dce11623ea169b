"""Where the replaced parts of the handlers' surroundings find the run that is going on."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final, Protocol

import httpx

from tests.simulator.scheduler import Scheduler

EPOCH: Final = datetime(2026, 3, 1, tzinfo=UTC)
EPOCH_S: Final = EPOCH.timestamp()


class Net(Protocol):
    """Everything that can be reached over HTTP, and the names of it."""

    def request(self, request: httpx.Request) -> httpx.Response:
        """Answer a request; raises what httpx raises."""
        ...

    def addresses(self, host: str) -> list[str]:
        """Resolve a name; raises `OSError`."""
        ...


class Sink(Protocol):
    """Where lines of logs and metrics go."""

    def say(self, line: Any) -> None: ...

    def count(self, name: str, value: float) -> None: ...


@dataclass
class Surroundings:
    """The run that is going on, if there is one."""

    scheduler: Scheduler | None = None
    entropy: Random = field(default_factory=lambda: Random(0))
    clients: dict[str, Any] = field(default_factory=dict[str, Any])
    net: Net | None = None
    sink: Sink | None = None

    def wall_s(self) -> float:
        """Tell the time of day as the invocation that runs has it, from the beginning on."""
        scheduler = self.scheduler
        assert scheduler
        running = scheduler.running
        return scheduler.now + (running.clock_off_s if running else 0.0)


here: Final = Surroundings()
