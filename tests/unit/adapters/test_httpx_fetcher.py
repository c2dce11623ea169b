"""Downloads are judged by their bytes, bounded in size and time, and leave nothing behind."""

import gzip
import hashlib
import os
import socket
import tempfile
import time
from pathlib import Path

import pytest

from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.domain.errors import FailedFetchError
from tests.support.loopback import Loopback, answer, reset

# The header of an MPEG frame, and what might follow it.
MP3 = b"\xff\xfb\x90\x64" + bytes(range(256)) * 4
HTML = b"<!doctype html><html><body>Not here any more.</body></html>"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give downloads a place of their own, to look into afterwards."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def reason(url: str, **options: object) -> str:
    """Say why a download fails."""
    fetcher = HttpxFetcher(allow_loopback=True, **options)  # type: ignore[arg-type]
    with pytest.raises(FailedFetchError) as caught, fetcher.fetch(url):
        pytest.fail("it was fetched")
    return caught.value.reason


def test_a_good_file_is_described_by_its_bytes(host: Loopback, folder: Path) -> None:
    host.answers["/one.mp3"] = answer(MP3, headers={"Content-Type": "audio/mpeg"})

    with HttpxFetcher(allow_loopback=True).fetch(host.url("/one.mp3")) as fetched:
        assert fetched.path.read_bytes() == MP3
        assert fetched.path.is_relative_to(folder)
        assert fetched.sha256 == hashlib.sha256(MP3).hexdigest()
        assert fetched.size_bytes == len(MP3)
        assert (fetched.content_type, fetched.extension) == ("audio/mpeg", "mp3")

    assert [*folder.iterdir()] == []


def test_the_file_is_gone_although_its_reader_failed(host: Loopback, folder: Path) -> None:
    host.answers["/one.mp3"] = answer(MP3)

    with (
        pytest.raises(ZeroDivisionError),
        HttpxFetcher(allow_loopback=True).fetch(host.url("/one.mp3")),
    ):
        raise ZeroDivisionError

    assert [*folder.iterdir()] == []


def test_a_failed_download_leaves_nothing(host: Loopback, folder: Path) -> None:
    host.answers["/one.mp3"] = answer(HTML)

    assert reason(host.url("/one.mp3")) == "not_audio"

    assert [*folder.iterdir()] == []


def test_what_a_killed_download_left_is_removed(host: Loopback, folder: Path) -> None:
    host.answers["/one.mp3"] = answer(MP3)
    for name, age_s in (("cliphook-clip-old", 601), ("cliphook-clip-new", 60), ("clip-art", 9999)):
        (folder / name).mkdir()
        (folder / name / "audio").write_bytes(MP3)
        os.utime(folder / name, (time.time() - age_s,) * 2)

    with HttpxFetcher(allow_loopback=True).fetch(host.url("/one.mp3")):
        pass

    assert {path.name for path in folder.iterdir()} == {"cliphook-clip-new", "clip-art"}


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (answer(MP3, 403), "http_403"),
        (answer(MP3, 404), "http_404"),
        (answer(MP3, 410), "http_410"),
        (answer(MP3, 500), "http_500"),
        (answer(MP3, 206), "http_206"),
        (answer(MP3, 201), "http_201"),
        (answer(MP3, 302), "http_302"),
        (answer(b"", 204), "http_204"),
        (answer(b""), "empty"),
        (answer(HTML, headers={"Content-Type": "audio/mpeg"}), "not_audio"),
        (answer(b'{"error": "expired"}'), "not_audio"),
        (answer(b"\xff"), "not_audio"),
        (answer(gzip.compress(MP3), headers={"Content-Encoding": "gzip"}), "encoded"),
        (answer(MP3, headers={"Content-Encoding": "identity, gzip"}), "encoded"),
        (answer(MP3, headers={"Content-Encoding": "br"}), "encoded"),
        (answer(MP3, headers={"Content-Length": "2000"}), "short"),
        (answer(MP3, headers={"Content-Length": "536870912"}), "short"),
        (answer(MP3, headers={"Content-Length": "536870913"}), "too_large"),
        (answer(MP3, headers={"Content-Length": "9" * 19}), "too_large"),
        (answer(MP3, headers={"Content-Length": "-5"}), "malformed"),
        (answer(MP3, headers={"Content-Length": "many"}), "malformed"),
        (answer(MP3, headers={"Content-Length": "5, 6"}), "malformed"),
        (answer(MP3, headers={"Content-Length": "9" * 5000}), "malformed"),
        (b"220 ftp.test ready\r\n", "malformed"),
        (b"", "malformed"),
        (b"HTTP/1.1 200 OK\r\nContent-", "malformed"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\xff\xfb\x90", "short"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "short"),
    ],
)
def test_whatever_is_no_whole_audio_file_has_its_reason(
    host: Loopback, sent: bytes, why: str
) -> None:
    host.answers["/one.mp3"] = sent

    assert reason(host.url("/one.mp3")) == why


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/html"},
        {"Content-Type": "image/png; charset=utf-8"},
        {"Content-Encoding": "identity"},
        {"Content-Encoding": "Identity"},
    ],
)
def test_headers_do_not_make_music_anything_else(host: Loopback, headers: dict[str, str]) -> None:
    host.answers["/page.html"] = answer(MP3, headers=headers)

    with HttpxFetcher(allow_loopback=True).fetch(host.url("/page.html")) as fetched:
        assert (fetched.content_type, fetched.extension) == ("audio/mpeg", "mp3")
        assert fetched.size_bytes == len(MP3)


