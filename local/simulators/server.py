"""A simulator as a server on loopback, in a thread of its own."""

import contextlib
import socket
import ssl
import threading
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, Self

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from local.simulators import control, files, guide, suno
from local.simulators.apiin_format import APIIN
from local.simulators.apikley import APIKLEY
from local.simulators.clock import Clock, Window
from local.simulators.infery_format import INFERY
from local.simulators.settings import SimulatorSettings
from local.simulators.simulator import Simulator
from local.simulators.stratizon_format import STRATIZON
from local.simulators.studio import Studio
from local.simulators.sunoapi import SUNOAPI
from local.simulators.world import World

HOST: Final = "127.0.0.1"
PROVIDERS: Final[Mapping[str, Simulator[Any]]] = {
    simulator.provider: simulator
    for simulator in (
        suno.simulator(SUNOAPI),
        suno.simulator(APIKLEY),
        APIIN,
        STRATIZON,
        INFERY,
    )
}

_START_S: Final = 20.0
_STOP_S: Final = 15.0
_METHODS: Final = ["GET", "POST", "PUT", "PATCH", "DELETE"]


class NotServingError(Exception):
    """A simulator could not be started."""


def make_app(
    provider: str, settings: SimulatorSettings, *, clock: Clock | None = None
) -> Starlette:
    """Build the application of one provider. An unknown provider or scenario is refused here."""
    simulator = PROVIDERS[provider]
    app = Starlette(
        routes=[
            *guide.routes(),
            *control.routes(),
            *simulator.routes,
            *files.routes(),
            Route("/{path:path}", simulator.nothing_here, methods=_METHODS),
        ],
        lifespan=_lifespan,
    )
    client = httpx.AsyncClient(
        # A proxy of the environment is not asked to reach 127.0.0.1.
        trust_env=False,
        # Nobody here has a certificate, and to load the system's takes a while.
        verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        timeout=settings.callback_timeout_s + 1,
        # A connection kept open may be closed by the receiver just when it is used again.
        limits=httpx.Limits(max_connections=200, max_keepalive_connections=0),
    )
    app.state.world = World(
        simulator=simulator,
        settings=settings,
        clock=clock or Clock(settings.scale),
        studio=Studio(),
        http=client,
        creates=Window(settings.create_limit or simulator.create_limit),
        credits=Decimal(str(settings.credits)),
    )
    app.state.world.require(settings.scenario)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: Starlette) -> AsyncIterator[None]:
    world: World[Any] = app.state.world
    yield
    await world.reset()
    await world.http.aclose()
    world.studio.close()


@dataclass(slots=True)
class Served:
    """A simulator that is running in a thread. Leaving the context stops it."""

    base_url: str
    world: World[Any]
    _server: uvicorn.Server
    _thread: threading.Thread

    def __enter__(self) -> Self:
        """Enter: it is running already."""
        return self

    def __exit__(self, *_: object) -> None:
        """Leave: it is stopped."""
        self.stop()

    def begin_to_stop(self) -> None:
        """Stop, and do not wait for it."""
        self._server.should_exit = True

    def stop(self) -> None:
        """Stop serving and calling back. Does nothing the second time."""
        self.begin_to_stop()
        self._thread.join(_STOP_S)


def serve(
    provider: str,
    settings: SimulatorSettings | None = None,
    *,
    port: int = 0,
    clock: Clock | None = None,
) -> Served:
    """
    Serve a simulator from a thread, and return when it answers.

    It listens on loopback only; port 0 takes any that is free. Raises NotServingError, or OSError
    if the port is taken.
    """
    app = make_app(provider, settings or SimulatorSettings.local(), clock=clock)
    listener = listen(port)
    server = uvicorn.Server(_config(app))
    thread = threading.Thread(
        target=server.run, kwargs={"sockets": [listener]}, name=f"sim-{provider}", daemon=True
    )
    thread.start()
    deadline = time.monotonic() + _START_S
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            server.should_exit = True
            raise NotServingError(provider)
        time.sleep(0.005)
    base_url = f"http://{HOST}:{listener.getsockname()[1]}"
    return Served(base_url, app.state.world, server, thread)


def listen(port: int) -> socket.socket:
    """Take a port of loopback. Raises OSError if somebody has it."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError:
        listener.close()
        raise
    return listener


def _config(app: Starlette) -> uvicorn.Config:
    # Half answers are on purpose; uvicorn would log each as an error.
    return uvicorn.Config(
        app,
        log_config=None,
        log_level="critical",
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=1,
    )
