"""
Measures what it takes to archive a file of 500 MB against one of 50 MB: ours, and boto3's way.

Ours is the archive's own: download, walk along the frames, listen to the end, put on the shelf.
Boto3's is `upload_fileobj` from an httpx stream, which neither hashes nor looks at anything. Each
is a process of its own, and whoever listens is another one; Linux remembers the largest resident
set of each, pages that several share included. Host and bucket are servers on loopback that keep
nothing. Ends with 1 where the larger file needs more than its share, of the process or of
both together.
"""

import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import RawIOBase
from pathlib import Path
from typing import Final, override

import httpx

from benchmarks.sound import SIZES_MB, make_second, make_wav
from cliphook.adapters import aws
from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.application.keep_clip import Examine, Examined
from cliphook.application.ports import Fetched
from cliphook.domain.clips import find_clip
from cliphook.domain.sound import Sound
from cliphook.runtime.keeping import make_keeper
from tests.support.makers import new_job

RATIO_MAX: Final = 1.1
WAYS: Final = ("ours", "upload_fileobj")

_PIECE_BYTES: Final = 1 << 20
_SAMPLE_S: Final = 0.01
_BUCKET: Final = "clips"
_FILE: Final = re.compile(r"/(\d+)\.wav")
_PEAK: Final = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one run took: its own process, the largest of those that listened, and both."""

    own_mib: float
    listening_mib: float
    together_mib: float
    cpu_s: float
    took_s: float


def main() -> int:
    """Measure both ways with both sizes, and tell."""
    with tempfile.TemporaryDirectory() as folder, _server(Path(folder)) as url:
        second = make_second()
        for size_mb in SIZES_MB:
            make_wav(Path(folder, f"{size_mb}.wav"), second, size_mb)
        told = {way: [_run(way, url, size_mb) for size_mb in SIZES_MB] for way in WAYS}
    ratios = []
    for way, (small, large) in told.items():
        for size_mb, found in zip(SIZES_MB, (small, large), strict=True):
            print(
                f"{way}, {size_mb:4} MB: {found.own_mib:6.1f} MiB at its peak,"
                f" {found.listening_mib:5.1f} whoever listens, {found.together_mib:6.1f} together;"
                f" {found.cpu_s:5.2f} s of CPU in {found.took_s:5.2f} s"
            )
        own, both = large.own_mib / small.own_mib, large.together_mib / small.together_mib
        print(f"{way}: ratio {own:.3f}, together {both:.3f}")
        ratios += [own, both] if way == "ours" else []
    print(f"ours may be at most {RATIO_MAX}")
    return int(max(ratios) > RATIO_MAX)


def archive(way: str, url: str) -> None:
    """Archive one file, and tell peak memory in MiB and CPU time of this process alone."""
    if way == "ours":
        _archive(url)
    else:
        _upload(url)
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_maxrss / 1024, used.ru_utime + used.ru_stime)


def _archive(url: str) -> None:
    fetcher = HttpxFetcher(allow_loopback=True)
    keeper = make_keeper(_BUCKET)
    keeper = replace(keeper, examine=partial(_heard, keeper.examine))
    job = new_job()
    with fetcher.fetch(url) as file:
        clip = find_clip(job, "one")
        keeper.keep(job, clip, file, claimed_s=None, at=datetime.now(UTC))


def _heard(examine: Examine, file: Fetched) -> Examined:
    """See that the file was heard to its end: who gives up early needs little of anything."""
    examined = examine(file)
    if not isinstance(examined.sound, Sound):
        raise TypeError(f"it was not heard to its end: {examined.sound.reason}")
    return examined


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


def _run(way: str, url: str, size_mb: int) -> Figures:
    began_s = time.monotonic()
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "benchmarks.archive", way, f"{url}/{size_mb}.wav"],
        env=_environment(url),
        stdout=subprocess.PIPE,
        text=True,
    ) as run:
        listening: dict[int, float] = {}
        while run.poll() is None:
            # The last that was seen of each: before it becomes another program it is its parent.
            listening |= {pid: peak for pid in _below(run.pid) if (peak := _peak_mib(pid))}
            time.sleep(_SAMPLE_S)
        own, cpu_s = map(float, run.communicate()[0].split())
    heard = max(listening.values(), default=0.0)
    return Figures(own, heard, own + heard, cpu_s, time.monotonic() - began_s)


def _below(pid: int) -> Iterator[int]:
    """List the processes that a process has started, and those that they have."""
    children = ""
    with suppress(OSError):
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    for child in map(int, children.split()):
        yield child
        yield from _below(child)


def _peak_mib(pid: int) -> float:
    """Tell the largest resident set that a process has had until now."""
    with suppress(OSError):
        found = _PEAK.search(Path(f"/proc/{pid}/status").read_text(encoding="ascii"))
        return int(found[1]) / 1024 if found else 0.0
    return 0.0


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
