"""Who may come in."""

import hmac
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from local.simulators.answers import page
from local.simulators.settings import KEY_PREFIX
from local.simulators.world import World

# What libraries say of themselves when nobody tells them to say something else.
_AGENTS: Final = ("python-", "go-http-client", "okhttp", "java/", "axios/", "node")


def nameless(request: Request, world: World[Any]) -> Response | None:
    """Stop, where the edge is strict, who has no name of their own; None lets in."""
    agent = request.headers.get("user-agent", "").lower()
    if world.settings.edge and (not agent or agent.startswith(_AGENTS)):
        return page(403, "403 Forbidden")
    return None


def bearer(request: Request) -> str:
    """Read the key of an `Authorization: Bearer …`; empty is none."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.lower() == "bearer" else ""


def is_known(key: str, world: World[Any]) -> bool:
    """Tell whether a key opens this simulator."""
    if world.settings.key is None:
        return key.startswith(KEY_PREFIX)
    return hmac.compare_digest(key.encode(), world.settings.key.encode())
