"""Somebody at the public API of a world without faults: asks, waits for the answer, and looks."""

import json
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.simulator.checks import make_guard
from tests.simulator.decisions import Fixed, Point
from tests.simulator.front import NO_ANSWER, Answer
from tests.simulator.logs import Entry
from tests.simulator.play import Violation
from tests.simulator.release import ROOT, release
from tests.simulator.run import Run
from tests.simulator.sandboxes import SANDBOXES
from tests.simulator.scenario import RUN_MAX_S, Scenario
from tests.simulator.world import World

# How far time goes on between two looks whether an answer has come.
LOOK_S: Final = 0.05
SETTLED_S: Final = 1.0


class Moods(Fixed):
    """No faults; what the parties outside do is chance's."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._chance = Random(f"moods {seed}")

    def choose(self, at: Point, names: Any) -> str:  # noqa: ARG002 - a mood has no place
        return str(self._chance.choice(names))


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer, read."""

    status: int
    body: Any
    headers: Any


class Visitor:
    """A world, seen through its API, with every check of the simulator watching."""

    def __init__(self, scenario: Scenario, seed: int) -> None:
        """Deploy it, and let the operator give his credit."""
        SANDBOXES.forget()
        self._run = Run(scenario, Moods(seed), seed, faults_end_s=0.0)
        self._run.enter()
        self._world = World(self._run, release(ROOT))
        self._guard = make_guard()
        self.violations: list[Violation] = []
        self._run.logs.tell = self._watch
        self._world.begin()
        self.pass_time(SETTLED_S)

    @property
    def now(self) -> float:
        """Tell the time, in seconds since the beginning."""
        return self._run.now

    def pass_time(self, seconds: float) -> None:
        """Let time go by."""
        self._run.scheduler.run(self._run.now + seconds)
        if self._run.broken:
            raise self._run.broken

    def ask(self, client: str, method: str, path: str, **more: Any) -> Reply:
        """Send a request, and wait until its answer is there."""
        heard: list[Answer] = []
        if "body" in more:
            more["body"] = json.dumps(more["body"])
        self._world.clients.send(client, method, path, heard.append, **more)
        while not heard:
            self.pass_time(LOOK_S)
        answer = heard[0]
        assert answer is not NO_ANSWER
        return Reply(answer.status, json.loads(answer.body or "null"), answer.headers)

    def leave(self) -> None:
        """Let everything come to its end, and judge what is left."""
        self._run.scheduler.run(self._run.now + RUN_MAX_S)
        if not self.violations:
            self.violations.extend(self._guard.finish(self._world))
        self._run.scheduler.close()

    def _watch(self, entry: Entry) -> None:
        if not self.violations:
            self.violations.extend(self._guard.see(entry, self._world))
