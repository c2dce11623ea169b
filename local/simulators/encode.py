"""Samples become a file: MP3 with a tag, WAV, and a cover as PNG."""

import struct
import zlib
from collections.abc import Mapping
from typing import Final

import lameenc
import numpy as np
from numpy.typing import NDArray

from local.simulators.dice import Dice
from local.simulators.synth import RATE

BIT_RATE_KBPS: Final = 160

_QUALITY: Final = 5
_COVER_SIZE: Final = 256
_UTF8: Final = b"\x03"


def mp3_frames(samples: NDArray[np.int16]) -> bytes:
    """Encode stereo samples as MPEG-1 layer III, without a tag."""
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(BIT_RATE_KBPS)
    encoder.set_in_sample_rate(RATE)
    encoder.set_channels(2)
    encoder.set_quality(_QUALITY)
    encoder.silence()
    return bytes(encoder.encode(samples.tobytes()) + encoder.flush())


def id3_tag(texts: Mapping[str, str]) -> bytes:
    """Write an ID3v2.4 tag of text frames (TIT2 …); COMM is a comment."""
    frames = b""
    for name, text in texts.items():
        words = text.encode("utf-8", "replace")
        body = _UTF8 + (b"eng\x00" + words if name == "COMM" else words)
        frames += name.encode() + _syncsafe(len(body)) + b"\x00\x00" + body
    return b"ID3\x04\x00\x00" + _syncsafe(len(frames)) + frames


def wav_file(samples: NDArray[np.int16]) -> bytes:
    """Wrap stereo samples as RIFF/WAVE."""
    sound = samples.tobytes()
    form = struct.pack("<HHIIHH", 1, 2, RATE, RATE * 4, 4, 16)
    return (
        b"RIFF" + struct.pack("<I", 36 + len(sound)) + b"WAVE"
        + b"fmt " + struct.pack("<I", len(form)) + form
        + b"data" + struct.pack("<I", len(sound)) + sound
    )  # fmt: skip


def cover_png(dice: Dice) -> bytes:
    """Paint a cover: two colours, a moon, and hills before it."""
    across, down = np.meshgrid(*[np.linspace(0, 1, _COVER_SIZE)] * 2)
    high, low = (_colour(dice, name) for name in ("high", "low"))
    picture = high + (low - high) * down[..., None]
    centre = (dice.between("moon across", 0.25, 0.75), dice.between("moon down", 0.2, 0.45))
    distance = np.hypot(across - centre[0], down - centre[1])
    moon = np.clip((dice.between("moon size", 0.1, 0.2) - distance) * 60, 0, 1)
    picture += (np.array([255, 244, 224]) - picture) * moon[..., None]
    for hill in range(3):
        wave = np.sin(
            across * dice.between(f"hill {hill}", 3, 9) + dice.between(f"at {hill}", 0, 6)
        )
        inside = np.clip((down - 0.62 - hill * 0.12 - wave * 0.06) * 90, 0, 1)
        picture += (low * (0.55 - 0.15 * hill) - picture) * inside[..., None]
    return _png(np.clip(picture, 0, 255).astype(np.uint8))


def _colour(dice: Dice, name: str) -> NDArray[np.float64]:
    return np.array([dice.between(f"{name} {part}", 30, 225) for part in "rgb"])


def _png(picture: NDArray[np.uint8]) -> bytes:
    height, width, _ = picture.shape
    rows = b"".join(b"\x00" + row.tobytes() for row in picture)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows, 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in chunks)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _syncsafe(number: int) -> bytes:
    return bytes(number >> shift & 0x7F for shift in (21, 14, 7, 0))
