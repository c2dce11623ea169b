"""A clip's passport: what the archive knows about its bytes, by looking at them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from cliphook.domain.audio_format import AudioFormat, Defect
from cliphook.domain.sound import BAD, Sound, Undecodable

_HUNDREDTH: Final = Decimal("0.01")
_MILLISECOND: Final = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Findings:
    """
    What a file was found to be, from its frames and by listening to it; `None` is not known.

    Of its duration `off_by_s` says how much longer it plays than its provider claimed. Defects are
    words of `Defect`, or of a later version's; a good file has none.
    """

    container: str | None = None
    codec: str | None = None
    duration_s: Decimal | None = None
    off_by_s: Decimal | None = None
    sample_rate_hz: int | None = None
    channels: int | None = None
    bit_rate_bps: int | None = None
    loudness_lufs: Decimal | None = None
    true_peak_dbtp: Decimal | None = None
    leading_silence_s: Decimal | None = None
    trailing_silence_s: Decimal | None = None
    peaks_key: str | None = None
    defects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Passport:
    """What the archive knows about a clip's bytes; an older version has not looked into them."""

    key: str
    sha256: str
    size_bytes: int
    content_type: str
    archived_at: datetime
    findings: Findings | None = None


def judge(
    audio: AudioFormat,
    sound: Sound | Undecodable,
    *,
    claimed_s: Decimal | None,
    peaks_key: str | None,
) -> Findings:
    """Write down what a walk along a file's frames and its sound say of it."""
    held = audio.held_against(claimed_s)
    heard = sound.heard
    defects = set(held.defects)
    if isinstance(sound, Undecodable) and sound.reason in BAD:
        defects.add(Defect.DAMAGED if heard else Defect.UNDECODABLE)
    if isinstance(sound, Sound) and sound.is_silent:
        defects.add(Defect.SILENT)
    return Findings(
        container=audio.container,
        codec=audio.codec,
        duration_s=audio.duration_s,
        off_by_s=audio.off_by_s(claimed_s),
        sample_rate_hz=audio.sample_rate_hz,
        channels=audio.channels,
        bit_rate_bps=audio.bit_rate_bps,
        loudness_lufs=_rounded(heard.loudness_lufs if heard else None, _HUNDREDTH),
        true_peak_dbtp=_rounded(heard.true_peak_dbtp if heard else None, _HUNDREDTH),
        leading_silence_s=_rounded(heard.leading_silence_s if heard else None, _MILLISECOND),
        trailing_silence_s=_rounded(heard.trailing_silence_s if heard else None, _MILLISECOND),
        peaks_key=peaks_key,
        defects=tuple(sorted(defects)),
    )


def _rounded(value: float | None, step: Decimal) -> Decimal | None:
    return None if value is None else Decimal(value).quantize(step)
