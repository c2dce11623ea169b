"""The suno format over HTTP: one application, and two providers that are a row of facts each."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators import wire
from local.simulators.answers import page
from local.simulators.creates import create
from local.simulators.door import refuse, stopped
from local.simulators.facts import Facts, Refusal
from local.simulators.scenario import PollFault
from local.simulators.world import World, world_of


def routes(facts: Facts) -> list[Route]:
    """List the routes of a provider."""
    return [
        Route("/api/v1/generate", create, methods=["POST"]),
        Route("/api/v1/generate/record-info", record_info, methods=["GET"]),
        Route(facts.credit_path, credit, methods=["GET"]),
    ]


async def record_info(request: Request) -> Response:
    """GET /api/v1/generate/record-info?taskId=: what has become of a task."""
    world = world_of(request)
    if answer := stopped(request, world):
        return answer
    task = world.tasks.get(request.query_params.get("taskId", ""))
    if task is None:
        return JSONResponse(wire.unknown_task())
    if not task.poll_window.admit(world.clock.monotonic()):
        return refuse(world, world.facts.too_fast)
    task.polls += 1
    fault = task.scenario.poll
    if fault and (fault.times is None or task.polls <= fault.times):
        return _fault(world, fault.fault)
    mark = task.mark(world.clock.published())
    return JSONResponse(wire.record_info(task, mark, world.facts, world.settings))


async def credit(request: Request) -> Response:
    """GET the provider's credit path: how many credits are left."""
    world = world_of(request)
    if answer := stopped(request, world):
        return answer
    return JSONResponse({"code": 200, "msg": "success", "data": world.credits})


async def nothing_here(request: Request) -> Response:
    """Answer for a path that does not exist, or a method that a path does not have."""
    verdict = world_of(request).facts.refusals[Refusal.NOT_FOUND]
    return JSONResponse(wire.refused(verdict), status_code=404)


def _fault(world: World, fault: PollFault) -> Response:
    match fault:
        case PollFault.HTML_502:
            return page(502, "502 Bad Gateway")
        case PollFault.EMPTY_500:
            return Response(status_code=500)
        case PollFault.UNKNOWN:
            return JSONResponse(wire.unknown_task())
        case PollFault.RATE:
            return refuse(world, world.facts.too_fast)
