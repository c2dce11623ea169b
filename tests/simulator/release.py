"""
A release of the layer and the functions, loaded beside any other, with its surroundings replaced.

Its modules are apart from those that tests import, so a history may mix an old release with a new
one, or run one into which a fault was planted.
"""

import builtins
import logging
import os
import sys
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final

import aws_lambda_powertools.event_handler
import aws_lambda_powertools.metrics  # noqa: F401 - before anybody's own modules are told apart

from tests.simulator.ambient import here
from tests.simulator.foreign import SHIMS, VirtualDatetime
from tests.simulator.logs import Line

ROOT: Final = Path(__file__).parents[2]
PACKAGE: Final = "cliphook"
LAYER: Final = "layers/cliphook/python"


def _import(name: str, *rest: Any, **named: Any) -> Any:
    """Import as Python does, but for what is replaced."""
    replaced = SHIMS.get(name)
    return replaced or builtins.__import__(name, *rest, **named)


_BUILTINS: Final = {**vars(builtins), "__import__": _import}


# By path: what is run in this process instead of what lies there, which is a bug on purpose.
PLANTED: Final[dict[str, str]] = {}


class _Loader(SourceFileLoader):
    """Runs a module of ours in replaced surroundings."""

    def get_code(self, fullname: str) -> CodeType | None:
        planted = PLANTED.get(self.path)
        if planted is None:
            return super().get_code(fullname)
        return compile(planted, self.path, "exec", dont_inherit=True)

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["__builtins__"] = _BUILTINS
        super().exec_module(module)


class _Finder:
    """Finds a release's own modules before anybody else's of the same name."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def find_spec(self, name: str, path: Any = None, _: Any = None) -> ModuleSpec | None:
        """Find a module of the layer."""
        if name.partition(".")[0] != PACKAGE:
            return None
        spec = PathFinder.find_spec(name, path or [self._folder])
        if spec and spec.origin:
            spec.loader = _Loader(name, spec.origin)
        return spec


class _Log:
    """Hands lines of the log on as they are; only for whoever reads one it is written out."""

    def info(self, message: str, extra: Mapping[str, object] | None = None) -> None:
        self._say(logging.INFO, message, extra, None)

    def warning(self, message: str, extra: Mapping[str, object] | None = None) -> None:
        self._say(logging.WARNING, message, extra, None)

    def error(self, message: str, extra: Mapping[str, object] | None = None) -> None:
        self._say(logging.ERROR, message, extra, None)

    def exception(self, message: str, extra: Mapping[str, object] | None = None) -> None:
        self._say(logging.ERROR, message, extra, sys.exception())

    @staticmethod
    def _say(
        level: int, message: str, extra: Mapping[str, object] | None, error: BaseException | None
    ) -> None:
        if here.sink:
            here.sink.say(Line(level, message, dict(extra or {}), error))


class _Metrics:
    """Counts what a function counts."""

    def __init__(self) -> None:
        self._added: list[tuple[str, float]] = []

    def add_metric(self, name: str, _: Any, value: float) -> None:
        self._added.append((name, value))

    def flush_metrics(self) -> None:
        for name, value in self._added:
            if here.sink:
                here.sink.count(name, value)
        self._added.clear()


class Memo:
    """A pure function of documents that nobody changes: each is read once, as long as it lives."""

    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read
        self._known: dict[int, tuple[Any, Any]] = {}

    def __call__(self, document: Any) -> Any:
        """Read, or remember."""
        known = self._known.get(id(document))
        if known is None:
            known = self._known[id(document)] = (document, self._read(document))
        return known[1]

    def forget(self) -> None:
        """Let go of what was read."""
        self._known.clear()


class Release:
    """One release."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._modules: dict[str, ModuleType] = {}
        self._settings: dict[str, tuple[str, ...]] = {}
        self._finder = _Finder(str(root / LAYER))
        with self._installed():
            self._replace()

    def load(self, function: str, environment: Mapping[str, str]) -> ModuleType:
        """Load a function anew, as a cold start does."""
        path = self.root / "functions" / function / "handler.py"
        name = f"handler_of_{function}"
        spec = spec_from_file_location(name, path, loader=_Loader(name, str(path)))
        assert spec
        assert spec.loader
        module = module_from_spec(spec)
        with _environment(environment), self._installed():
            spec.loader.exec_module(module)
        return module

    def settings_of(self, function: str) -> tuple[str, ...]:
        """Name the settings that a function wants to be told."""
        if function not in self._settings:
            rows = vars(self.module("runtime.settings"))["ENVIRONMENT"]
            self._settings[function] = tuple(rows[function].model_fields)
        return self._settings[function]

    def module(self, name: str) -> ModuleType:
        """Give a module of the layer."""
        return self._modules[f"{PACKAGE}.{name}"]

    def forget(self) -> None:
        """Begin a new history."""
        self._read_job.forget()

    @property
    def modules(self) -> Mapping[str, ModuleType]:
        """Give all modules of the layer that were loaded."""
        return self._modules

    def _replace(self) -> None:
        """Replace what is no module: the clock's one source, and where logs and metrics go."""
        _load("runtime.settings")
        clock = _load("runtime.clock")
        vars(clock)["datetime"] = VirtualDatetime
        documents = _load("adapters.documents")
        vars(documents)["read_job"] = self._read_job = Memo(documents.read_job)
        observability = _load("runtime.observability")
        vars(observability)["logger"] = _Log()
        vars(observability)["metrics"] = _Metrics()

    @contextmanager
    def _installed(self) -> Generator[None]:
        """Have imports find this release, and forget it again afterwards."""
        others = _taken_out()
        sys.modules.update(self._modules)
        sys.meta_path.insert(0, self._finder)
        try:
            yield
        finally:
            sys.meta_path.remove(self._finder)
            self._modules = _taken_out()
            sys.modules.update(others)


def release(root: Path = ROOT) -> Release:
    """Load a release, once in a process."""
    return _release(root)


@cache
def _release(root: Path) -> Release:
    return Release(root)


def _load(name: str) -> Any:
    return __import__(f"{PACKAGE}.{name}", fromlist=["runtime"])


def _taken_out() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == PACKAGE]
    return {name: sys.modules.pop(name) for name in names}


@contextmanager
def _environment(values: Mapping[str, str]) -> Generator[None]:
    before = dict(os.environ)
    os.environ.update(values)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
