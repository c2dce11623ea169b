"""
What the handlers import and did not write, replaced: clock, chance, network, files and AWS.

Each shim has all that the real module has, but for what would reach out of the run.
"""

import os
import random as real_random
import secrets as real_secrets
import shutil
import socket as real_socket
import subprocess
import tempfile as real_tempfile
import threading as real_threading
import time as real_time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, Final, Self

import boto3 as real_boto3
import httpx as real_httpx

from tests.simulator import hearing
from tests.simulator.ambient import EPOCH, EPOCH_S, here
from tests.simulator.fast_types import FastDeserializer, FastSerializer

# So that nobody takes the beginning of a run for the beginning of time.
MONOTONIC_S: Final = 4096.0


def shim(real: ModuleType, **replaced: Any) -> ModuleType:
    """Make a module that is another one but for some names."""
    made = ModuleType(real.__name__, real.__doc__)
    made.__dict__.update({**vars(real), **replaced})
    return made


# --- Time


def _sleep(seconds: float) -> None:
    if here.scheduler:
        here.scheduler.wait(seconds)


def _monotonic() -> float:
    return MONOTONIC_S + (here.scheduler.now if here.scheduler else 0.0)


def _time() -> float:
    return EPOCH_S + (here.wall_s() if here.scheduler else 0.0)


class VirtualDatetime(datetime):
    """The class by which `runtime/clock.py` asks for the time."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
        """Tell the virtual time, as far off as the function's clock is."""
        assert tz
        return EPOCH + timedelta(seconds=here.wall_s())


class VirtualThread:
    """A thread whose work is done as soon as it starts: nothing takes time by itself here."""

    def __init__(self, *, target: Callable[[], None], daemon: bool) -> None:
        assert daemon, "somebody starts a thread that may outlive its invocation"
        self.start = target

    def join(self, _: float) -> None:
        """Wait for nothing."""


# --- Chance


def _uniform(low: float, high: float) -> float:
    return here.entropy.uniform(low, high)


def _token_bytes(length: int) -> bytes:
    return here.entropy.randbytes(length)


# --- Network


class VirtualClient:
    """
    As much of httpx's client as is used of it, with the run's own net behind it.

    Requests and answers are httpx's own; making its client each time costs more than the call.
    """

    def __init__(
        self,
        *,
        timeout: real_httpx.Timeout,
        event_hooks: Mapping[str, Sequence[Callable[[real_httpx.Response], None]]] | None = None,
        headers: Mapping[str, str] | None = None,
        **_: Any,
    ) -> None:
        self._timeout = {"timeout": timeout.as_dict()}
        self._hooks = (event_hooks or {}).get("response", ())
        self._headers = headers or {}
        self.cookies: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def build_request(self, method: str, url: str, **more: Any) -> real_httpx.Request:
        """Make a request."""
        headers = {**self._headers, **(more.pop("headers", None) or {})}
        extensions = {**self._timeout, **more.pop("extensions", {})}
        return real_httpx.Request(method, url, headers=headers, extensions=extensions, **more)

    def send(self, request: real_httpx.Request, *, stream: bool) -> real_httpx.Response:
        """Send a request; the answer has only begun."""
        assert stream
        assert here.net
        answer = here.net.request(request)
        for hook in self._hooks:
            hook(answer)
        return answer

    @contextmanager
    def stream(self, method: str, url: str, **more: Any) -> Iterator[real_httpx.Response]:
        """Send a request, and have its answer closed when the context ends."""
        answer = self.send(self.build_request(method, url, **more), stream=True)
        try:
            yield answer
        finally:
            answer.close()


def _addresses(host: str, port: int, **_: Any) -> list[Any]:
    assert here.net
    found = here.net.addresses(host)
    return [(real_socket.AF_INET, real_socket.SOCK_STREAM, 6, "", (one, port)) for one in found]


def _refused(*_: Any, **__: Any) -> None:
    raise AssertionError("somebody reaches for a real network")


# --- Files


def _folder() -> str:
    running = here.scheduler.running if here.scheduler else None
    return running.folder if running else real_tempfile.gettempdir()


class VirtualFolder:
    """A temporary folder of the invocation's own process; a process that dies leaves it behind."""

    def __init__(self, prefix: str = "tmp", dir: Path | None = None) -> None:  # noqa: A002
        self._path = f"{dir or _folder()}/{prefix}{next(_FOLDERS)}"
        os.mkdir(self._path, mode=0o700)  # noqa: PTH102 - once for every call over HTTP

    def __enter__(self) -> str:
        return self._path

    def __exit__(self, *_: object) -> None:
        running = here.scheduler.running if here.scheduler else None
        if running and running.is_dead:
            return
        try:
            os.rmdir(self._path)  # noqa: PTH106 - as above
        except OSError:
            shutil.rmtree(self._path)


_FOLDERS: Final = count()


# --- AWS


class ClientProxy:
    """A client that leads to the run's own fake of a service."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return getattr(here.clients[self._name], name)


class Session:
    """A session of the SDK."""

    def client(self, name: str, config: Any = None) -> ClientProxy:  # noqa: ARG002
        return ClientProxy(name)


# --- All together


SHIMS: Final[Mapping[str, ModuleType]] = {
    "time": shim(
        real_time, sleep=_sleep, monotonic=_monotonic, perf_counter=_monotonic, time=_time
    ),
    "threading": shim(real_threading, Thread=VirtualThread),
    "random": shim(real_random, uniform=_uniform),
    "secrets": shim(real_secrets, token_bytes=_token_bytes),
    "httpx": shim(real_httpx, Client=VirtualClient),
    "socket": shim(
        real_socket,
        getaddrinfo=_addresses,
        socket=_refused,
        create_connection=_refused,
        socketpair=hearing.socketpair,
        send_fds=hearing.send_fds,
    ),
    "tempfile": shim(real_tempfile, TemporaryDirectory=VirtualFolder, gettempdir=_folder),
    "subprocess": shim(subprocess, Popen=hearing.Host, run=_refused),
    "boto3": shim(real_boto3, Session=Session),
    "boto3.dynamodb.types": shim(
        __import__("boto3.dynamodb.types", fromlist=["types"]),
        TypeSerializer=FastSerializer,
        TypeDeserializer=FastDeserializer,
    ),
}
