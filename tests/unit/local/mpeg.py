"""Walks the frames of an MP3, as its headers say they lie."""

from dataclasses import dataclass

BIT_RATES_KBPS = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
SAMPLE_RATES = (44_100, 48_000, 32_000)
SAMPLES = 1152


@dataclass(frozen=True)
class Frame:
    """One frame of MPEG-1 layer III."""

    size: int
    sample_rate: int
    channels: int


def frames(content: bytes) -> list[Frame]:
    """Read frame after frame behind the tag, up to the first byte that is none."""
    at = 10 + _syncsafe(content[6:10]) if content[:3] == b"ID3" else 0
    found = []
    while frame := _frame(content[at : at + 4]):
        if at + frame.size > len(content):
            break
        found.append(frame)
        at += frame.size
    return found


def duration_s(content: bytes) -> float:
    """Tell how long an MP3 plays."""
    return sum(SAMPLES / frame.sample_rate for frame in frames(content))


def is_mp3(content: bytes) -> bool:
    """Tell whether this is an MP3 with a tag, and of more than an instant."""
    return content[:3] == b"ID3" and len(frames(content)) > 100


def _frame(head: bytes) -> Frame | None:
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xFE != 0xFA:
        return None
    rate, sampling = head[2] >> 4, head[2] >> 2 & 3
    if not 0 < rate < 15 or sampling == 3:
        return None
    sample_rate = SAMPLE_RATES[sampling]
    size = 144_000 * BIT_RATES_KBPS[rate] // sample_rate + (head[2] >> 1 & 1)
    return Frame(size, sample_rate, 1 if head[3] >> 6 == 3 else 2)


def _syncsafe(four: bytes) -> int:
    return sum(byte << shift for byte, shift in zip(four, (21, 14, 7, 0), strict=True))
