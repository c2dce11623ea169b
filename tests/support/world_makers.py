"""The providers of the little world: they take jobs, work on them, call back, and can be asked."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Protocol

from cliphook.application.keep_inline import keep_inline
from cliphook.application.ports import Fetched, Jobs, Shelf
from cliphook.application.receive_callback import receive_callback
from cliphook.domain.errors import CliphookError
from cliphook.domain.ids import JobId
from cliphook.domain.job import Job, JobError
from cliphook.domain.report import Accepted, Answer, Progress, Refused, Silence, Word
from cliphook.domain.status import Stage
from cliphook.domain.ticket import Ticket, check, expiry, issue
from tests.support.examining import walking_keeper
from tests.support.hooks import CrashError, Hook, step
from tests.support.makers import said_clip

MASTER: Final = b"a master secret of sixty-four characters, more or less, for tests"
STAGES: Final = {Stage.TEXT: 10, Stage.FIRST: 35, Stage.COMPLETE: 120}
CLIPS: Final = {
    Stage.TEXT: (said_clip("one", 0, audio=False), said_clip("two", 1, audio=False)),
    Stage.FIRST: (said_clip("one", 0), said_clip("two", 1, audio=False)),
    Stage.COMPLETE: (said_clip("one", 0), said_clip("two", 1)),
}
# How soon a provider calls back again, and how often at most.
CALL_BACK_S: Final = 60
CALLS_MAX: Final = 4
REFUSAL: Final = JobError("provider_out_of_credit", "No.", "429")

type Reply = Callable[[Job, str, datetime], Answer]


class Surroundings(Protocol):
    """What a provider needs of the world around it."""

    @property
    def hook(self) -> Hook:
        """Whom to tell of every step."""
        ...

    @property
    def now(self) -> datetime:
        """What time it is."""
        ...

    @property
    def jobs(self) -> Jobs:
        """Where jobs are kept."""
        ...

    @property
    def shelf(self) -> Shelf:
        """Where audio is kept."""
        ...

    def at(self, seconds: float, task: Callable[[], None]) -> None:
        """Have something happen so many seconds from now."""
        ...


class Makers:
    """All providers. What they took costs money, and is written down."""

    def __init__(self, world: Surroundings, *, calls_back: bool) -> None:
        """Start with nothing taken; `replies` are for the providers that do not just take a job."""
        self._world = world
        self._calls_back = calls_back
        self.replies: dict[str, Reply] = {}
        self.taken: dict[str, tuple[Job, datetime]] = {}
        self.asked: list[tuple[str, JobId, datetime]] = []

    def submit(self, job: Job, callback_url: str, at: datetime) -> tuple[Answer, bytes]:
        """Be asked to make a job, and answer."""
        with step(self._world.hook, "sender.submit"):
            self.asked.append((job.provider, job.id, at))
            answer = self.replies.get(job.provider, self.take)(job, callback_url, at)
        return answer, b"an answer"

    def take(self, job: Job, callback_url: str, at: datetime) -> Answer:
        """Take a job, and call back whenever there is news."""
        task_id = self._note(job, at)
        if self._calls_back:
            for stage, seconds in STAGES.items():
                word = Progress(task_id, stage, CLIPS[stage])
                self._call_back(job.provider, callback_url, word, seconds)
        return Accepted(len(job.attempts), task_id, at)

    def make_at_once(self, job: Job, _: str, at: datetime) -> Answer:
        """Take a job, and answer with the music itself."""
        self._note(job, at)
        clips = tuple(
            replace(clip, audio_url=f"inline:{index}")
            for index, clip in enumerate(CLIPS[Stage.COMPLETE])
        )
        word = Progress(None, Stage.COMPLETE, clips)
        with tempfile.TemporaryDirectory() as folder:
            files = [_file(Path(folder), clip.provider_clip_id) for clip in clips]
            keeper = walking_keeper(self._world.shelf)
            kept = keep_inline(job, word, files, at=at, keeper=keeper)
        return Accepted(len(job.attempts), None, at, kept)

    def refuse(self, job: Job, _: str, at: datetime) -> Answer:
        """Say no for good."""
        return Refused(len(job.attempts), REFUSAL, may_retry=False, at=at)

    def ask(self, job: Job) -> tuple[Word, bytes]:
        """Be asked how far a task is."""
        with step(self._world.hook, "sender.ask"):
            _, since = self.taken[str(job.task_id)]
            age_s = (self._world.now - since).total_seconds()
            reached = [stage for stage, seconds in STAGES.items() if seconds <= age_s]
            word = Progress(None, reached[-1], CLIPS[reached[-1]]) if reached else Silence()
        return word, repr(word).encode()

    def _note(self, job: Job, at: datetime) -> str:
        task_id = f"task-{len(self.taken) + 1}"
        self.taken[task_id] = (job, at)
        return task_id

    def _call_back(
        self, provider: str, url: str, word: Progress, seconds: float, calls: int = 1
    ) -> None:
        def call() -> None:
            jobs, now = self._world.jobs, self._world.now
            ticket = check(url, provider, [MASTER], now)
            try:
                receive_callback(
                    ticket, repr(word).encode(), read=lambda _: word, jobs=jobs, now=now
                )
            except (CrashError, CliphookError):
                if calls < CALLS_MAX:
                    self._call_back(provider, url, word, CALL_BACK_S, calls + 1)
                raise

        self._world.at(seconds, call)


def callback_url(job: Job, at: datetime) -> str:
    """Sign the address at which an attempt is called back."""
    ticket = Ticket(job.account_id, job.id, len(job.attempts), job.provider, expiry(at))
    return issue(ticket, MASTER, at)


def _file(folder: Path, name: str) -> Fetched:
    path = folder / name
    path.write_bytes(f"ID3 {name}".encode())
    digest = sha256(path.read_bytes()).hexdigest()
    return Fetched(path, digest, path.stat().st_size, "audio/mpeg", "mp3")
