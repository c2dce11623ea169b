"""
Measures what it takes to archive a file of 500 MB against one of 50 MB: ours, and boto3's way.

Ours is the archive's own: download, examine, put on the shelf. Boto3's is `upload_fileobj` from an
httpx stream, which neither hashes nor looks at anything. Each is a process of its own, whose
largest resident set Linux remembers; host and bucket are servers on loopback that keep nothing.
Ends with 1 where the larger file needs more than its share.
"""

import re
import resource
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import RawIOBase
from pathlib import Path
from typing import Final, override

import httpx

from benchmarks.sound import SIZES_MB, make_second, make_wav
from cliphook.adapters import aws
from cliphook.adapters.examine import examine
from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.adapters.s3_shelf import S3Shelf
from cliphook.application.keep_clip import Keeper
from cliphook.domain.clips import find_clip
from tests.support.makers import new_job

RATIO_MAX: Final = 1.1
WAYS: Final = ("ours", "upload_fileobj")

_PIECE_BYTES: Final = 1 << 20
_SIZE_MAX_BYTES: Final = 1 << 30
_BUCKET: Final = "clips"
_FILE: Final = re.compile(r"/(\d+)\.wav")


def main() -> int:
    """Measure both ways with both sizes, and tell."""
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as url:
        second = make_second()
        for size_mb in SIZES_MB:
            make_wav(Path(folder, f"{size_mb}.wav"), second, size_mb)
        told = {way: [_run(way, url, size_mb) for size_mb in SIZES_MB] for way in WAYS}
    ratios = {}
    for way, figures in told.items():
        for size_mb, (peak_mib, cpu_s) in zip(SIZES_MB, figures, strict=True):
            print(f"{way}, {size_mb:4} MB: {peak_mib:6.1f} MiB at its peak, {cpu_s:.2f} s of CPU")
        ratios[way] = figures[-1][0] / figures[0][0]
        print(f"{way}: ratio {ratios[way]:.3f}")
    print(f"ours may be at most {RATIO_MAX}")
    return int(ratios["ours"] > RATIO_MAX)


def archive(way: str, url: str) -> None:
    """Archive one file, and tell peak memory in MiB and CPU time of this process alone."""
    if way == "ours":
        _archive(url)
    else:
        _upload(url)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)


def _archive(url: str) -> None:
    fetcher = HttpxFetcher(allow_loopback=True, size_max_bytes=_SIZE_MAX_BYTES)
    keeper = Keeper(S3Shelf(_BUCKET, aws.s3()), examine)
    job = new_job()
    with fetcher.fetch(url) as file:
        keeper.keep(job, find_clip(job, "one"), file, claimed_s=None, at=datetime.now(UTC))


def _upload(url: str) -> None:
    with httpx.stream("GET", url, trust_env=False) as answer:
        aws.s3().upload_fileobj(_Stream(answer), _BUCKET, "clip.wav")  # type: ignore[arg-type]


class _Stream(RawIOBase):
    """An answer as a file to be read."""

    def __init__(self, answer: httpx.Response) -> None:
        self._pieces = answer.iter_raw()
        self._rest = b""

    @override
    def readable(self) -> bool:
        return True

    @override
    def read(self, size: int = -1) -> bytes:
        found = [self._rest]
        length = len(self._rest)
        while size < 0 or length < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            found.append(piece)
            length += len(piece)
        whole = b"".join(found)
        size = len(whole) if size < 0 else size
        self._rest = whole[size:]
        return whole[:size]


def _run(way: str, url: str, size_mb: int) -> tuple[float, float]:
    told = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "benchmarks.archive", way, f"{url}/{size_mb}.wav"],
        env=_environment(url),
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return float(told[0]), float(told[1])


def _environment(url: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL_S3": url,
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }


class _Handler(BaseHTTPRequestHandler):
    """The host that serves the files, and the bucket that takes them."""

    folder: Path
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        found = _FILE.fullmatch(self.path)
        path = self.folder / (f"{found[1]}.wav" if found else "nothing")
        self.send_response(200)
        self.send_header("Content-Length", str(path.stat().st_size))
        self.end_headers()
        with path.open("rb") as file:
            while piece := file.read(_PIECE_BYTES):
                self.wfile.write(piece)

    def do_PUT(self) -> None:
        self._swallow()
        self._answer(b"")

    def do_POST(self) -> None:
        self._swallow()
        is_begun = self.path.endswith("?uploads")
        name = "InitiateMultipartUploadResult" if is_begun else "CompleteMultipartUploadResult"
        self._answer(f"<{name}><UploadId>1</UploadId></{name}>".encode())

    def _swallow(self) -> None:
        left = int(self.headers.get("Content-Length", 0))
        while left:
            left -= len(self.rfile.read(min(left, _PIECE_BYTES)))

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    """Serve, and take."""
    handler = type("Handler", (_Handler,), {"folder": folder})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        archive(*sys.argv[1:])
    else:
        raise SystemExit(main())
