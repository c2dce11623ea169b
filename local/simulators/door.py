"""Who may come in, and how one is sent away."""

import hmac
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.simulators import wire
from local.simulators.answers import page
from local.simulators.facts import Refusal, Verdict
from local.simulators.settings import KEY_PREFIX
from local.simulators.world import World

# What libraries say of themselves when nobody tells them to say something else.
_AGENTS: Final = ("python-", "go-http-client", "okhttp", "java/", "axios/", "node")


def refuse(world: World, why: Refusal | Verdict) -> Response:
    """Refuse in the body; the HTTP status is 200, unless it is to mirror the body's code."""
    verdict = why if isinstance(why, Verdict) else world.facts.refusals[why]
    mirrored = world.settings.error_http == "mirror"
    return JSONResponse(wire.refused(verdict), status_code=verdict.code if mirrored else 200)


def stopped(request: Request, world: World) -> Response | None:
    """Stop who has no key, or, where the edge is strict, no name; None lets in."""
    agent = request.headers.get("user-agent", "").lower()
    if world.settings.edge and (not agent or agent.startswith(_AGENTS)):
        return page(403, "403 Forbidden")
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not _known(key.strip(), world):
        return refuse(world, Refusal.UNAUTHORIZED)
    return None


def _known(key: str, world: World) -> bool:
    if world.settings.key is None:
        return key.startswith(KEY_PREFIX)
    return hmac.compare_digest(key.encode(), world.settings.key.encode())
