"""
How the embedded AWS runs functions: on the bare interpreter, from layers that are unpacked once.

Like `ministack_launcher.py`, which calls this, it knows MiniStack's inside and runs in its
environment.
"""

import hashlib
import importlib
import os
import queue
import shutil
import sys
import tempfile
import threading
import time
import zipfile
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Final, Self

Properties = dict[str, Any]

UNPACKED: Final = Path(os.environ["CLIPHOOK_UNPACKED"])

# How long an invocation waits for a worker that has started, and how long it sleeps at most.
PATIENCE_S: Final = 0.5
LOOK_EVERY_S: Final = 0.1
# A start takes a core.
STARTS_MAX: Final = os.cpu_count() or 1

# How long the first line of an invocation's log may take, the next one, and all of them.
FIRST_LINE_S: Final = 0.05
NEXT_LINE_S: Final = 0.005
LINES_S: Final = 0.25


def run_functions_bare() -> None:
    """Run functions without MiniStack's packages, from layers that are unpacked once."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    services: Any = importlib.import_module("ministack.services.lambda_svc")
    script_for = runtime._detect_runtime_binary

    def detect(name: str) -> tuple[str, str]:
        binary, script = script_for(name)
        return (bare_interpreter() if binary == sys.executable else binary), script

    runtime._detect_runtime_binary = detect
    runtime.zipfile = SimpleNamespace(ZipFile=UnpackedOnce, BadZipFile=zipfile.BadZipFile)
    layers = Layers(services._resolve_layer_zip)
    services._layer_unzipped_size = lambda attached: services._unzipped_size(layers.find(attached))
    services._resolve_layer_zip = layers.name


def bare_interpreter() -> str:
    """Name the interpreter below this virtual environment, which has none of its packages."""
    return getattr(sys, "_base_executable", sys.executable)


class Layers:
    """
    Names instead of contents: a worker that starts would write out and read whole layers for them.

    The content of a version never changes.
    """

    def __init__(self, find: Any) -> None:  # noqa: ANN401 - MiniStack's own
        self.find = find

    def name(self, attached: str | Properties) -> bytes | None:
        """Give for a layer's zip the few bytes by which `UnpackedOnce` knows it."""
        name = repr(attached).encode()
        if name not in UnpackedOnce.known:
            content = self.find(attached)
            if not content:
                return None
            UnpackedOnce.known[name] = unpacked(content)
        return name


def unpacked(content: bytes) -> Path:
    """Unpack a zip, unless somebody has, and return the folder."""
    folder = UNPACKED / hashlib.sha256(content).hexdigest()
    with UnpackedOnce.unpacking:
        if not folder.exists():
            unpack(content, folder)
        folder.touch()
    return folder


def unpack(content: bytes, folder: Path) -> None:
    """Let a folder appear whole."""
    partly = Path(tempfile.mkdtemp(dir=UNPACKED))
    archived = partly.with_suffix(".zip")
    archived.write_bytes(content)
    with zipfile.ZipFile(archived) as archive:
        archive.extractall(partly)
    archived.unlink()
    try:
        partly.rename(folder)
    except OSError:
        # Another server with the same cache was faster.
        shutil.rmtree(partly)


class UnpackedOnce:
    """A zip file as a worker unpacks it: into links to one folder for each distinct content."""

    known: Final[dict[bytes, Path]] = {}
    unpacking: Final = threading.Lock()

    def __init__(self, path: str) -> None:
        self._path = Path(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._path.unlink()

    def namelist(self) -> list[str]:
        """List no file for the worker to check, which takes it long: unpacking is safe here."""
        return []

    def extractall(self, target: str) -> None:
        """Link what the first worker unpacked into this worker's folder."""
        content = self._path.read_bytes()
        folder = self.known.get(content) or unpacked(content)
        for entry in folder.iterdir():
            (Path(target) / entry.name).symlink_to(entry)


def wait_for_logs() -> None:
    """Sleep until a function's lines are there instead of looking each millisecond."""
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")

    def read(worker: Any) -> str:  # noqa: ANN401
        lines: list[str] = []
        patience_s, until = FIRST_LINE_S, time.monotonic() + LINES_S
        with suppress(queue.Empty):
            while time.monotonic() < until:
                lines.append(worker._stderr_queue.get(timeout=patience_s))
                patience_s = NEXT_LINE_S
        return "\n".join(lines)

    runtime.Worker._drain_stderr_bounded = read


def prefer_warm_workers() -> None:
    """
    Let an invocation wait a little for a busy worker before it starts one more.

    A start costs a core for most of a second: a burst of callbacks would otherwise be answered by
    as many starts, all of them slow. No function of ours invokes one, so none waits for itself.
    """
    runtime: Any = importlib.import_module("ministack.core.lambda_runtime")
    services: Any = importlib.import_module("ministack.services.lambda_svc")
    queues = WarmQueues(runtime, services.acquire_worker, services.release_worker)
    services.acquire_worker = queues.acquire
    services.release_worker = queues.release


class WarmQueues:
    """Whoever waits for a worker, of any function."""

    def __init__(self, runtime: Any, acquire: Any, release: Any) -> None:  # noqa: ANN401
        self._runtime, self._acquire, self._release = runtime, acquire, release
        self._released = threading.Condition()

    def acquire(self, name: str, config: Properties, code: bytes, qualifier: str) -> Any:  # noqa: ANN401
        """Take a worker that is free soon, or start one: whoever waits then waits anew for that."""
        key = self._runtime._worker_key(name, config, qualifier)
        waited_s, before = 0.0, 0
        while True:
            with self._released:
                worker, how = self._acquire(name, config, code, qualifier, max_concurrency=1)
                if worker is None and waited_s > PATIENCE_S and self._may_start(key):
                    worker, how = self._acquire(name, config, code, qualifier)
                if worker is not None:
                    return worker, how
                began = time.monotonic()
                self._released.wait(LOOK_EVERY_S)
            workers = self._runtime._workers.get(key, ())
            # The wait for a worker that is only starting is no reason to start another.
            if all(worker._start_time for worker in workers):
                waited_s += time.monotonic() - began
            if len(workers) > before:
                waited_s, before = 0.0, len(workers)

    def release(self, worker: Any) -> None:  # noqa: ANN401
        """Give a worker back, and tell who waits."""
        self._release(worker)
        with self._released:
            self._released.notify_all()

    def _may_start(self, key: str) -> bool:
        workers = self._runtime._workers.get(key, ())
        return sum(not worker._start_time for worker in workers) < STARTS_MAX
