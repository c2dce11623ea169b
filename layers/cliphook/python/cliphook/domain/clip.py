"""One result of a job, as the facts that are known of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Final

from cliphook.domain.companion import Companion
from cliphook.domain.ids import ClipId
from cliphook.domain.passport import Passport
from cliphook.domain.status import ClipStatus

# What somebody said, with the weight of the saying: (weight, value). The greater pair is
# believed, so joining two is `max`, and the order in which they arrive cannot matter.
type Told[T] = tuple[int, T]

# Added to the weight of what a provider's own API answered us; a callback is not signed.
TRUSTED: Final = 10

# What a job may hold of unsigned sayings. A stolen callback address must not fill the table's row
# (400 KB) and so keep the provider's true answer out.
CLIPS_MAX: Final = 16
TEXT_CHARACTERS_MAX: Final = 60_000

# How long a file may be that is copied while somebody waits for it: at 16 MB/s it is read in
# eight seconds, and written in as many.
COPY_BYTES_MAX: Final = 128 * 2**20


@dataclass(frozen=True, slots=True)
class Clip:
    """One result of a job."""

    id: ClipId
    provider_clip_id: str
    index: Told[int] | None = None
    title: Told[str] | None = None
    lyrics: Told[str] | None = None
    style: Told[str] | None = None
    audio_url: Told[str] | None = None
    # Where the same audio is besides, until it expires.
    source_url: Told[str] | None = None
    stream_url: Told[str] | None = None
    image_url: Told[str] | None = None
    duration_s: Told[Decimal] | None = None
    passport: Passport | None = None
    loss: tuple[datetime, str] | None = None
    delivered_at: datetime | None = None
    # Whether that was after its job's end had been decided; an older version noted only when.
    is_late: bool | None = None
    # A set of lyrics has no audio: its text is all of it, and the job's row keeps that.
    is_text: bool = False
    # What is known of what is kept beside the audio, by the names of `Part` or a later version's.
    companions: Mapping[str, Companion] = field(default_factory=dict[str, Companion])

    @property
    def is_delivered(self) -> bool:
        """Whether the provider's own API has shown us audio, so that it may be downloaded."""
        return self.delivered_at is not None

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where its audio is, by the provider's own API alone; the best address first."""
        told = filter(None, (self.audio_url, self.source_url))
        return tuple(url for weight, url in told if weight >= TRUSTED)

    @property
    def is_kept(self) -> bool:
        """Whether all of the clip is with us for good."""
        return self.passport is not None or (self.is_text and self.is_delivered)

    @property
    def length_s(self) -> Decimal | None:
        """How long it plays: as its file does once that is known, until then as was claimed."""
        findings = self.passport.findings if self.passport else None
        measured = findings.duration_s if findings else None
        return measured or (self.duration_s[1] if self.duration_s else None)

    @property
    def defects(self) -> tuple[str, ...]:
        """What is wrong with its file, as far as that is known."""
        findings = self.passport.findings if self.passport else None
        return findings.defects if findings else ()

    @property
    def is_settled(self) -> bool:
        """Whether the archive has the clip, or gave it up."""
        return self.is_kept or self.loss is not None

    @property
    def status(self) -> ClipStatus:
        """How far the clip is."""
        if self.is_kept:
            return ClipStatus.ARCHIVED
        if self.loss:
            return ClipStatus.ARCHIVE_FAILED
        return ClipStatus.READY if self.audio_url else ClipStatus.PENDING
