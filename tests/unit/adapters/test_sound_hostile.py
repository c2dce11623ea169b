"""Whatever the bytes are, the answer is a value, and it comes in time."""

import io
import socket
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cliphook.adapters.sound.listen import listen
from cliphook.domain.sound import Reason, Sound, Undecodable
from tests.support.tones import CODECS, FLAC, M4A, MP3, Codec, encoded, silence, tone

TONE = tone(1, -23)
FILES = {codec.name: encoded(TONE, codec) for codec in CODECS}


def wav(*, rate: int = 48_000, channels: int = 2, claimed_bytes: int = 0xFFFFFFFF) -> bytes:
    """Write a header of PCM with 16 bits, whatever it says."""
    frame = 2 * channels
    shape = struct.pack("<HHIIHH", 1, channels, rate, rate * frame & 0xFFFFFFFF, frame, 16)
    return (
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0"
        + shape
        + struct.pack("<4sI", b"data", claimed_bytes)
    )


class Endless(io.BytesIO):
    """A file that begins somehow, and then goes on with the same for as long as it is read."""

    def __init__(self, start: bytes, piece: bytes) -> None:
        super().__init__()
        self._start, self._piece, self._at, self.read_bytes = start, piece, 0, 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        start = self._start[self._at : self._at + size]
        shift = max(0, self._at - len(self._start)) % len(self._piece)
        rest = (self._piece * (size // len(self._piece) + 2))[shift : shift + size - len(start)]
        self._at += size
        self.read_bytes += size
        return start + rest

    def seek(self, offset: int, whence: int = 0) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: 1 << 40}[whence]
        self._at = start + offset
        return self._at

    def tell(self) -> int:
        return self._at


def ticking(step_s: float) -> Callable[[], float]:
    """Make a clock on which each look takes that long."""
    looks = iter(range(10**9))
    return lambda: next(looks) * step_s


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(100_000),
        b"\xff" * 100_000,
        b"<!doctype html><html><body>" + b"not found " * 500,
        b'{"error": "expired"}',
        b"ID3\x04\x00\x00\x00\x00\x0f\x76" + bytes(2038),
        b"RIFF\x04\x00\x00\x00WAVE",
        b"fLaC",
        b"OggS",
        b"\0\0\0\x18ftypM4A \0\0\0\0M4A mp42",
    ],
    ids=["empty", "zeros", "ones", "html", "json", "only tags", "riff", "flac", "ogg", "m4a"],
)
def test_what_holds_no_audio_is_said_to(content: bytes) -> None:
    assert listen(io.BytesIO(content)) == Undecodable(Reason.NOT_AUDIO)


