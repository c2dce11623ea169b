"""Who may come in to infery, how often, and the headers that every answer of its API has."""

from typing import Final

from starlette.requests import Request

from local.simulators.clock import Window
from local.simulators.dice import Dice
from local.simulators.door import bearer, is_known
from local.simulators.infery_facts import PRICE
from local.simulators.infery_jobs import InferyTask, InferyWorld, switches
from local.simulators.scenario import Refusal
from local.simulators.settings import Limit

_MINUTE_S: Final = 60.0


def turned_away(request: Request, world: InferyWorld) -> Refusal | None:
    """Tell why somebody may not come in: no key, or too many requests with it; None lets in."""
    key = key_of(request, world)
    if not is_known(key, world):
        return Refusal.UNAUTHORIZED
    limit = Limit(switches(world).requests_per_minute, _MINUTE_S)
    window = world.own.setdefault(f"requests of {key}", Window(limit))
    return None if window.admit(world.clock.monotonic()) else Refusal.RATE


def key_of(request: Request, world: InferyWorld) -> str:
    """Read the key: a Bearer's, or the header as it is where that is chosen."""
    raw = request.headers.get("authorization", "") if switches(world).accept_raw_key else ""
    return bearer(request) or raw


def headers(request: Request, world: InferyWorld, *, credits_used: int = 0) -> dict[str, str]:
    """Give an answer its number, and say what it cost."""
    if not switches(world).emit_fallback_headers:
        return {}
    label = f"{request.method} {request.url.path}"
    world.seen[label] += 1
    number = Dice(f"{world.settings.seed}/infery/{label}").uuid(str(world.seen[label]))
    return {"x-request-id": number, "x-credits-used": str(credits_used)}


def headers_of_music(request: Request, world: InferyWorld, task: InferyTask) -> dict[str, str]:
    """Say of a finished job also which model worked, and for which it stood in."""
    said = headers(request, world, credits_used=PRICE)
    asked, worked = task.request["model"], task.words.model_name
    fallback = {"x-fallback-from": asked} if asked != worked else {}
    depth = {"x-fallback-depth": str(len(fallback))}
    return said | {"x-model-used": worked} | fallback | depth if said else {}
