"""Who is at the other end of a connection on this machine: which process, which function."""

import ipaddress
import os
import signal
import struct
from collections.abc import Iterator
from dataclasses import dataclass

from tests.system.processes import PROC, alive, sockets, soon

LOOPBACK = "127.0.0.1"
ESTABLISHED = "01"
# How a function's process is told which function it is.
NAME = b"AWS_LAMBDA_FUNCTION_NAME="
DIES_WITHIN_S = 5.0


class StillAliveError(Exception):
    """A process outlived its SIGKILL."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that runs a function."""

    pid: int
    function: str

    def kill(self) -> None:
        """End it as a lost machine would: it can do nothing about it, and nothing after."""
        os.kill(self.pid, signal.SIGKILL)
        if not soon(lambda: not alive(self.pid), within_s=DIES_WITHIN_S):
            raise StillAliveError(self)


def worker_at(port: int, mark: str) -> Worker | None:
    """Find the function whose connection has a port of loopback; its environment has the mark."""
    inode = _inode(port)
    found = (one for one in _workers(mark.encode()) if inode and inode in _inodes(one.pid))
    return next(found, None)


def _inode(port: int) -> str | None:
    (word,) = struct.unpack("=I", ipaddress.ip_address(LOOPBACK).packed)
    mine = f"{word:08X}:{port:04X}"
    lines = (PROC / "net" / "tcp").read_text().splitlines()[1:]
    rows = (line.split() for line in lines)
    return next((row[9] for row in rows if row[1] == mine and row[3] == ESTABLISHED), None)


def _workers(mark: bytes) -> Iterator[Worker]:
    for process in PROC.glob("[0-9]*"):
        try:
            told = (process / "environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        names = [line for line in told.split(b"\0") if line.startswith(NAME)]
        if names and mark in told:
            yield Worker(int(process.name), names[0].removeprefix(NAME).decode())


def _inodes(pid: int) -> set[str]:
    try:
        return {*sockets(pid)}
    except (FileNotFoundError, ProcessLookupError):
        return set()
