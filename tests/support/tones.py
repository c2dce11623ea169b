"""Sounds that are known by definition, and files of them in every codec."""

import math
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream

type Samples = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(frozen=True, slots=True)
class Codec:
    """How a file is made; what it delays is heard as silence before the sound."""

    name: str
    container: str
    encoder: str
    sample_format: str
    options: tuple[tuple[str, str], ...] = ()
    muxing: tuple[tuple[str, str], ...] = ()
    bit_rate: int = 192_000


MP3 = Codec("mp3 CBR", "mp3", "libmp3lame", "fltp")
MP3_VBR = Codec("mp3 VBR", "mp3", "libmp3lame", "fltp", (("compression_level", "5"),), bit_rate=0)
MP3_NO_XING = Codec(
    "mp3 VBR, no Xing", "mp3", "libmp3lame", "fltp", muxing=(("write_xing", "0"),), bit_rate=0
)
WAV = Codec("wav", "wav", "pcm_s16le", "s16")
WAV_24 = Codec("wav, 24 bits", "wav", "pcm_s24le", "s32")
WAV_FLOAT = Codec("wav, float", "wav", "pcm_f32le", "flt")
M4A = Codec("m4a", "mp4", "aac", "fltp")
ADTS = Codec("aac without a container", "adts", "aac", "fltp")
FLAC = Codec("flac", "flac", "flac", "s16")
OPUS = Codec("opus", "ogg", "libopus", "flt")
VORBIS = Codec("vorbis", "ogg", "vorbis", "fltp", (("strict", "experimental"),))
CODECS = (MP3, MP3_VBR, MP3_NO_XING, WAV, WAV_24, WAV_FLOAT, M4A, ADTS, FLAC, OPUS, VORBIS)


def tone(
    seconds: float, dbfs: float, *, rate: int = 48_000, hz: float = 997.0, channels: int = 2
) -> Samples:
    """Make a sine whose peak is so far below full scale."""
    time = np.arange(round(seconds * rate)) / rate
    wave = 10 ** (dbfs / 20) * np.sin(2 * math.pi * hz * time)
    return np.repeat(wave[:, None], channels, axis=1)


def silence(seconds: float, *, rate: int = 48_000, channels: int = 2) -> Samples:
    """Make nothing."""
    return np.zeros((round(seconds * rate), channels))


def encoded(samples: Samples, codec: Codec = WAV, *, rate: int = 48_000) -> bytes:
    """Make a file of the samples."""
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    # By name, since an index that is to come first is written by opening the file once more.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "file")
        with av.open(str(path), "w", format=codec.container, options=dict(codec.muxing)) as file:
            stream = file.add_stream(codec.encoder, rate, options=dict(codec.options))
            assert isinstance(stream, AudioStream)
            stream.layout, stream.format = layout, codec.sample_format
            if codec.bit_rate and not codec.encoder.startswith(("pcm", "flac")):
                stream.bit_rate = codec.bit_rate
            for frame in _frames(samples, layout, rate):
                file.mux(stream.encode(frame))
            file.mux(stream.encode(None))
        return path.read_bytes()


def _frames(samples: Samples, layout: str, rate: int) -> Iterator[av.AudioFrame]:
    for at in range(0, len(samples), 1 << 16):
        part = np.ascontiguousarray(samples[at : at + (1 << 16)].reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(part.astype(np.float32), "flt", layout)
        frame.sample_rate, frame.pts, frame.time_base = rate, at, Fraction(1, rate)
        yield frame
