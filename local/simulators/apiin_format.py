"""apiin over HTTP: creates of three kinds, feeds, tasks, and webhooks for who asks for them."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators import apiin_wire as wire
from local.simulators import files, polls
from local.simulators.apiin_checks import Rules, check_cover, check_create, check_extend
from local.simulators.apiin_facts import REFUSALS, SAYS, ApiinSwitches, price
from local.simulators.apiin_scenario import ApiinScenario
from local.simulators.apiin_scenarios import SCENARIOS
from local.simulators.apiin_tasks import (
    ApiinTask,
    ApiinWorld,
    Text,
    draft,
    rules,
    switched,
    switches,
    text_after,
    text_of,
)
from local.simulators.callbacks import Letter, call_back
from local.simulators.creates import create
from local.simulators.dice import Dice
from local.simulators.door import bearer, is_known, nameless
from local.simulators.reading import Body, read_body
from local.simulators.scenario import Mark, PollFault, Refusal
from local.simulators.simulator import Simulator
from local.simulators.tasks import Order, make_task
from local.simulators.world import world_of

_HELD_S: Final = 60.0

type Check = Callable[[Body | None, Rules], str | None]


@dataclass(frozen=True, slots=True)
class ApiinFormat:
    """One of the creates of apiin: how it is checked, of what it makes music, how it answers."""

    check: Check
    read: Callable[[Body, ApiinTask | None, Dice], Text]
    created: Callable[[ApiinTask], wire.Json] = wire.created
    prefix: str = "gen"

    async def create(self, request: Request) -> Response:
        """Ask for music."""
        return await create(request, self)

    def stopped(self, request: Request, world: ApiinWorld) -> Response | None:
        """Stop who has no key, or, where the edge is strict, no name; None lets in."""
        return stopped(request, world)

    def refuse(self, world: ApiinWorld, why: Refusal, message: str = "") -> Response:
        """Refuse with the HTTP status that the body's type stands for."""
        return refuse(world, why, message)

    def too_fast(self, world: ApiinWorld) -> Response:
        """Refuse a create too many; there is no published limit."""
        return refuse(world, Refusal.RATE)

    def wrong(self, world: ApiinWorld, raw: bytes) -> Response | None:
        """Hold a request against the pages, and its price against the credits."""
        body = read_body(raw)
        if said := self.check(body, rules(world)):
            return refuse(world, Refusal.INVALID, said)
        cost = price(_model(world, body or {}))
        return refuse(world, Refusal.CREDITS) if world.credits < cost else None

    def accept(self, world: ApiinWorld, order: Order[ApiinScenario]) -> ApiinTask:
        """Make a task of what was asked."""
        model = _model(world, order.request)
        world.credits -= price(model)
        text = self.read(order.request, _source(world, order.request), order.dice)
        order = replace(order, request={**order.request, "model": model})
        return make_task(order, draft(order, text, prefix=self.prefix, world=world), world.settings)

    async def beside(self, world: ApiinWorld, task: ApiinTask) -> None:
        """Call back, if there is an address."""
        url = task.request.get("callback_url")
        chosen = switched(world, task)
        letters = [
            Letter(
                call.stage,
                task.at(call.after, call.plus_s),
                url,
                partial(wire.webhook, task, call, chosen),
            )
            for call in task.scenario.calls
            if url
        ]
        await call_back(world, task, letters)

    async def answer(self, world: ApiinWorld, task: ApiinTask) -> Response:
        """Say that there is a task, when as many webhooks are delivered as its scenario wants."""
        del world
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HELD_S):
                for _ in range(task.scenario.answer_after_calls if _calls(task) else 0):
                    await task.delivered.acquire()
        return JSONResponse(self.created(task))

    def blank(self) -> Response:
        """Say that there is a task, but not which."""
        return JSONResponse({"status": "pending"})


async def feed(request: Request) -> Response:
    """GET /api/v1/audio/music/feed: what has become of a task, stage by stage."""
    return await _poll(request, _asked(request), wire.feed)


async def task_status(request: Request) -> Response:
    """GET /api/v1/tasks/{task_id}: how far a task is."""
    return await _poll(
        request, request.path_params["task_id"], lambda task, mark, _: wire.status(task, mark)
    )


