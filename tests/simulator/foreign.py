"""
What the handlers import and did not write, replaced: clock, chance, network, files and AWS.

Each shim has all that the real module has, but for what would reach out of the run.
"""

import random as real_random
import secrets as real_secrets
import socket as real_socket
import tempfile as real_tempfile
import time as real_time
from collections.abc import Mapping
from datetime import datetime, timedelta, tzinfo
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Final

import boto3 as real_boto3
import httpx as real_httpx

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


# --- Chance


def _uniform(low: float, high: float) -> float:
    return here.entropy.uniform(low, high)


def _token_bytes(length: int) -> bytes:
    return here.entropy.randbytes(length)


# --- Network


class NetTransport(real_httpx.BaseTransport):
    """The way out of every httpx client; it leads into the run's own net."""

    def handle_request(self, request: real_httpx.Request) -> real_httpx.Response:
        assert here.net
        return here.net.request(request)


class VirtualClient(real_httpx.Client):
    """A client that cannot reach a real network."""

    def __init__(self, **options: Any) -> None:
        options["transport"] = options.get("transport") or NetTransport()
        # The transport checks no certificates, and a context is dear.
        options.pop("verify", None)
        super().__init__(**options, verify=False)


def _addresses(host: str, port: int, **_: Any) -> list[Any]:
    assert here.net
    found = here.net.addresses(host)
    return [(real_socket.AF_INET, real_socket.SOCK_STREAM, 6, "", (one, port)) for one in found]


# --- Files


def _folder() -> str:
    running = here.scheduler.running if here.scheduler else None
    return running.folder if running else real_tempfile.gettempdir()


class VirtualFolder:
    """A temporary folder of the invocation's own process; a process that dies leaves it behind."""

    def __init__(self, prefix: str = "tmp", dir: Path | None = None) -> None:  # noqa: A002
        self._real = real_tempfile.TemporaryDirectory(
            prefix=prefix, dir=dir or _folder(), delete=False
        )

    def __enter__(self) -> str:
        return self._real.name

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        running = here.scheduler.running if here.scheduler else None
        if not running or not running.is_dead:
            self._real.cleanup()


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
    "random": shim(real_random, uniform=_uniform),
    "secrets": shim(real_secrets, token_bytes=_token_bytes),
    "httpx": shim(real_httpx, Client=VirtualClient),
    "socket": shim(real_socket, getaddrinfo=_addresses),
    "tempfile": shim(real_tempfile, TemporaryDirectory=VirtualFolder, gettempdir=_folder),
    "boto3": shim(real_boto3, Session=Session),
    "boto3.dynamodb.types": shim(
        __import__("boto3.dynamodb.types", fromlist=["types"]),
        TypeSerializer=FastSerializer,
        TypeDeserializer=FastDeserializer,
    ),
}
