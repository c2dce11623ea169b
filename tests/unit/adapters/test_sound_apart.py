"""A child listens: it tells the same, and can neither harm nor learn anything."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from cliphook.adapters.sound.apart import listen_apart
from cliphook.adapters.sound.listen import listen
from cliphook.domain.sound import Reason, Sound, Undecodable
from tests.support.tones import CODECS, FLAC, MP3, Codec, encoded, tone


def syncsafe(size: int) -> bytes:
    """Write a size as ID3 does, seven bits a byte."""
    return bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))


@pytest.fixture
def file(tmp_path: Path) -> Iterator[BinaryIO]:
    path = tmp_path / "clip"
    path.write_bytes(encoded(tone(2, -23), MP3))
    with path.open("rb") as opened:
        yield opened


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec.name)
def test_the_child_tells_what_was_heard(codec: Codec, tmp_path: Path) -> None:
    content = encoded(tone(2, -23), codec)
    (tmp_path / "clip").write_bytes(content)

    with (tmp_path / "clip").open("rb") as file:
        assert listen_apart(file) == listen(io.BytesIO(content))


def test_the_file_is_heard_from_its_beginning(file: BinaryIO) -> None:
    expected = listen_apart(file)

    file.seek(20_000)
    assert listen_apart(file) == expected


def test_what_could_not_be_heard_is_told(tmp_path: Path) -> None:
    (tmp_path / "clip").write_bytes(b"<html>")

    with (tmp_path / "clip").open("rb") as file:
        assert listen_apart(file) == Undecodable(Reason.NOT_AUDIO)


def test_no_time_is_no_answer(file: BinaryIO) -> None:
    assert listen_apart(file, patience_s=0) == Undecodable(Reason.TOO_SLOW)


def test_a_picture_larger_than_all_memory_is_passed_over(tmp_path: Path) -> None:
    size = 200 * 2**20
    frame = b"APIC" + syncsafe(size - 10) + b"\0\0" + b"\0image/png\0\3\0"
    with (tmp_path / "clip").open("wb") as file:
        file.write(b"ID3\x04\0\0" + syncsafe(size) + frame)
        file.seek(10 + size)
        file.write(encoded(tone(2, -23), MP3))

    with (tmp_path / "clip").open("rb") as file_again:
        heard = listen_apart(file_again, memory_bytes=100 * 2**20)

    assert isinstance(heard, Sound)
    assert heard.duration_s == pytest.approx(2, abs=0.05)


def test_a_claim_of_two_gigabytes_is_not_believed(tmp_path: Path) -> None:
    wav = encoded(tone(2, -23))
    info = wav.index(b"LIST")
    (tmp_path / "clip").write_bytes(wav[: info + 4] + b"\xff\xff\xff\x7f" + wav[info + 8 :])

    with (tmp_path / "clip").open("rb") as file:
        heard = listen_apart(file, memory_bytes=64 * 2**20)

    assert heard == Undecodable(Reason.NOT_AUDIO)


def test_a_child_without_memory_is_an_answer(file: BinaryIO) -> None:
    heard = listen_apart(file, memory_bytes=2**20)

    assert heard == Undecodable(Reason.CRASHED)


@pytest.mark.parametrize("codec", [MP3, FLAC], ids=lambda codec: codec.name)
def test_the_child_opens_no_file_and_no_socket(codec: Codec, tmp_path: Path) -> None:
    (tmp_path / "clip").write_bytes(encoded(tone(1, -23), codec))
    program = (
        "import os, socket, sys\n"
        "from cliphook.adapters.sound.host import hear\n"
        "os.pipe()\n"
        "hear(0, 1, 10, 2**27)\n"
        "for attempt in (lambda: open('/etc/hostname'), socket.socket):\n"
        "    try: attempt()\n"
        "    except OSError as error: print(error.errno, file=sys.stderr)\n"
    )

    with (tmp_path / "clip").open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-c", program], stdin=file, capture_output=True, text=True, check=True
        )

    # EMFILE, twice.
    assert done.stderr.split() == ["24", "24"]
    assert '"duration_s": 1' in done.stdout
