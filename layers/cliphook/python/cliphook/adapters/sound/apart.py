"""Listens to a file in a process of its own."""

import atexit
import signal
import socket
import subprocess
import sys
from threading import Lock
from typing import BinaryIO, Final

from pydantic import TypeAdapter

from cliphook.adapters.sound.line import ANSWERED, ASKED
from cliphook.domain.sound import Reason, Sound, Undecodable

PATIENCE_S: Final = 60.0
MEMORY_BYTES: Final = 128 * 2**20
# What it takes to begin and to tell, which is no listening.
GRACE_S: Final = 10.0

_HOST: Final = "cliphook.adapters.sound.host"
# What it takes to end whoever still listens, and then itself.
_FAREWELL_S: Final = 1.0
_ANSWER: Final = TypeAdapter[Sound | Undecodable](Sound | Undecodable)

# What is seen of a host that is no more.
_GONE: Final = (ConnectionError, EOFError)


class Listener:
    """
    A host that waits for files, and forks a process for each that listens to it.

    Its beginning is dear, for it imports PyAV; a fork costs next to nothing. So it begins with the
    first file, and stays until `end`, or until its owner is no more. One file at a time.
    """

    def __init__(self, *, grace_s: float = GRACE_S) -> None:
        self._grace_s = grace_s
        self._lock = Lock()
        self._host: subprocess.Popen[bytes] | None = None
        self._line: socket.socket | None = None

    def listen(self, file: BinaryIO, patience_s: float, memory_bytes: int) -> Sound | Undecodable:
        """Have a file heard; a host that has died meanwhile is replaced, once."""
        with self._lock:
            try:
                try:
                    status, told = self._ask(file, patience_s, memory_bytes)
                except _GONE:
                    self.end()
                    status, told = self._ask(file, patience_s, memory_bytes)
            except TimeoutError:
                self.end()
                return Undecodable(Reason.TOO_SLOW)
            except _GONE:
                self.end()
                return Undecodable(Reason.CRASHED)
        if status:
            is_over = status == -signal.SIGXCPU
            return Undecodable(Reason.TOO_SLOW if is_over else Reason.CRASHED)
        return _ANSWER.validate_json(told)

    @property
    def process_id(self) -> int | None:
        """The host's, while there is one."""
        return self._host.pid if self._host else None

    def end(self) -> None:
        """End the host, and with it whoever still listens."""
        if self._line is not None:
            self._line.close()
            self._line = None
        if self._host is not None:
            try:
                self._host.wait(_FAREWELL_S)
            except subprocess.TimeoutExpired:
                self._host.kill()
                self._host.wait()
            self._host = None

    def _ask(self, file: BinaryIO, patience_s: float, memory_bytes: int) -> tuple[int, bytes]:
        line = self._line or self._begin()
        line.settimeout(patience_s + self._grace_s)
        socket.send_fds(line, [ASKED.pack(patience_s, memory_bytes)], [file.fileno()])
        status, size = ANSWERED.unpack(_read(line, ANSWERED.size))
        return status, _read(line, size)

    def _begin(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._line = ours
            self._host = subprocess.Popen(  # noqa: S603 - our own interpreter, and nothing else
                [sys.executable, "-m", _HOST],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=_environment(),
            )
        return ours


_LISTENER: Final = Listener()
atexit.register(_LISTENER.end)


def listen_apart(
    file: BinaryIO, *, patience_s: float = PATIENCE_S, memory_bytes: int = MEMORY_BYTES
) -> Sound | Undecodable:
    """
    Decode a file from its beginning to its end, whatever it does to the decoder.

    FFmpeg is a million lines of C, and the file comes from somebody else. Each file has a process
    of its own, which holds the file and nothing besides: no credentials, no other file, no socket,
    and no more memory than it is given. The file must be one of the system's; where it stands
    afterwards is not said.
    """
    return _LISTENER.listen(file, patience_s, memory_bytes)


def _read(line: socket.socket, size: int) -> bytes:
    read = bytearray()
    while len(read) < size:
        chunk = line.recv(size - len(read))
        if not chunk:
            raise EOFError
        read += chunk
    return bytes(read)


def _environment() -> dict[str, str]:
    """Say where Python and our packages are, and keep everything else of ours to ourselves."""
    return {
        "PYTHONPATH": ":".join(filter(None, sys.path)),
        "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib",
    }
