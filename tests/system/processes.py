"""What the kernel says of processes: who runs, and who listens where. Linux only."""

import ipaddress
import struct
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

PROC = Path("/proc")
LISTENING = "0A"
# How soon something is looked at again: quick at first, and seldom where it takes long anyway.
LOOK_AGAIN_S, LONGER, LOOK_AGAIN_MAX_S = 0.02, 1.3, 0.3


def alive(pid: int) -> bool:
    """Say whether a process runs; one that only waits to be reaped does not."""
    try:
        state = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def soon(
    condition: Callable[[], object], *, within_s: float = 5.0, every_s: float = LOOK_AGAIN_MAX_S
) -> bool:
    """Wait for something to become true, and look ever more seldom, in the end `every_s`."""
    deadline, pause_s = time.monotonic() + within_s, LOOK_AGAIN_S
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause_s)
        pause_s = min(LONGER * pause_s, every_s)
    return True


def marked(mark: str) -> dict[int, str]:
    """Find the processes with a text in their command or environment, and what they run."""
    found = {}
    for process in PROC.glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            seen = command + (process / "environ").read_bytes()
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
        if mark.encode() in seen:
            found[int(process.name)] = command.decode(errors="replace").replace("\0", " ")
    return found


def listening(pids: Iterable[int]) -> set[str]:
    """Collect the addresses at which processes listen for TCP."""
    inodes = {inode for pid in pids for inode in sockets(pid)}
    found = set()
    for table in ("tcp", "tcp6"):
        for line in (PROC / "net" / table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == LISTENING and fields[9] in inodes:
                found.add(address(fields[1].partition(":")[0]))
    return found


def sockets(pid: int) -> Iterator[str]:
    """List the inodes of a process's sockets."""
    for descriptor in (PROC / str(pid) / "fd").iterdir():
        target = str(descriptor.readlink())
        if target.startswith("socket:["):
            yield target.removeprefix("socket:[").removesuffix("]")


def address(hexadecimal: str) -> str:
    """Read an address as the kernel writes it: words in the machine's own order."""
    words = struct.iter_unpack(">I", bytes.fromhex(hexadecimal))
    return str(ipaddress.ip_address(b"".join(struct.pack("=I", word) for (word,) in words)))
