"""The simulator's own pages, under /_sim: what it was asked, what it called, what it does next."""

from dataclasses import asdict
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators.world import NoSuchScenarioError, world_of

TIMES_MAX: Final = 10_000


def routes() -> list[Route]:
    """List the routes of the control pages."""
    return [
        Route("/_sim", about, methods=["GET"]),
        Route("/_sim/next", order, methods=["POST"]),
        Route("/_sim/requests", requests, methods=["GET"]),
        Route("/_sim/callbacks", callbacks, methods=["GET"]),
        Route("/_sim/scenarios", scenarios, methods=["GET"]),
        Route("/_sim/reset", reset, methods=["POST"]),
    ]


async def about(request: Request) -> Response:
    """GET /_sim: who this is, its settings but for the key, and how much it has seen."""
    world = world_of(request)
    settings: dict[str, Any] = asdict(world.settings)
    settings["key"] = None if world.settings.key is None else "…"
    return JSONResponse(
        {
            "provider": world.simulator.provider,
            "settings": settings,
            "tasks": len(world.tasks),
            "requests": len(world.requests),
            "callbacks": len(world.callbacks),
            "next": list(world.following),
            "credits": float(world.credits),
        }
    )


async def order(request: Request) -> Response:
    """POST /_sim/next {"scenario", "times": 1}: how the next creates without a marker go."""
    world = world_of(request)
    try:
        wish = await request.json()
        name, times = wish["scenario"], wish.get("times", 1)
        world.require(name)
    except (ValueError, KeyError, TypeError, AttributeError):
        return _wrong('Send {"scenario": name, "times": n}.')
    except NoSuchScenarioError as error:
        return _wrong(str(error))
    if type(times) is not int or not 1 <= times <= TIMES_MAX:
        return _wrong(f"times must be 1 to {TIMES_MAX}.")
    world.following.extend([name] * times)
    return JSONResponse({"next": list(world.following)})


async def requests(request: Request) -> Response:
    """GET /_sim/requests: every create, with its body and headers, and what became of it."""
    return JSONResponse({"requests": list(world_of(request).requests)})


async def callbacks(request: Request) -> Response:
    """GET /_sim/callbacks: every callback that was tried, in the order of sending."""
    return JSONResponse({"callbacks": list(world_of(request).callbacks)})


async def scenarios(request: Request) -> Response:
    """GET /_sim/scenarios: what this provider can do, by name."""
    rows = world_of(request).simulator.scenarios
    return JSONResponse({"scenarios": {name: row.says for name, row in rows.items()}})


async def reset(request: Request) -> Response:
    """POST /_sim/reset: forget everything and begin the seed again."""
    await world_of(request).reset()
    return JSONResponse({"reset": True})


def _wrong(message: str) -> Response:
    return JSONResponse({"error": message}, status_code=422)
