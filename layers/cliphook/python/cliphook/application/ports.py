"""What the stories need from outside, in their own words."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from cliphook.domain.api_key import StoredKey
from cliphook.domain.change import Change
from cliphook.domain.file import File, Upload
from cliphook.domain.gate import Gate
from cliphook.domain.ids import AccountId, EventId, FileId, JobId
from cliphook.domain.job import Job
from cliphook.domain.report import Answer, Word


@dataclass(frozen=True, slots=True)
class JobRef:
    """Which job of which account; nothing of another account can be named with it."""

    account_id: AccountId
    job_id: JobId


@dataclass(frozen=True, slots=True)
class Promise:
    """What an Idempotency-Key stands for: the same body within the time gives the same job."""

    key_hash: str
    fingerprint: str
    expires_at: datetime


class Origin(StrEnum):
    """Where a raw body came from."""

    CALLBACK = "callback"
    POLL = "poll"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    A body as it came, and of which attempt it speaks.

    `quarantine` says why it could not change the job, if it could not.
    """

    ref: JobRef
    origin: Origin
    body: bytes
    received_at: datetime
    quarantine: str | None = None
    attempt: int | None = None


class Jobs(Protocol):
    """Where jobs are kept. Raises `UnavailableStoreError` when it is not known what it stored."""

    def add(self, change: Change, promise: Promise | None) -> JobRef:
        """
        Store a new job, all of the change or nothing.

        The job of an earlier, still valid promise for the same key is named instead, and then
        nothing is stored. Nor is it where this raises `ReusedKeyError` for another body, what
        `commit` raises, `InsufficientBalanceError`, or `ContendedJobError` in a rush.
        """
        ...

    def promised(self, account_id: AccountId, promise: Promise, now: datetime) -> JobRef | None:
        """Name the job that an earlier promise made; raises as `add` does."""
        ...

    def load(self, ref: JobRef) -> Job | None:
        """Read a job as the latest commit left it."""
        ...

    def commit(self, change: Change, evidence: Evidence | None) -> bool:
        """Store a change if the job is as it was before; raises `CapReachedError`."""
        ...

    def keep(self, evidence: Evidence) -> None:
        """
        Store a body that changes nothing; storing the same one again does nothing.

        Raises `UnknownResourceError` if there is no such job, and then stores nothing.
        """
        ...


@dataclass(frozen=True, slots=True)
class EventRow:
    """
    An announcement or order as it was committed, ready for the bus.

    `refusals` counts how often the bus has not taken it, though it answered.
    """

    key: tuple[str, str]
    event_id: EventId
    source: str
    detail_type: str
    detail: str
    at: datetime
    refusals: int = 0


class Gates(Protocol):
    """Where the gates before the providers are kept, one for all functions."""

    def load(self, provider: str) -> Gate:
        """Read a provider's gate; a new one where nothing is known of it."""
        ...

    def swap(self, gate: Gate, version: int) -> bool:
        """Store a gate as the next after a version; `False` if another one was first."""
        ...


class Sender(Protocol):
    """Who speaks to the providers."""

    def submit(self, job: Job, callback_url: str, at: datetime) -> tuple[Answer, bytes]:
        """
        Submit the latest attempt, once and without any retry; whatever comes is an answer.

        Also gives the body as it came, empty where there was none. Audio that came inside it is
        on the shelf already, and the body has a mark in its place; music of which nothing could
        be kept is an answer in doubt.
        """
        ...

    def ask(self, job: Job) -> tuple[Word, bytes]:
        """Ask how far the latest attempt is; raises `UnansweredPollError`."""
        ...


@dataclass(frozen=True, slots=True)
class Fetched:
    """A download that was checked: where it lies until it is kept, and what it is."""

    path: Path
    sha256: str
    size_bytes: int
    content_type: str
    extension: str


class Fetcher(Protocol):
    """Who downloads from audio hosts."""

    def fetch(self, best: str, *others: str, provider: str = "") -> AbstractContextManager[Fetched]:
        """
        Download audio in bounded memory and time; the file is gone when the context ends.

        The first address that serves it is taken, of the hosts at which a provider's files may lie,
        where an operator has said at which. Raises `ForbiddenAddressError` and
        `FailedFetchError`; where all addresses fail, what became of the best one.
        """
        ...


class Shelf(Protocol):
    """Where audio is kept for good."""

    def put(self, key: str, fetched: Fetched) -> None:
        """
        Keep a file under a key that names its content; to keep it twice changes nothing.

        Raises `UnavailableStoreError`.
        """
        ...

    def put_document(self, key: str, text: str) -> None:
        """Keep a JSON document about a file beside it; raises `UnavailableStoreError`."""
        ...


class Keys(Protocol):
    """Where API keys are kept."""

    def find(self, key_id: str) -> StoredKey | None:
        """Find a key by its public part."""
        ...

    def add(self, key: StoredKey, name: str) -> None:
        """Store a new key."""
        ...


class Files(Protocol):
    """Where it is kept which files an account has promised."""

    def add(self, file: File) -> None:
        """Store a new file."""
        ...

    def find(self, account_id: AccountId, file_id: FileId) -> File | None:
        """Find a file of an account; one that has expired may still be found for a while."""
        ...


class FileShelf(Protocol):
    """Where files lie until they expire."""

    def sign_upload(self, file: File, now: datetime) -> Upload:
        """Sign for the upload of one file, of exactly the promised kind and length."""
        ...

    def size_of(self, key: str) -> int | None:
        """Tell how long a file is that lies there; raises `UnavailableStoreError`."""
        ...
