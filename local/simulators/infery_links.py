"""Links to infery's storage, signed as its documents show them, and how it says no to others."""

import hashlib
import hmac
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulators import files
from local.simulators.answers import page
from local.simulators.infery_facts import LINK_LIVES_S
from local.simulators.scenario import Moment
from local.simulators.tasks import Clip, Task
from local.simulators.world import World, world_of

_BUCKET: Final = "infery-media"
_SIGNER: Final = "storage@infery.test"
_SIGNATURE_BYTES: Final = 256
_DENIED: Final = (403, "AccessDenied", "Anonymous caller does not have access to the object.")
_FORGED: Final = (403, "SignatureDoesNotMatch", "The signature does not match the request.")
_EXPIRED: Final = (400, "ExpiredToken", "The provided token has expired.")


def routes() -> tuple[Route, ...]:
    """List the routes of the storage."""
    return tuple(Route(f"/{_BUCKET}/music/{{clip_id}}.{form}", stored) for form in ("mp3", "wav"))


def link(world: World[Any], task: Task[Any], clip: Clip, *, form: str, at: datetime) -> str:
    """Sign a link to a finished file; the same file and time are the same link."""
    path = f"/{_BUCKET}/music/{clip.clip_id}.{form}"
    stamp, lives = f"{at:%Y%m%dT%H%M%SZ}", str(LINK_LIVES_S)
    query = {
        "X-Goog-Algorithm": "GOOG4-RSA-SHA256",
        "X-Goog-Credential": f"{_SIGNER}/{stamp[:8]}/auto/storage/goog4_request",
        "X-Goog-Date": stamp,
        "X-Goog-Expires": lives,
        "X-Goog-SignedHeaders": "host",
        "X-Goog-Signature": _signature(world, path, stamp, lives),
    }
    return f"{task.base_url}{path}?{urlencode(query)}"


async def stored(request: Request) -> Response:
    """Send a file to whom its link was given, for seven days."""
    world, query = world_of(request), request.query_params
    given = query.get("X-Goog-Signature", "")
    task, _ = world.clips.get(request.path_params["clip_id"], (None, None))
    if not given:
        return _refused(*_DENIED)
    said = (query.get("X-Goog-Date", ""), query.get("X-Goog-Expires", ""))
    made = _signature(world, request.url.path, *said)
    if not hmac.compare_digest(given.encode(), made.encode()):
        return _refused(*_FORGED)
    now = world.clock.published()
    if task is None or now < task.at(Moment.COMPLETE):
        return page(404, "404 Not Found")
    if now > task.at(Moment.COMPLETE, LINK_LIVES_S):
        return _refused(*_EXPIRED)
    return await files.audio(request)


def _signature(world: World[Any], path: str, stamp: str, lives: str) -> str:
    signed = f"{world.settings.seed}/{path}/{stamp}/{lives}"
    return hashlib.shake_256(signed.encode("utf-8", "surrogatepass")).hexdigest(_SIGNATURE_BYTES)


def _refused(status: int, code: str, message: str) -> Response:
    body = f"<?xml version='1.0' encoding='UTF-8'?><Error><Code>{code}</Code><Message>{message}"
    return Response(f"{body}</Message></Error>", status, media_type="application/xml")
