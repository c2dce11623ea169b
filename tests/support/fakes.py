"""
Every port as a fake. Each calls its hook before and after an operation, by a name: `jobs.commit`.

A hook that raises is a crash at that point: `FakeTable(hook=Crash("jobs.commit", Moment.AFTER))`.
"""

import io
import json
import tempfile
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from cliphook.application.outbox_ports import Delivery, Refusal
from cliphook.application.ports import EventRow, Fetched
from cliphook.domain.errors import (
    CliphookError,
    FailedFetchError,
    UnansweredPollError,
    UnavailableStoreError,
)
from cliphook.domain.job import Job
from cliphook.domain.report import Accepted, Answer, Word
from tests.support.fake_feed import FakeFeed
from tests.support.fake_ledger import FakeLedger
from tests.support.fake_outbox import FakeOutbox
from tests.support.fake_table import (
    FakeGates,
    FakeJobs,
    FakeKeys,
    FakeLibrary,
    FakeTable,
)
from tests.support.hooks import Crash, CrashError, Hook, Moment, Trace, no_hook, step

__all__ = [
    "Crash",
    "CrashError",
    "FakeBus",
    "FakeCopies",
    "FakeFeed",
    "FakeFetcher",
    "FakeGates",
    "FakeJobs",
    "FakeKeys",
    "FakeLedger",
    "FakeLibrary",
    "FakeOutbox",
    "FakeSender",
    "FakeShelf",
    "FakeTable",
    "Moment",
    "Trace",
]


class FakeBus:
    """A bus that takes all but what it is told to refuse, and what no bus takes: no JSON."""

    def __init__(self, hook: Hook = no_hook) -> None:
        """Start with nothing sent; a row whose detail-type is in `refused` is not taken."""
        self._hook = hook
        self.sent: list[EventRow] = []
        self.refused = set[str]()
        self.is_busy = False
        self.is_away = False

    def put(self, rows: Sequence[EventRow]) -> Delivery:
        """Send rows and tell what became of each."""
        with step(self._hook, "bus.put"):
            if self.is_away:
                return Delivery(frozenset(), {})
            refused = {row.event_id: reason for row in rows if (reason := self._refusal(row))}
            taken = [row for row in rows if row.event_id not in refused]
            self.sent += taken
        return Delivery(frozenset(row.event_id for row in taken), refused)

    def _refusal(self, row: EventRow) -> Refusal | None:
        if not _is_object(row.detail):
            return Refusal("MalformedDetail", is_final=True)
        is_unwanted = row.detail_type in self.refused
        return Refusal("NotToday", is_final=False, is_busy=self.is_busy) if is_unwanted else None


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


class FakeSender:
    """
    A provider that answers what a test has written down, and by default accepts and says nothing.

    `answers` and `words` are used up one after another; an error among the words is raised.
    """

    def __init__(self, hook: Hook = no_hook) -> None:
        """Start with nothing written down and nothing asked."""
        self._hook = hook
        self.answers: list[Answer] = []
        self.words: list[tuple[Word, bytes] | UnansweredPollError] = []
        self.submitted: list[tuple[Job, str]] = []
        self.asked: list[Job] = []

    def submit(self, job: Job, callback_url: str, at: datetime) -> tuple[Answer, bytes]:
        """Submit the latest attempt."""
        with step(self._hook, "sender.submit"):
            self.submitted.append((job, callback_url))
            if self.answers:
                return self.answers.pop(0), b"an answer"
            number = len(job.attempts)
        return Accepted(number, f"task-{number}", at), b"accepted"

    def ask(self, job: Job) -> tuple[Word, bytes]:
        """Ask how far the latest attempt is."""
        with step(self._hook, "sender.ask"):
            self.asked.append(job)
            if not job.task_id or not self.words:
                raise UnansweredPollError
            word = self.words.pop(0)
            if isinstance(word, UnansweredPollError):
                raise word
        return word


class FakeFetcher:
    """Audio hosts that serve what a test has put there; an error put there is raised."""

    def __init__(self, hook: Hook = no_hook) -> None:
        """Start with hosts that serve nothing."""
        self._hook = hook
        self.files: dict[str, bytes | CliphookError] = {}

    @contextmanager
    def fetch(self, best: str, *others: str, provider: str = "") -> Generator[Fetched]:  # noqa: ARG002
        """Download audio; the file is gone when the context ends."""
        with step(self._hook, "fetcher.fetch"):
            found = [self.files.get(url) or FailedFetchError("http_404") for url in (best, *others)]
            body = next((file for file in found if isinstance(file, bytes)), found[0])
            if isinstance(body, CliphookError):
                raise body
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "audio"
            path.write_bytes(body)
            yield Fetched(path, sha256(body).hexdigest(), len(body), "audio/mpeg", "mp3")


class FakeShelf:
    """A shelf."""

    def __init__(self, hook: Hook = no_hook) -> None:
        """Start with nothing on it."""
        self._hook = hook
        self.files: dict[str, bytes] = {}

    def put(self, key: str, fetched: Fetched) -> None:
        """Keep a file under a key that names its content."""
        with step(self._hook, "shelf.put"):
            self.files[key] = fetched.path.read_bytes()

    def put_document(self, key: str, text: str) -> None:
        """Keep a JSON document about a file beside it."""
        with step(self._hook, "shelf.put_document"):
            self.files[key] = text.encode()


class FakeCopies:
    """Copies beside an archive, as long as there is time."""

    def __init__(self, clock: Callable[[], datetime], hook: Hook = no_hook) -> None:
        """Start with an archive in which nothing lies."""
        self._clock = clock
        self._hook = hook
        self.archive: dict[str, bytes] = {}
        self.files: dict[str, bytes] = {}
        self.put_at: dict[str, datetime] = {}
        self.has_time = True

    def has(self, key: str) -> bool:
        """Tell whether a copy lies there and will for some time."""
        with step(self._hook, "copies.has"):
            at = self.put_at.get(key)
        return at is not None and self._clock() - at < timedelta(hours=12)

    @contextmanager
    def original(self, key: str) -> Generator[BinaryIO]:
        """Fetch a file of the archive."""
        with step(self._hook, "copies.original"):
            if not self.has_time or key not in self.archive:
                raise UnavailableStoreError
        yield io.BytesIO(self.archive[key])

    def put(self, key: str, copy: BinaryIO, content_type: str) -> None:  # noqa: ARG002 - not told again
        """Keep a copy."""
        with step(self._hook, "copies.put"):
            if not self.has_time:
                raise UnavailableStoreError
            copy.seek(0)
            self.files[key] = copy.read()
            self.put_at[key] = self._clock()