async def cover_status(request: Request) -> Response:
    """GET /api/v1/audio/music/upload-cover/status?task_id=: what has become of a cover."""
    return await _poll(request, request.query_params.get("task_id", ""), wire.cover_status)


async def nothing_here(request: Request) -> Response:
    """Answer for a path that does not exist, or a method that a path does not have."""
    return refuse(world_of(request), Refusal.NOT_FOUND)


def stopped(request: Request, world: ApiinWorld) -> Response | None:
    """Stop who has no key, or, where the edge is strict, no name; None lets in."""
    if answer := nameless(request, world):
        return answer
    if not is_known(bearer(request), world):
        return refuse(world, Refusal.UNAUTHORIZED)
    return None


def refuse(world: ApiinWorld, why: Refusal, message: str = "") -> Response:
    """Refuse with the HTTP status that the body's type stands for."""
    verdict = REFUSALS[why]
    body = wire.refused(replace(verdict, message=message or verdict.message), switches(world))
    return JSONResponse(body, status_code=verdict.status)


async def _poll(
    request: Request,
    task_id: str | None,
    say: Callable[[ApiinTask, Mark, ApiinSwitches], wire.Json],
) -> Response:
    world: ApiinWorld = world_of(request)
    if answer := stopped(request, world):
        return answer
    if not task_id:
        return refuse(world, Refusal.INVALID, f"{switches(world).feed_param} is required.")
    task = world.tasks.get(task_id)
    if task is None:
        return refuse(world, Refusal.NOT_FOUND, "Task not found.")
    if not polls.admitted(world, task):
        return refuse(world, Refusal.RATE)
    if fault := polls.fault_of(task):
        return polls.broken(fault) or _fault(world, fault)
    mark = task.mark(task.scenario.marks, world.clock.published())
    return JSONResponse(say(task, mark, switched(world, task)))


def _fault(world: ApiinWorld, fault: PollFault) -> Response:
    if fault is PollFault.RATE:
        return refuse(world, Refusal.RATE)
    return refuse(world, Refusal.NOT_FOUND, "Task not found.")


def _asked(request: Request) -> str | None:
    """Read the id under the names that are in force."""
    param = switches(world_of(request)).feed_param
    names = ("task_id", "workId") if param == "both" else (param,)
    return next((request.query_params[name] for name in names if name in request.query_params), "")


def _model(world: ApiinWorld, body: Body) -> str:
    source = _source(world, body)
    return str(source.request["model"] if source else body.get("model", rules(world).default))


def _source(world: ApiinWorld, body: Body) -> ApiinTask | None:
    """Find the task of what a checked request wants to be extended or covered."""
    if origin := body.get("origin_task_id"):
        return world.tasks[origin]
    return world.clips.get(body.get("audio_id", ""), (None, None))[0]


def _calls(task: ApiinTask) -> bool:
    return bool(task.request.get("callback_url"))


_CREATE: Final = ApiinFormat(check_create, text_of)
_EXTEND: Final = ApiinFormat(check_extend, text_after)
_COVER: Final = ApiinFormat(check_cover, text_after, wire.cover_created, prefix="upl")

APIIN: Final = Simulator(
    provider="apiin",
    says=SAYS,
    routes=(
        Route("/api/v1/audio/music", _CREATE.create, methods=["POST"]),
        Route("/api/v1/audio/music/feed", feed, methods=["GET"]),
        Route("/api/v1/audio/music/extend", _EXTEND.create, methods=["POST"]),
        Route("/api/v1/audio/music/upload-cover/generate", _COVER.create, methods=["POST"]),
        Route("/api/v1/audio/music/upload-cover/status", cover_status, methods=["GET"]),
        Route("/api/v1/tasks/{task_id}", task_status, methods=["GET"]),
        # Its tracks have no other address than the stream they are made in.
        Route("/pipe/", files.piped),
    ),
    scenarios=SCENARIOS,
    nothing_here=nothing_here,
    example={"gpt_description_prompt": "A song about the sea at night [[sim:S1-happy]]"},
    switches=ApiinSwitches(),
    changing_field="callback_url",
)
