"""
Measures what it takes to listen to a clip, and to write tags into a copy of one.

Listening: CPU time for the first clip and for those after it, for 200 s of MP3, and the peak memory
for a WAV of 500 MB against one of 50 MB. Each is heard by a process of its own, whose largest
resident set Linux remembers. Ends with 1 where the larger file needs more than its share, or where
tags need memory by the size of the file.
"""

import json
import math
import random
import resource
import struct
import tempfile
import time
import tracemalloc
from array import array
from pathlib import Path
from typing import BinaryIO, Final

import lameenc

from cliphook.adapters.sound.apart import MEMORY_BYTES, PATIENCE_S, Listener
from cliphook.adapters.sound.waveform import waveform
from cliphook.adapters.tags.tagged import tagged
from cliphook.domain.sound import Sound
from cliphook.domain.tags import Tags

SIZES_MB: Final = (50, 500)
RATIO_MAX: Final = 1.1
MP3_SECONDS: Final = 200
MANY: Final = 50

_RATE_HZ: Final = 44_100
_CHANNELS: Final = 2
_MB: Final = 1_000_000
_TAGS: Final = Tags("sunoapi", "job_1", title="A song", lyrics="La la\n" * 200)


def main() -> int:
    """Measure, and tell."""
    second = make_second()
    with tempfile.TemporaryDirectory() as folder:
        _tell_start(second)
        mp3 = Path(folder, "clip.mp3")
        mp3.write_bytes(encode_mp3(second, seconds=MP3_SECONDS))
        _tell_cpu(mp3)
        wavs = [make_wav(Path(folder, f"{size_mb}.wav"), second, size_mb) for size_mb in SIZES_MB]
        listening = [_listen(wav) for wav in wavs]
        tagging = [_tag(wav) for wav in wavs]
    ratios = [_tell("listening", listening), _tell("tagging", tagging)]
    return int(max(ratios) > RATIO_MAX)


def _tell_start(second: bytes) -> None:
    """Tell what the beginning costs that all clips of a process share, by clips of a second."""
    with tempfile.TemporaryFile() as file:
        file.write(encode_mp3(second, seconds=1))
        first, many = _cpu_s(file, 1), _cpu_s(file, MANY)
    each = (many - first) / (MANY - 1)
    print(f"the first clip: {1000 * first:.0f} ms of CPU, with the host's beginning")
    print(f"each after it: {1000 * each:.1f} ms, the mean of {MANY - 1}, of one second")


def _tell_cpu(mp3: Path) -> None:
    with mp3.open("rb") as file:
        heard, _ = _heard(file)
        cpu_s = min(_cpu_s(file, 2) - _cpu_s(file, 1) for _ in range(5))
    peaks_bytes = len(json.dumps(waveform(heard.peaks), separators=(",", ":")))
    print(f"{heard.duration_s:.0f} s of MP3: {1000 * cpu_s:.0f} ms of CPU, the best of five,")
    print(f"  {_peak_mib():.1f} MiB at its peak, {peaks_bytes} bytes of peaks")


def _cpu_s(file: BinaryIO, times: int) -> float:
    return _heard(file, times)[1]


def _heard(file: BinaryIO, times: int = 1) -> tuple[Sound, float]:
    """Hear a file so many times, by a host of its own, and tell what CPU time that took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    listener = Listener()
    found = [listener.listen(file, PATIENCE_S, MEMORY_BYTES) for _ in range(times)]
    # Only then its time counts as ours.
    listener.end()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if not isinstance(found[0], Sound):
        raise TypeError(f"{file.name} was not heard: {found[0]}")
    return found[0], after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _tell(what: str, peaks_mib: list[float]) -> float:
    for size_mb, peak_mib in zip(SIZES_MB, peaks_mib, strict=True):
        print(f"{what}, {size_mb:4} MB: {peak_mib:6.2f} MiB at its peak")
    ratio = peaks_mib[-1] / peaks_mib[0]
    print(f"ratio {ratio:.3f}, at most {RATIO_MAX}")
    return ratio


def _listen(wav: Path) -> float:
    with wav.open("rb") as file:
        _heard(file)
    return _peak_mib()


def _tag(wav: Path) -> float:
    """Write tags, and tell what Python took for it."""
    tracemalloc.start()
    began = time.process_time()
    with wav.open("rb") as file:
        copy = tagged(file, _TAGS)
    cpu_s = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    if copy is None:
        raise TypeError(f"{wav.name} was not tagged")
    copy.close()
    print(f"tagging {wav.name}: {1000 * cpu_s:.0f} ms of CPU")
    return peak / 2**20


def _peak_mib() -> float:
    """Tell what the hungriest child until now took; the files come in the order of their sizes."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def make_second() -> bytes:
    """Make a second of music: two tones with some noise."""
    chance = random.Random(1)  # noqa: S311 - noise
    samples = array("h")
    for at in range(_RATE_HZ):
        for hz in (220, 331):
            tone = math.sin(2 * math.pi * hz * at / _RATE_HZ)
            samples.append(int(9_000 * tone + chance.gauss(0, 800)))
    return samples.tobytes()


def encode_mp3(second: bytes, *, seconds: int) -> bytes:
    """Make so many seconds of MP3."""
    encoder = lameenc.Encoder()
    encoder.set_bit_rate(192)
    encoder.set_in_sample_rate(_RATE_HZ)
    encoder.set_channels(_CHANNELS)
    encoder.silence()
    # Piece by piece: a child counts from what its parent had at its peak.
    pieces = [encoder.encode(second) for _ in range(seconds)]
    return b"".join(map(bytes, [*pieces, encoder.flush()]))


def make_wav(path: Path, second: bytes, size_mb: int) -> Path:
    """Write a WAV of that size, one second over and over."""
    data_bytes = size_mb * _MB // 4 * 4
    frame = 2 * _CHANNELS
    shape = struct.pack("<HHIIHH", 1, _CHANNELS, _RATE_HZ, _RATE_HZ * frame, frame, 16)
    with path.open("wb") as file:
        file.write(struct.pack("<4sI8sI", b"RIFF", 36 + data_bytes, b"WAVEfmt ", 16) + shape)
        file.write(struct.pack("<4sI", b"data", data_bytes))
        while data_bytes:
            data_bytes -= file.write(second[:data_bytes])
    return path


if __name__ == "__main__":
    raise SystemExit(main())