@pytest.fixture
def visited() -> Iterator[tuple[int, Callable[[], bool]]]:
    """Listen on a port; tell whether somebody came."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)

        def anybody() -> bool:
            try:
                server.accept()[0].close()
            except TimeoutError:
                return False
            return True

        yield server.getsockname()[1], anybody


@pytest.mark.parametrize(
    "script",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{url}\n#EXT-X-ENDLIST\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\n{path}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{path}'\n",
        "ffconcat version 1.0\nfile other.wav\n",
        "<?xml version='1.0'?><MPD><Period><BaseURL>{url}</BaseURL></Period></MPD>",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 4000 RTP/AVP 0\n",
    ],
    ids=[
        "playlist of an address",
        "playlist of a file",
        "concatenation",
        "concatenation of a neighbour",
        "dash",
        "sdp",
    ],
)
def test_a_script_that_names_something_else_opens_nothing(
    script: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    visited: tuple[int, Callable[[], bool]],
) -> None:
    port, anybody = visited
    monkeypatch.chdir(tmp_path)
    other = tmp_path / "other.wav"
    other.write_bytes(FILES["wav"])
    text = script.format(url=f"http://127.0.0.1:{port}/a.wav", path=other)

    assert listen(io.BytesIO(text.encode())) == Undecodable(Reason.NOT_AUDIO)
    assert not anybody()


@pytest.mark.parametrize(
    "header",
    [wav(rate=1), wav(rate=7_999), wav(rate=200_000), wav(channels=9), wav(channels=255)],
    ids=["1 Hz", "just too slow", "too fast", "9 channels", "255 channels"],
)
def test_what_is_no_music_is_not_measured(header: bytes) -> None:
    assert listen(io.BytesIO(header + bytes(100_000))) == Undecodable(Reason.UNUSUAL)


def test_a_file_that_claims_a_day_is_as_long_as_it_is() -> None:
    day = wav(rate=8_000, channels=1, claimed_bytes=24 * 3600 * 8_000 * 2)

    sound = listen(io.BytesIO(day + bytes(8_000 * 2 * 3)))

    assert isinstance(sound, Sound)
    assert sound.duration_s == 3


def test_an_endless_file_is_left_after_the_longest_clip() -> None:
    file = Endless(wav(rate=8_000, channels=1), b"\x00\x40\x00\xc0")

    heard = listen(file, seconds_max=60)

    assert isinstance(heard, Undecodable)
    assert heard.reason is Reason.TOO_LONG
    assert heard.before is not None
    assert heard.before.duration_s == pytest.approx(60, abs=5)
    assert file.read_bytes < 2 * 60 * 8_000 * 2 + 10_000_000


def test_a_small_file_of_much_silence_is_left_after_the_longest_clip() -> None:
    bomb = encoded(silence(140, rate=8_000, channels=1), FLAC, rate=8_000)
    # A sixtieth of its samples.
    assert len(bomb) * 60 < 140 * 8_000 * 2

    heard = listen(io.BytesIO(bomb), seconds_max=100)

    assert isinstance(heard, Undecodable)
    assert heard.reason is Reason.TOO_LONG
    assert heard.before is not None
    assert heard.before.is_silent
    assert heard.before.duration_s == pytest.approx(100, abs=5)


@pytest.mark.parametrize("codec", [MP3, FLAC], ids=lambda codec: codec.name)
def test_a_search_for_the_next_frame_ends_with_the_time_for_it(codec: Codec) -> None:
    file = Endless(encoded(TONE, codec), bytes(4096))

    heard = listen(file, patience_s=10, clock=ticking(0.01))

    assert isinstance(heard, Undecodable)
    assert heard.reason is Reason.TOO_SLOW
    # A read is a look, and FFmpeg reads 32 KiB.
    assert file.read_bytes <= 1_001 * 32_768


def test_a_file_that_is_read_at_once_may_still_take_too_long() -> None:
    # Smaller than what FFmpeg reads at once, and more than two minutes long.
    small = encoded(silence(140, rate=8_000, channels=1), FLAC, rate=8_000)
    assert len(small) < 32_768

    heard = listen(io.BytesIO(small), patience_s=1, clock=ticking(0.01))

    assert isinstance(heard, Undecodable)
    assert heard.reason is Reason.TOO_SLOW


@pytest.mark.parametrize("codec", [MP3, FLAC, M4A], ids=lambda codec: codec.name)
def test_tags_that_are_no_text_do_not_matter(codec: Codec) -> None:
    tagged = encoded(TONE, codec)
    assert b"Lavf63" in tagged
    tagged = tagged.replace(b"Lavf63", b"\xff\xfe\x80\xc0\xed\xa0")

    assert isinstance(listen(io.BytesIO(tagged)), Sound)


def test_what_was_heard_before_the_time_was_over_is_kept() -> None:
    heard = listen(io.BytesIO(encoded(tone(60, -23))), patience_s=1, clock=ticking(0.005))

    assert isinstance(heard, Undecodable)
    assert heard.reason is Reason.TOO_SLOW
    assert heard.before is not None
    assert 1 < heard.before.duration_s < 59
    assert heard.before.loudness_lufs == pytest.approx(-23, abs=0.1)
