"""What our probe, ffprobe and FFmpeg make of the same bytes."""

import tempfile
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

from cliphook.adapters.audio.probe import AudioProbe
from cliphook.domain.audio_format import AudioFormat
from tests.support.ffmpeg import Probed, decoded_s, probe


def found(content: bytes) -> AudioFormat:
    """Probe a file that comes at once."""
    return found_in([content])


def found_in(chunks: Iterable[bytes]) -> AudioFormat:
    """Probe a file that comes in chunks."""
    prober = AudioProbe()
    for chunk in chunks:
        prober.feed(chunk)
    return prober.end()


def chunked(content: bytes, size_bytes: int) -> Iterable[bytes]:
    """Cut a file into chunks of a size."""
    return (content[at : at + size_bytes] for at in range(0, len(content), size_bytes))


def judged(content: bytes) -> tuple[Probed | None, Decimal | None]:
    """Ask ffprobe what a file is, and FFmpeg how long what it decodes of it lasts."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "music"
        path.write_bytes(content)
        return probe(path), decoded_s(path)
