"""POST /api/v1/generate: refuse, fail, or make a task and see it through."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.simulators import wire
from local.simulators.answers import HalfResponse, hang, page
from local.simulators.callbacks import call_back
from local.simulators.checks import Rules, check, finite, read_body
from local.simulators.clock import utc_now
from local.simulators.door import refuse, stopped
from local.simulators.facts import Refusal, Verdict
from local.simulators.scenario import Answer, Create, Scenario
from local.simulators.tasks import Order, Task, make_task
from local.simulators.world import Entry, NoSuchScenarioError, World, world_of

_HIDDEN: Final = "Bearer …"
_HELD_S: Final = 60.0
_WITHOUT_REASON: Final[Mapping[Answer, Callable[[], Response]]] = {
    Answer.HTML_403: lambda: page(403, "403 Forbidden"),
    Answer.HTML_502: lambda: page(502, "502 Bad Gateway"),
    Answer.EMPTY_500: lambda: Response(status_code=500),
    Answer.NO_TASK_ID: lambda: JSONResponse({"code": 200, "msg": "success", "data": None}),
}


async def create(request: Request) -> Response:
    """
    Ask for music.

    Looked at in this order: key, what the scenario breaks before the task exists, rate, fields,
    credits. Only then there is a task, whatever the answer.
    """
    world, raw = world_of(request), await request.body()
    entry = _note(world, request, raw)
    try:
        name, scenario = world.choose(raw)
    except NoSuchScenarioError as error:
        code = world.facts.refusals[Refusal.INVALID].code
        answer = refuse(world, Verdict(code, str(error)))
    else:
        entry["scenario"] = name
        fault = _due(scenario, world.times_seen(name, raw))
        answer = await _answer(request, raw, entry, scenario=scenario, fault=fault)
    entry |= {"status": answer.status_code, "code": _code(answer)}
    return answer


def _code(answer: Response) -> int | None:
    try:
        code: int | None = json.loads(bytes(answer.body))["code"]
    except (ValueError, KeyError):
        return None
    return code


def _note(world: World, request: Request, raw: bytes) -> Entry:
    """Keep what was received, but for the key."""
    headers = dict(request.headers)
    if "authorization" in headers:
        headers["authorization"] = _HIDDEN
    body = read_body(raw, finite)
    entry: Entry = {
        "at": utc_now().isoformat(),
        "headers": headers,
        "body": raw.decode("utf-8", "replace") if body is None else body,
        "scenario": None,
        "accepted": False,
        "task_id": None,
        "status": None,
        "code": None,
    }
    world.requests.append(entry)
    return entry


def _due(scenario: Scenario, seen: int) -> Create | None:
    fault = scenario.create
    if fault and fault.times is not None and seen >= fault.times:
        return None
    return fault


async def _answer(
    request: Request, raw: bytes, entry: Entry, *, scenario: Scenario, fault: Create | None
) -> Response:
    world = world_of(request)
    if answer := stopped(request, world):
        return answer
    if fault and not fault.accepted:
        return await _fail(request, world, fault)
    if refusal := _refusal(world, raw):
        return refuse(world, refusal)
    task = _accept(request, raw, scenario)
    entry |= {"accepted": True, "task_id": task.task_id}
    world.start(asyncio.create_task(call_back(world, task)))
    if world.settings.ahead:
        world.start(asyncio.create_task(_render(world, task)))
    if fault:
        return await _fail(request, world, fault, task)
    await _calls(task)
    return JSONResponse(wire.created(task))


def _refusal(world: World, raw: bytes) -> Refusal | Verdict | None:
    if not world.creates.admit(world.clock.monotonic()):
        return world.facts.too_fast
    if wrong := check(read_body(raw), Rules(world.facts, world.settings)):
        return wrong
    return Refusal.CREDITS if world.credits < world.facts.price else None


def _accept(request: Request, raw: bytes, scenario: Scenario) -> Task:
    world = world_of(request)
    world.accepted += 1
    world.credits -= world.facts.price
    order = Order(
        request=read_body(raw, finite) or {},
        scenario=scenario,
        number=world.accepted,
        base_url=str(request.base_url).rstrip("/"),
        began=world.clock.published(),
        created_at=utc_now(),
    )
    task = make_task(order, world.facts, world.settings)
    world.keep(task)
    return task


async def _render(world: World, task: Task) -> None:
    for clip in task.clips:
        await world.studio.frames(task.brief, clip.index)


async def _fail(
    request: Request, world: World, fault: Create, task: Task | None = None
) -> Response:
    if fault.answer is Answer.HANG:
        return await hang(request, world.settings.hang_s)
    if fault.answer is Answer.REFUSED:
        return refuse(world, fault.refusal)
    if fault.answer is Answer.CUT:
        body = wire.created(task) if task else {}
        return HalfResponse(json.dumps(body), media_type="application/json")
    return _WITHOUT_REASON[fault.answer]()


async def _calls(task: Task) -> None:
    """Hold the answer back until as many callbacks are delivered as the scenario wants."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_HELD_S):
            for _ in range(task.scenario.answer_after_calls):
                await task.delivered.acquire()
