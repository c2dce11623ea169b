"""Our own processes: started in groups of their own, watched, and none of them left behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from local.places import ROOT

LEASH: Final = Path(__file__).with_name("leash.py")
TAIL_LINES: Final = 20
LOOK_EVERY_S: Final = 0.05


class ChildDiedError(Exception):
    """A process ended that should not have; the message ends with the last lines of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running process, the leader of its own group."""

    name: str
    log: Path
    process: subprocess.Popen[bytes]

    def check(self) -> None:
        """Raise if the process has ended."""
        if (status := self.process.poll()) is not None:
            raise ChildDiedError(f"{self.name} ended with status {status}:\n{tail(self.log)}")

    def wait(self) -> None:
        """Wait for a process that ends by itself, and raise if it failed."""
        if self.process.wait():
            self.check()

    def signal(self, number: signal.Signals) -> None:
        """Signal the whole group, of which nobody may be left."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, number)


@dataclass(slots=True)
class Children:
    """All that was started. Leaving the `with` ends all: SIGTERM, and SIGKILL after a patience."""

    logs: Path
    patience_s: float = 5.0
    running: list[Child] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.logs.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: object) -> None:
        with undisturbed():
            end(self.running, patience_s=self.patience_s)

    def start(self, name: str, command: Sequence[str], *, env: Mapping[str, str]) -> Child:
        """
        Start a program in a group of its own, which a Ctrl-C at the terminal does not reach.

        It dies with the thread that started it (on Linux), however that ends: start from the
        main thread.
        """
        log = self.logs / f"{name}.log"
        leashed = [sys.executable, "-IS", str(LEASH), str(os.getpid()), *command]
        with log.open("wb") as output:
            process = subprocess.Popen(
                leashed,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        child = Child(name, log, process)
        self.running.append(child)
        return child

    def check(self) -> None:
        """Raise if one of those that should be running is not."""
        for child in self.running:
            child.check()

    def run(self, name: str, command: Sequence[str], *, env: Mapping[str, str]) -> None:
        """Run a program to its end, and raise with the tail of its log if it failed."""
        child = self.start(name, command, env=env)
        child.wait()
        self.running.remove(child)


def end(children: Sequence[Child], *, patience_s: float) -> None:
    """End processes and all they started: politely first."""
    for child in children:
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline and any(child.process.poll() is None for child in children):
        time.sleep(LOOK_EVERY_S)
    for child in children:
        # Also when the leader is gone: somebody of its group may not be.
        child.signal(signal.SIGKILL)
        child.process.wait()


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let an impatient second Ctrl-C wait until nobody is left."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tail(log: Path) -> str:
    """Read the last lines of a log, indented."""
    lines = log.read_text(errors="replace").splitlines()[-TAIL_LINES:]
    return "\n".join(f"    {line}" for line in lines)
