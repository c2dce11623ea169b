"""What is kept beside a clip's audio: its cover, when each word is sung, the same audio as WAV."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class Part(StrEnum):
    """What may be kept beside a clip's audio."""

    IMAGE = "image"
    TIMED_LYRICS = "timed_lyrics"
    WAV = "wav"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file on the shelf that is no clip's original."""

    key: str
    sha256: str
    size_bytes: int
    content_type: str
    kept_at: datetime


@dataclass(frozen=True, slots=True)
class Companion:
    """
    What is known of one part of a clip: its file, or why it was given up, and how it is come by.

    `asked` counts how often its provider was asked to make it, and when last; `task_id` is what
    the provider calls that, and `url` where it says that the file is.
    """

    file: KeptFile | None = None
    loss: tuple[datetime, str] | None = None
    asked: tuple[int, datetime] | None = None
    task_id: str | None = None
    url: str | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the archive has it, or gave it up."""
        return self.file is not None or self.loss is not None


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word as it is sung, or a few of them."""

    text: str
    start_s: Decimal
    end_s: Decimal


@dataclass(frozen=True, slots=True)
class Timed:
    """The provider answered with the words themselves."""

    words: tuple[TimedWord, ...]


@dataclass(frozen=True, slots=True)
class Begun:
    """The provider is at it, and can be asked about it by this id."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """The provider has made a file, which is to be fetched."""

    url: str


@dataclass(frozen=True, slots=True)
class Denied:
    """The provider will not make it, or cannot; `reason` is a stable word for the clip's record."""

    reason: str


type Made = Timed | Begun | Found | Denied


def join(known: Companion, said: Companion) -> Companion:
    """
    Join what is said of a part to what is known: the oldest file, loss, task and address count.

    Of two who are about to ask for the same time, the one that is stored first counts.
    """
    files = [file for file in (known.file, said.file) if file]
    losses = [loss for loss in (known.loss, said.loss) if loss]
    asks = [asked for asked in (known.asked, said.asked) if asked]
    return Companion(
        file=min(files, key=lambda file: (file.kept_at, file.sha256), default=None),
        loss=min(losses, default=None),
        asked=max(asks, key=lambda asked: asked[0], default=None),
        task_id=min(filter(None, (known.task_id, said.task_id)), default=None),
        url=min(filter(None, (known.url, said.url)), default=None),
    )