def test_a_file_may_end_with_its_connection(host: Loopback) -> None:
    host.answers["/one"] = b"HTTP/1.0 200 OK\r\n\r\n" + MP3

    with HttpxFetcher(allow_loopback=True).fetch(host.url("/one")) as fetched:
        assert fetched.size_bytes == len(MP3)


def test_what_follows_the_announced_length_is_not_the_file(host: Loopback) -> None:
    host.answers["/one"] = answer(MP3, headers={"Content-Length": "100"})

    with HttpxFetcher(allow_loopback=True).fetch(host.url("/one")) as fetched:
        assert fetched.path.read_bytes() == MP3[:100]


def test_a_file_may_be_as_large_as_the_limit(host: Loopback) -> None:
    host.answers["/announced"] = answer(MP3)
    host.answers["/endless"] = b"HTTP/1.0 200 OK\r\n\r\n" + MP3

    for path in ("/announced", "/endless"):
        fetcher = HttpxFetcher(allow_loopback=True, size_max_bytes=len(MP3))
        with fetcher.fetch(host.url(path)) as fetched:
            assert fetched.size_bytes == len(MP3)
        assert reason(host.url(path), size_max_bytes=len(MP3) - 1) == "too_large"


def test_a_file_that_comes_in_crumbs_is_known_by_its_first_bytes(host: Loopback) -> None:
    def crumble(connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(answer(headers={"Content-Length": "12"}))
        for byte in b"RIFF0000WAVE":
            connection.sendall(bytes([byte]))
            time.sleep(0.002)

    host.answers["/one"] = crumble

    with HttpxFetcher(allow_loopback=True).fetch(host.url("/one")) as fetched:
        assert fetched.content_type == "audio/wav"


def test_a_host_that_is_not_there_is_a_reason_too(host: Loopback) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

    assert reason(f"http://127.0.0.1:{port}/one.mp3") == "unreachable"
    host.answers["/one.mp3"] = reset
    assert reason(host.url("/one.mp3")) == "unreachable"


def test_nothing_but_the_file_is_asked_for(host: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    path = "/r/a%2Fb.mp3?sig=a%2Bb%20c&x=&y=:~"
    host.answers["/r/a%2Fb.mp3"] = answer(MP3)

    with HttpxFetcher(allow_loopback=True).fetch(host.url(path)) as fetched:
        assert fetched.size_bytes == len(MP3)

    (seen,) = host.requests
    assert seen.line == f"GET {path} HTTP/1.1"
    assert seen.headers.keys() == {"host", "accept", "connection", "accept-encoding", "user-agent"}
    assert seen.headers["host"] == f"127.0.0.1:{host.port}"
    assert seen.headers["accept-encoding"] == "identity"
    assert "Cliphook" in seen.headers["user-agent"]
