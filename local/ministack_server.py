"""
How the embedded AWS is served: by uvicorn, with a loop and a parser that are not Python.

Like `ministack_launcher.py`, which calls this, it knows MiniStack's inside and runs in its
environment.
"""

import importlib
import os
import resource
from typing import Any, Final

import uvicorn

# Those who still ask when it ends are not waited for longer.
STOPS_WITHIN_S: Final = 1
# As long as MiniStack's own server keeps a connection.
IDLE_S: Final = 75


def serve() -> None:
    """Serve until SIGTERM, where MiniStack's own server would: the environment says so."""
    allow_many_connections()
    app: Any = importlib.import_module("ministack.app").app
    uvicorn.run(
        app,
        host=os.environ["BIND_HOST"],
        port=int(os.environ["GATEWAY_PORT"]),
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        log_level="warning",
        access_log=False,
        # MiniStack writes its own.
        date_header=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=IDLE_S,
        timeout_graceful_shutdown=STOPS_WITHIN_S,
    )


def allow_many_connections() -> None:
    """Let a burst of functions connect, each with several clients."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
