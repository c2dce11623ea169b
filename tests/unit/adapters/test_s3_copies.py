"""A file goes through in small pieces, and within its time, whatever the store does."""

import io
import tempfile
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import BinaryIO, ClassVar

import boto3
import pytest

from cliphook.adapters.aws import S3_COPY_CONFIG
from cliphook.adapters.s3_copies import S3Copies
from cliphook.domain.errors import UnavailableStoreError
from cliphook.runtime.clock import now, within

KEY = "clips/acct_A/one.wav"
PIECE = bytes(1 << 16)
LARGE = 48 * 2**20
# Far less than the file; the SDK signs it by the mebibyte where there is no TLS.
MEMORY_MAX = 6 * 2**20
WAITS_S = 0.3
# So long it may take from then on: two pieces of what drips, and one more try.
NOTICED_WITHIN_S = 5.0


class Store(BaseHTTPRequestHandler):
    """A store that gives a file of nulls and takes any, at a rate, or less of it than it says."""

    protocol_version = "HTTP/1.1"
    pause_s: ClassVar[float]
    missing: ClassVar[int]

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(LARGE))
        self.end_headers()
        for _ in range((LARGE - self.missing) // len(PIECE)):
            self.wfile.write(PIECE)
            time.sleep(self.pause_s)
        self.close_connection = True

    def do_PUT(self) -> None:
        left = int(self.headers["Content-Length"])
        while left:
            left -= len(self.rfile.read(min(left, len(PIECE))))
            time.sleep(self.pause_s)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *_: object) -> None:  # noqa: A002 - theirs
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    """A server to whom it does not matter that somebody goes away in the midst of a file."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def copies(
    *, pause_s: float = 0, missing: int = 0, has_time: Callable[[], bool] = lambda: True
) -> Iterator[S3Copies]:
    manners = type("Manners", (Store,), {"pause_s": pause_s, "missing": missing})
    with Quiet(("127.0.0.1", 0), manners) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        client = boto3.Session().client("s3", endpoint_url=url, config=S3_COPY_CONFIG)
        try:
            yield S3Copies("clips", client, clock=now, has_time=has_time)
        finally:
            client.close()
            server.shutdown()
            thread.join()


@pytest.fixture
def large() -> Iterator[BinaryIO]:
    with tempfile.TemporaryFile() as file:
        file.truncate(LARGE)
        yield file


def test_a_large_file_goes_through_in_little_memory(large: BinaryIO) -> None:
    with copies() as there:
        there.put("clips/warm.wav", io.BytesIO(PIECE), "audio/wav")
        tracemalloc.start()
        try:
            with there.original(KEY) as original:
                assert original.seek(0, 2) == LARGE
            there.put(KEY, large, "audio/wav")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()

    assert peak < MEMORY_MAX


def test_a_file_that_ends_too_early_is_not_taken_for_whole() -> None:
    with (
        copies(missing=len(PIECE)) as there,
        pytest.raises(UnavailableStoreError),
        there.original(KEY),
    ):
        pass


def test_a_store_that_drips_is_not_waited_for_longer_than_there_is_time(large: BinaryIO) -> None:
    def fetch(there: S3Copies) -> None:
        with there.original(KEY):
            pass

    def put(there: S3Copies) -> None:
        there.put(KEY, large, "audio/wav")

    for go in (fetch, put):
        with copies(pause_s=0.05, has_time=within(WAITS_S)) as there:
            began = time.monotonic()
            with pytest.raises(UnavailableStoreError):
                go(there)
            assert time.monotonic() - began < WAITS_S + NOTICED_WITHIN_S
