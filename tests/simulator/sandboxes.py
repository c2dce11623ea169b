"""
The processes in which functions run: one invocation at a time each, and kept warm for the next.

What a process remembers (secrets, keys of callers) outlives its invocations, also one that died,
but not the history: before the next one every object of ours is put back as it was after the cold
start. That is found by a walk once and costs a few dictionaries each time.
"""

import os
import shutil
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.simulator import fast_types
from tests.simulator.release import PACKAGE, Release

# In memory where there is such a place: handlers write downloads there.
_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - each process gets a folder of its own in it

# By the process that plays: where the folders of its sandboxes are.
_ROOTS: Final[dict[int, TemporaryDirectory[str]]] = {}
_PREFIX: Final = "cliphook-simulator-"
_NUMBERS: Final = count()

type Environment = tuple[tuple[str, str], ...]


class Sandbox:
    """A process: a handler's module, its globals, and its folder for temporary files."""

    def __init__(self, release: Release, function: str, environment: Environment) -> None:
        """Start cold."""
        self.release = release
        module = release.load(function, dict(environment))
        self.handler: Callable[[Any, Any], Any] = module.lambda_handler
        self.is_busy = self.is_used = False
        # Whether somebody died here, and may have left files.
        self.is_dirty = False
        self._number = next(_NUMBERS)
        self._fresh = [_Remembered(one) for one in _walk(vars(module))]

    @property
    def folder(self) -> Path:
        """Tell where its temporary files are: in no other process's way, if this one is a fork."""
        return _folder(os.getpid(), self._number)

    def forget(self) -> None:
        """Be as after the cold start."""
        self.is_busy = self.is_used = False
        for remembered in self._fresh:
            remembered.restore()
        if self.is_dirty:
            self.is_dirty = False
            for left in self.folder.iterdir():
                _remove(left)


@dataclass
class Sandboxes:
    """All processes that were started in any history; `used` are those of this one, by function."""

    used: dict[str, list[Sandbox]] = field(default_factory=dict[str, list[Sandbox]])
    _kept: dict[tuple[Any, ...], list[Sandbox]] = field(default_factory=dict)

    def enter(self, release: Release, function: str, environment: Environment) -> Sandbox:
        """Find a process that waits for work, the first one first; else start another."""
        kept = self._kept.setdefault((release.root, function, environment), [])
        sandbox = next((one for one in kept if not one.is_busy), None)
        if sandbox is None:
            sandbox = Sandbox(release, function, environment)
            kept.append(sandbox)
        if not sandbox.is_used:
            self.used.setdefault(function, []).append(sandbox)
        sandbox.is_busy = sandbox.is_used = True
        return sandbox

    def forget(self) -> None:
        """Begin a new history."""
        for sandbox in [one for used in self.used.values() for one in used]:
            sandbox.forget()
            sandbox.release.forget()
        self.used.clear()
        fast_types.forget()


SANDBOXES: Final = Sandboxes()


class _Remembered:
    """An object as it was."""

    def __init__(self, thing: Any) -> None:
        self._attributes = vars(thing)
        self._before = dict(self._attributes)
        self._inside = [
            (one, one.copy())
            for one in self._before.values()
            if isinstance(one, dict | list | set | bytearray)
        ]

    def restore(self) -> None:
        """Put it back, the containers in it as well."""
        self._attributes.clear()
        self._attributes.update(self._before)
        for one, before in self._inside:
            if one != before:
                one.clear()
                put_back: Any = one.extend if isinstance(one, list | bytearray) else one.update
                put_back(before)


def _walk(module: Mapping[str, Any]) -> Iterator[Any]:
    """Find all objects of our own classes that can change, from a handler's globals on."""
    seen: set[int] = set()
    left = [value for name, value in module.items() if not name.startswith("__")]
    while left:
        thing = left.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        left += _inside(thing)
        is_ours = type(thing).__module__.partition(".")[0] == PACKAGE
        if is_ours and hasattr(thing, "__dict__") and not _is_frozen(thing):
            yield thing


def _inside(thing: Any) -> list[Any]:
    """List what a thing leads to."""
    for kind, look in _LOOKS.items():
        if isinstance(thing, kind):
            return look(thing)
    if type(thing).__module__.partition(".")[0] != PACKAGE:
        return []
    slots = [getattr(thing, name, None) for name in getattr(type(thing), "__slots__", ())]
    return [*slots, *getattr(thing, "__dict__", {}).values()]


_LOOKS: Final[Mapping[type, Callable[[Any], list[Any]]]] = {
    type: lambda _: [],
    types.ModuleType: lambda _: [],
    types.FunctionType: lambda it: [cell.cell_contents for cell in it.__closure__ or ()],
    types.MethodType: lambda it: [it.__self__],
    partial: lambda it: [it.func, *it.args, *it.keywords.values()],
    list: list,
    tuple: list,
    set: list,
    frozenset: list,
    dict: lambda it: [*it.values()],
    types.MappingProxyType: lambda it: [*it.values()],
}


def _is_frozen(thing: Any) -> bool:
    parameters: Any = getattr(type(thing), "__dataclass_params__", None)
    return bool(parameters and parameters.frozen)


@cache
def _folder(process: int, number: int) -> Path:
    """Make a folder; whoever was killed could not remove his, so somebody else does."""
    if process not in _ROOTS:
        memory = _MEMORY if _MEMORY.is_dir() else None
        _ROOTS[process] = TemporaryDirectory(prefix=f"{_PREFIX}{process}-", dir=memory)
        for left in Path(_ROOTS[process].name).parent.glob(f"{_PREFIX}*"):
            if not _is_alive(left.name.removeprefix(_PREFIX).partition("-")[0]):
                shutil.rmtree(left, ignore_errors=True)
    folder = Path(_ROOTS[process].name) / str(number)
    folder.mkdir()
    return folder


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True


def _remove(left: Path) -> None:
    if left.is_dir():
        for inner in left.iterdir():
            _remove(inner)
        left.rmdir()
    else:
        left.unlink()
