"""Hooks that every fake calls before and after each operation: a trace, or a process that dies."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from enum import StrEnum


class Moment(StrEnum):
    """On which side of an operation a hook is called."""

    BEFORE = "before"
    AFTER = "after"


type Hook = Callable[[str, Moment], None]


class CrashError(BaseException):
    """The process died. No `Exception`, since a dead process catches nothing."""


class Crash:
    """A hook that dies once: at the given side of the n-th call of that name."""

    def __init__(self, name: str, moment: Moment, call: int = 1) -> None:
        """Die at that call."""
        self._at = (name, moment)
        self._left = call

    def __call__(self, name: str, moment: Moment) -> None:
        """Count, and die when the time has come."""
        self._left -= (name, moment) == self._at
        if not self._left and (name, moment) == self._at:
            raise CrashError(f"{moment} {name}")


class Trace:
    """A hook that writes down which operations were reached."""

    def __init__(self) -> None:
        """Start with nothing."""
        self.calls: list[str] = []

    def __call__(self, name: str, moment: Moment) -> None:
        """Write down one call."""
        if moment is Moment.BEFORE:
            self.calls.append(name)


def no_hook(_: str, __: Moment) -> None:
    """Let everything pass."""


@contextmanager
def step(hook: Hook, name: str) -> Generator[None]:
    hook(name, Moment.BEFORE)
    yield
    hook(name, Moment.AFTER)
