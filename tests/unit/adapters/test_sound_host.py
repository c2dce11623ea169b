"""The process that hosts those who listen: it stays, survives them, and ends with its owner."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

import pytest

from cliphook.adapters.sound.apart import Listener
from cliphook.domain.sound import Reason, Sound, Undecodable
from tests.support.tones import MP3, encoded, tone
from tests.system.processes import PROC, alive, soon

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")

PATIENCE_S = 10.0
MEMORY_BYTES = 2**27
# An hour of silence, which takes seconds to hear and no room.
LONG_BYTES = 3600 * 44_100 * 4

# Listens to a file, and then to another one; tells who hosts them before that.
OWNER = """
import sys
from cliphook.adapters.sound.apart import Listener
listener = Listener()
with open(sys.argv[1], "rb") as short, open(sys.argv[2], "rb") as long:
    listener.listen(short, 60.0, 2**27)
    print(listener.process_id, flush=True)
    listener.listen(long, 60.0, 2**27)
"""


@pytest.fixture
def short(tmp_path: Path) -> Iterator[BinaryIO]:
    path = tmp_path / "short"
    path.write_bytes(encoded(tone(0.5, -23), MP3))
    with path.open("rb") as opened:
        yield opened


@pytest.fixture
def long(tmp_path: Path) -> Iterator[BinaryIO]:
    path = tmp_path / "long"
    wav = encoded(tone(0.1, -23))
    data = wav.index(b"data")
    head = wav[: data + 4] + LONG_BYTES.to_bytes(4, "little")
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + LONG_BYTES)
    with path.open("rb") as opened:
        yield opened


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener()
    yield made
    made.end()


def hear(listener: Listener, file: BinaryIO) -> Sound | Undecodable:
    return listener.listen(file, PATIENCE_S, MEMORY_BYTES)


def host_of(listener: Listener) -> int:
    assert listener.process_id
    return listener.process_id


def children_of(process: int) -> list[int]:
    return [int(pid) for pid in (PROC / f"{process}/task/{process}/children").read_text().split()]


def files_of(process: int) -> list[str]:
    return [str(link.readlink()) for link in (PROC / f"{process}/fd").iterdir()]


def open_files(process: int) -> int:
    return len([*(PROC / f"{process}/fd").iterdir()])


def while_hearing(
    listener: Listener, file: BinaryIO, act: Callable[[int], None], patience_s: float = PATIENCE_S
) -> Sound | Undecodable:
    """Do something to the process that hears the file, and give what is heard."""
    host = host_of(listener)
    with ThreadPoolExecutor(1) as pool:
        heard = pool.submit(listener.listen, file, patience_s, MEMORY_BYTES)
        assert soon(lambda: children_of(host))
        act(children_of(host)[0])
        return heard.result()


def test_one_host_hears_a_hundred_clips_and_leaves_nothing_open(
    listener: Listener, short: BinaryIO
) -> None:
    expected = hear(listener, short)
    host = host_of(listener)
    before = open_files(os.getpid()), open_files(host)

    heard = [hear(listener, short) for _ in range(100)]

    assert isinstance(expected, Sound)
    assert heard == [expected] * 100
    assert listener.process_id == host
    assert (open_files(os.getpid()), open_files(host)) == before
    assert children_of(host) == []


def test_a_host_that_was_killed_is_replaced(listener: Listener, short: BinaryIO) -> None:
    expected, before = hear(listener, short), host_of(listener)

    os.kill(before, signal.SIGKILL)

    assert hear(listener, short) == expected
    assert listener.process_id != before


def test_a_host_that_never_begins_is_an_answer(
    listener: Listener, short: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")

    assert hear(listener, short) == Undecodable(Reason.CRASHED)


@pytest.mark.parametrize(
    ("name", "reason"), [("SEGV", Reason.CRASHED), ("XCPU", Reason.TOO_SLOW)], ids=str
)
def test_who_dies_of_a_file_is_an_answer_and_no_harm_to_the_host(
    name: str, reason: Reason, listener: Listener, short: BinaryIO, long: BinaryIO
) -> None:
    expected, host = hear(listener, short), host_of(listener)
    number = signal.Signals[f"SIG{name}"]

    heard = while_hearing(listener, long, lambda child: os.kill(child, number))

    assert heard == Undecodable(reason)
    assert hear(listener, short) == expected
    assert listener.process_id == host


def test_who_never_ends_is_ended(short: BinaryIO, long: BinaryIO) -> None:
    listener = Listener(grace_s=0.5)
    expected = hear(listener, short)
    stopped = []

    def stop(child: int) -> None:
        os.kill(child, signal.SIGSTOP)
        stopped.append(child)

    heard = while_hearing(listener, long, stop, patience_s=0.2)

    assert heard == Undecodable(Reason.TOO_SLOW)
    assert not alive(stopped[0])
    assert hear(listener, short) == expected
    listener.end()


def test_nobody_learns_a_secret_or_gets_hold_of_another_file(
    listener: Listener, short: BinaryIO, long: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", "swordfish")
    hear(listener, short)
    seen: dict[str, list[str]] = {"files": [], "environment": []}

    def look(child: int) -> None:
        assert soon(lambda: f"{long.name}" in files_of(child) and len(files_of(child)) == 3)
        seen["files"] = files_of(child)
        seen["environment"] = (PROC / f"{child}/environ").read_text().split("\0")
        os.kill(child, signal.SIGKILL)

    while_hearing(listener, long, look)

    kinds = sorted(file.partition(":")[0] for file in seen["files"])
    assert kinds == sorted(["/dev/null", long.name, "pipe"])
    names = {line.partition("=")[0] for line in seen["environment"] if line}
    assert names == {"LD_LIBRARY_PATH", "PYTHONPATH"}
    told = (PROC / f"{host_of(listener)}/environ").read_text()
    assert "PYTHONPATH=" in told
    assert "swordfish" not in told


def test_nobody_is_left_when_the_owner_is_killed(short: BinaryIO, long: BinaryIO) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", OWNER, short.name, long.name], stdout=subprocess.PIPE, text=True
    )
    assert owner.stdout is not None
    with owner, owner.stdout:
        host = int(owner.stdout.readline())
        assert soon(lambda: children_of(host))
        child = children_of(host)[0]

        owner.kill()

    assert soon(lambda: not alive(host))
    assert soon(lambda: not alive(child))
