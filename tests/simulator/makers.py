"""Providers: they take jobs or not, work on them, call back, and can be asked."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import httpx

from tests.simulator.courses import PATHS, Call, Manner, Path, State
from tests.simulator.front import Answer, Front, Request
from tests.simulator.hosts import Host, tune
from tests.simulator.logs import CalledBack, Polled, Served, Submitted
from tests.simulator.net import NEVER_S, Reply
from tests.simulator.run import Run
from tests.simulator.scenario import Attack, Audio, Course, Habits
from tests.simulator.scenario import Reply as Kind
from tests.simulator.wires import Infery, Track, Wire

# How long a provider takes to answer; one that has the music in its answer takes longer.
ANSWER_S: Final = 0.4
MUSIC_S: Final = 40.0
# Longer than a task takes to call back for the first time, and no longer than we wait.
SLOWLY_S: Final = 15.0
CLIPS: Final = ("a", "b")

TAKEN: Final = frozenset(
    {
        Kind.TAKE,
        Kind.TAKE_INLINE,
        Kind.TAKE_SLOWLY,
        Kind.TAKE_AND_HANG,
        Kind.TAKE_AND_BREAK,
        Kind.TAKE_WITHOUT_ID,
    }
)
REFUSED: Final = frozenset(
    {Kind.REFUSE, Kind.REFUSE_QUIETLY, Kind.REFUSE_FOR_NOW, Kind.NO_CONNECTION}
)


@dataclass(frozen=True, slots=True)
class Task:
    """A job that a provider has taken."""

    id: str
    number: int
    callback_url: str | None
    made_at: float
    path: Path
    tracks: tuple[Track, ...]
    lag_s: float


@dataclass(frozen=True, slots=True)
class Letter:
    """A callback: where to, what, and what is wrong with it."""

    url: str
    body: str
    state: State
    attack: Attack = Attack.NONE


class Maker:
    """One provider."""

    def __init__(
        self, name: str, wire: Wire, habits: Habits, *, run: Run, front: Front, host: Host
    ) -> None:
        """Start with nothing taken."""
        self.name = name
        self.wire = wire
        self.habits = habits
        self.tasks: dict[str, Task] = {}
        self.on_task: list[Callable[[Maker, Task], None]] = []
        self._run = run
        self._front = front
        self._host = host
        self._actor = f"provider.{name}"
        self._is_block = name == "infery"

    def operation(self, request: httpx.Request) -> str:
        """Tell a submission from a question."""
        return "submit" if request.method == "POST" else "ask"

    def reply(self, request: httpx.Request) -> Reply:
        """Answer a request."""
        if self.operation(request) == "submit":
            return self._submitted(request)
        return self._asked(request)

    def _submitted(self, request: httpx.Request) -> Reply:
        number = self._run.turn(self._actor)
        first = self.habits.first
        kind = (
            first[number - 1]
            if number <= len(first)
            else Kind(self._choose(number, "reply", self.habits.replies))
        )
        body = json.loads(request.content)
        task = self._take(number, body) if kind in TAKEN else None
        reply = self._answer(kind, task)
        is_heard = reply.after_s < NEVER_S and reply.status > 0
        self._run.logs.add(
            Submitted(
                self._run.now,
                self.name,
                number,
                body,
                self.wire.callback_url(body),
                dict(request.headers),
                kind,
                reply.status if is_heard else 0,
                task.id if task else None,
                kind in REFUSED,
            )
        )
        return reply

    def _answer(self, kind: Kind, task: Task | None) -> Reply:
        if kind is Kind.NO_CONNECTION:
            return Reply(0, after_s=3.0)
        if kind in {Kind.HANG, Kind.TAKE_AND_HANG}:
            return Reply(200, after_s=NEVER_S)
        is_good = task is not None and kind in {Kind.TAKE, Kind.TAKE_SLOWLY, Kind.TAKE_INLINE}
        if task and kind is Kind.TAKE_INLINE and isinstance(self.wire, Infery):
            status, body = self.wire.inline([self._inline(track) for track in task.tracks])
        elif task and is_good:
            status, body = self.wire.created(task.id, task.tracks)
        else:
            status, body = self.wire.refused(kind)
        after_s = MUSIC_S if is_good and self._is_block else ANSWER_S
        after_s = SLOWLY_S if kind is Kind.TAKE_SLOWLY else after_s
        return Reply(status, json.dumps(body).encode(), after_s)

    def _take(self, number: int, body: dict[str, Any]) -> Task:
        """Take a job, and let it go its course."""
        course = Course(self._choose(number, "course", self.habits.courses))
        clips = CLIPS[: self.habits.clips]
        audio = [Audio(self._choose(number, f"audio.{one}", self.habits.audio)) for one in clips]
        task_id = f"{self.name}-{number}"
        tracks = tuple(
            Track(
                f"{task_id}-{clip}",
                self._host.put(f"{task_id}-{clip}", one),
                self._cover(number, task_id, clip),
            )
            for clip, one in zip(clips, audio, strict=True)
        )
        lag_s = float(self._choose(number, "lag", tuple(map(str, self.habits.lags_s))))
        callback_url = self.wire.callback_url(body)
        task = Task(task_id, number, callback_url, self._run.now, PATHS[course], tracks, lag_s)
        self.tasks[task_id] = task
        if callback_url:
            for call in task.path.calls:
                at = self._run.now + call.at_s
                self._run.scheduler.at(at, partial(self._call_back, task, call))
        for hear in self.on_task:
            hear(self, task)
        return task

    def _cover(self, number: int, task_id: str, clip: str) -> str | None:
        """Put a cover beside a clip, where that is a habit."""
        if not self.habits.covers:
            return None
        fate = Audio(self._choose(number, f"cover.{clip}", self.habits.covers))
        return self._host.put_cover(f"{task_id}-{clip}", fate)

    def _inline(self, track: Track) -> bytes:
        """Give the bytes of a clip that no host serves."""
        body = tune(track.id)
        self._run.logs.add(Served(self._run.now, f"inline:{track.id}", 200, body, is_good=True))
        return body

    def _asked(self, request: httpx.Request) -> Reply:
        task_id = self.wire.task_id(request)
        task = self.tasks.get(task_id)
        if not task:
            self._run.logs.add(Polled(self._run.now, self.name, task_id, 404, "unknown"))
            return Reply(404, b"{}")
        state = task.path.at(self._run.now - task.lag_s - task.made_at)
        status, body = self.wire.polled(task.id, state, task.tracks)
        self._run.logs.add(Polled(self._run.now, self.name, task_id, status, state))
        return Reply(status, json.dumps(body).encode())

    def _call_back(self, task: Task, call: Call) -> None:
        task_id = "somebody-elses" if call.manner is Manner.FOREIGN_ID else task.id
        body = self.wire.callback(task_id, call.state, task.tracks)
        if call.manner is Manner.MALFORMED:
            body = body[: len(body) // 2]
        self.send(task, Letter(str(task.callback_url), body, call.state))

    def send(self, task: Task, letter: Letter, tries: int = 0) -> None:
        """Send a callback, and once more if that is a habit and the answer was not good."""
        sent_at = self._run.now
        path = "/" + letter.url.partition("://")[2].partition("/")[2]

        def hear(answer: Answer) -> None:
            self._run.logs.add(
                CalledBack(
                    self._run.now,
                    self.name,
                    task.id,
                    path.rpartition("/")[2],
                    letter.state,
                    sent_at,
                    letter.body,
                    answer.status,
                    letter.attack,
                )
            )
            again_s = self.habits.calls_again_s
            if answer.status != 200 and not letter.attack and tries < len(again_s):
                again = partial(self.send, task, letter, tries + 1)
                self._run.scheduler.after(again_s[tries], again)

        self._front.send(Request("provider", "POST", path, {}, letter.body), hear)

    def _choose(self, number: int, what: str, names: Any) -> str:
        return self._run.choose(self._actor, number, what, [str(name) for name in names])
