"""
The process that a `Listener` starts: hosts those that listen, one after the other.

Nothing of a file is read here. What comes is handed to a fork, which gives up everything besides.
"""

import gc
import json
import os
import resource
import select
import signal
import socket
from dataclasses import asdict
from importlib import import_module
from typing import Final, Never

from cliphook.adapters.sound.line import ANSWERED, ASKED
from cliphook.adapters.sound.listen import listen

_INPUT, _OUTPUT = 0, 1
# Standard input, output and errors; no file and no socket besides.
_FILES: Final = 3
# What the host itself ever has open.
_FILES_MAX: Final = 64
# A drawing has less than 10 kB.
_ANSWER_BYTES_MAX: Final = 2**20
_CHUNK_BYTES: Final = 2**16

# What PyAV would import for itself later, when nothing can be opened any more.
_LATE: Final = (
    "av.sidedata.sidedata",
    "av.subtitles.codeccontext",
    "av.subtitles.stream",
    "av.video.codeccontext",
    "av.video.stream",
    "logging",
)
for _name in _LATE:
    import_module(_name)


def main() -> None:
    """Take files from standard input, which is a socket, until nobody is left to hand them in."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (_FILES_MAX, _FILES_MAX))
    # What is shared with the forks stays so.
    gc.freeze()
    with socket.socket(fileno=_INPUT) as line:
        while _answer(line):
            pass


def hear(file: int, output: int, patience_s: float, memory_bytes: int) -> None:
    """Give up everything but the file, then listen, and write what was heard."""
    os.dup2(file, _INPUT)
    os.dup2(output, _OUTPUT)
    os.closerange(_FILES, _FILES_MAX)
    cpu_s = int(patience_s) + 1
    for what, most in (
        (resource.RLIMIT_DATA, memory_bytes),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _FILES),
    ):
        resource.setrlimit(what, (most, most))
    with open(_INPUT, "rb", closefd=False) as body, open(_OUTPUT, "w", closefd=False) as told:
        body.seek(0)
        json.dump(asdict(listen(body, patience_s=patience_s)), told)


def _answer(line: socket.socket) -> bool:
    """Have the next file heard, and say whether there may be another one."""
    asked, files, _, _ = socket.recv_fds(line, ASKED.size, 1)
    if not asked:
        return False
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        _hear_and_exit(files[0], theirs, *ASKED.unpack(asked))
    os.close(files[0])
    os.close(theirs)
    told = _follow(line, ours)
    os.close(ours)
    # Who has closed his end has no more to tell, and ends; or is made to.
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if told is None:
        return False
    line.sendall(ANSWERED.pack(os.waitstatus_to_exitcode(status), len(told)) + told)
    return True


def _hear_and_exit(file: int, output: int, patience_s: float, memory_bytes: int) -> Never:
    status = 1
    try:
        hear(file, output, patience_s, memory_bytes)
        status = 0
    finally:
        os._exit(status)


def _follow(line: socket.socket, ours: int) -> bytes | None:
    """Read what is told to its end; nothing, where nobody waits for it any more."""
    told = b""
    while len(told) <= _ANSWER_BYTES_MAX:
        ready, _, _ = select.select([line.fileno(), ours], [], [])
        if line.fileno() in ready:
            return None
        chunk = os.read(ours, _CHUNK_BYTES)
        if not chunk:
            break
        told += chunk
    return told


if __name__ == "__main__":
    main()
