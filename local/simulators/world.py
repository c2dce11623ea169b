"""Everything one simulator remembers: tasks, what it was asked, what it called, what comes next."""

import asyncio
import hashlib
import json
import re
from collections import Counter, deque
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import httpx
from starlette.requests import HTTPConnection

from local.simulators.clock import Clock, Window
from local.simulators.reading import read_body
from local.simulators.scenario import Scenario
from local.simulators.settings import Limit, SimulatorSettings
from local.simulators.simulator import Simulator
from local.simulators.studio import Studio
from local.simulators.tasks import Clip, Task

KEPT: Final = 10_000

_MARKER: Final = re.compile(r"\[\[sim:([^\]]*)\]\]")

type Entry = dict[str, Any]


class NoSuchScenarioError(Exception):
    """A provider cannot play that scenario."""


@dataclass(slots=True)
class World[S: Scenario]:
    """The state of one simulator. It lives in one event loop, so nothing is locked."""

    simulator: Simulator[S]
    settings: SimulatorSettings
    clock: Clock
    studio: Studio
    http: httpx.AsyncClient
    creates: Window
    credits: Decimal
    accepted: int = 0
    tasks: dict[str, Task[S]] = field(default_factory=dict)
    clips: dict[str, tuple[Task[S], Clip]] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    """What clients uploaded, or had downloaded, by its id."""
    own: dict[str, Any] = field(default_factory=dict)
    """What only this provider's format remembers, by names of its own."""
    requests: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    callbacks: deque[Entry] = field(default_factory=lambda: deque(maxlen=KEPT))
    following: deque[str] = field(default_factory=deque)
    seen: Counter[str] = field(default_factory=Counter)
    running: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def poll_limit(self) -> Limit:
        """How often a task may be polled."""
        asked = self.settings.poll_limit
        return self.simulator.poll_limit if asked is None else asked

    def choose(self, raw: bytes) -> tuple[str, S]:
        """Find a create's scenario: its own marker, else what was ordered, else the server's."""
        text = raw.decode("utf-8", "replace")
        if marker := _MARKER.search(text):
            name = marker[1]
        else:
            name = self.following.popleft() if self.following else self.settings.scenario
        self.require(name)
        return name, self.simulator.scenarios[name]

    def require(self, name: str) -> None:
        """Refuse a scenario that this provider cannot play."""
        if name not in self.simulator.scenarios:
            raise NoSuchScenarioError(f"{self.simulator.provider} has no scenario {name[:64]!r}")

    def times_seen(self, name: str, raw: bytes) -> int:
        """Count how often a body came under a scenario before, but for what may change."""
        body = dict(read_body(raw, str) or {})
        body.pop(self.simulator.changing_field, None)
        digest = hashlib.sha256(json.dumps([name, body], sort_keys=True).encode()).hexdigest()
        self.seen[digest] += 1
        return self.seen[digest] - 1

    def keep(self, task: Task[S]) -> None:
        """Remember a task and its tracks."""
        self.tasks[task.task_id] = task
        for clip in task.clips:
            self.clips[clip.clip_id] = (task, clip)

    def start(self, job: asyncio.Task[None]) -> None:
        """Hold on to something that runs beside the requests, until it ends."""
        self.running.add(job)
        job.add_done_callback(self.running.discard)

    async def reset(self) -> None:
        """Forget everything, end what runs, and begin the seed again."""
        running = list(self.running)
        for job in running:
            job.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        for kept in (
            self.tasks,
            self.clips,
            self.artifacts,
            self.own,
            self.requests,
            self.callbacks,
            self.following,
            self.seen,
        ):
            kept.clear()
        self.accepted = 0
        self.creates.admitted.clear()
        self.credits = Decimal(str(self.settings.credits))


def world_of(connection: HTTPConnection) -> World[Any]:
    """Find the world a request came to; a format says of itself whose scenarios are in it."""
    world: World[Any] = connection.app.state.world
    return world
