"""`make run` as a program: what it says, how it ends, and that nobody is left."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from local.aws_server import LOOPBACK, free_port
from local.places import ROOT
from tests.system.processes import listening, marked, soon

ENDS_WITHIN_S = 120.0
QUICKLY = ("--scale", "0.0167", "--tunes", "1", "--lasts", "8")
INTERRUPTED, TERMINATED = 128 + signal.SIGINT, 128 + signal.SIGTERM

linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked up in /proc")


class Program:
    """One `make run`, with a folder and a port of its own."""

    def __init__(self, folder: Path, *arguments: str, port: int, once: str = "") -> None:
        # Every process of it has the folder in its command or, through MARK, in its environment.
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "local.run", "--folder", str(folder), *arguments],
            cwd=ROOT,
            env=os.environ | {"PORT": str(port), "ONCE": once, "MARK": str(folder)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def wait_for(self, words: str) -> None:
        assert self.process.stdout is not None
        said = []
        for line in self.process.stdout:
            said.append(line)
            if words in line:
                return
        pytest.fail(f"it ended without saying {words!r}: {said}")

    def end(self) -> tuple[int, str]:
        said, _ = self.process.communicate(timeout=ENDS_WITHIN_S)
        return self.process.returncode, said

    def left(self) -> dict[int, str]:
        """Find the processes that belong to it."""
        return marked(str(self.folder))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    started: list[Program] = []

    def start(*arguments: str, port: int | None = None, once: str = "") -> Program:
        started.append(Program(tmp_path, *arguments, port=port or free_port(), once=once))
        return started[-1]

    yield start
    for program in started:
        program.process.kill()
        program.process.communicate()


@linux
def test_once_makes_music_and_then_nobody_is_left(
    start: Callable[..., Program], tmp_path: Path
) -> None:
    port = free_port()
    program = start(*QUICKLY, port=port, once="1")

    status, said = program.end()

    assert status == 0, said
    assert f"Cliphook is ready at http://{LOOPBACK}:{port}\n" in said
    # Six pieces of two clips each.
    assert len([*(tmp_path / "clips").glob("*.mp3")]) == 12
    assert json.loads((tmp_path / "cliphook.json").read_text()).keys() == {
        "api_url",
        "api_key",
        "other_api_key",
        "aws_endpoint_url",
        "region",
        "bus_name",
        "table_name",
        "bucket_name",
        "simulators",
    }
    assert program.left() == {}


@linux
def test_ctrl_c_while_it_starts_ends_all_of_it(start: Callable[..., Program]) -> None:
    program = start(*QUICKLY)
    program.wait_for("embedded AWS answers")
    assert len(program.left()) > 2

    program.process.send_signal(signal.SIGINT)
    status, said = program.end()

    assert (status, program.left()) == (INTERRUPTED, {}), said


@linux
def test_a_sigterm_when_it_is_up_ends_all_that_listened_and_only_on_loopback(
    start: Callable[..., Program],
) -> None:
    program = start(*QUICKLY)
    program.wait_for("Cliphook is ready")
    addresses = listening(program.left())

    program.process.terminate()
    status, said = program.end()

    assert addresses == {LOOPBACK}
    assert (status, program.left()) == (TERMINATED, {}), said


@linux
def test_when_it_is_killed_its_processes_end_by_themselves(start: Callable[..., Program]) -> None:
    program = start(*QUICKLY)
    program.wait_for("Cliphook is ready")

    program.process.kill()
    program.end()

    assert soon(lambda: not program.left()), program.left()


def test_a_taken_port_is_told_at_once(start: Callable[..., Program]) -> None:
    with socket.create_server((LOOPBACK, 0)) as somebody:
        port = somebody.getsockname()[1]

        status, said = start(port=port).end()

    assert status == 1
    assert said.strip().startswith(f"Cliphook could not run: Port {port}")
    assert "make run PORT=" in said


def test_only_one_is_up_in_a_folder(start: Callable[..., Program], tmp_path: Path) -> None:
    with (tmp_path / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        status, said = start().end()

    assert (status, "it is up already" in said) == (1, True)


@pytest.mark.parametrize("value", ["sunoapi", "sunoapi=ftp://x", "=http://x"])
def test_a_provider_that_cannot_be_reached_is_no_choice(
    start: Callable[..., Program], value: str
) -> None:
    status, said = start("--provider", value).end()

    assert (status, "NAME=URL" in said) == (2, True)
