"""Stratizon over HTTP: text or reference audio becomes a task, and only polls tell of it."""

import math
from dataclasses import dataclass, replace
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators import polls
from local.simulators import stratizon_wire as wire
from local.simulators.creates import create
from local.simulators.door import bearer, is_known, nameless
from local.simulators.reading import read_body
from local.simulators.scenario import PollFault, Refusal
from local.simulators.simulator import Simulator
from local.simulators.stratizon_checks import Rules, check, invalid
from local.simulators.stratizon_facts import (
    MODELS,
    PROVIDER,
    REFUSALS,
    Failure,
    StratizonSwitches,
    Verdict,
)
from local.simulators.stratizon_references import fetch, is_there, keep
from local.simulators.stratizon_scenarios import SCENARIOS, StratizonScenario
from local.simulators.tasks import Draft, Order, Task, Words, make_brief, make_task
from local.simulators.words import lyrics_for, title_for
from local.simulators.world import World, world_of

type StratizonWorld = World[StratizonScenario]
type StratizonTask = Task[StratizonScenario]


@dataclass(frozen=True, slots=True)
class StratizonFormat:
    """One of the two ways to create: from words alone, or from reference audio too."""

    is_reference: bool

    async def create(self, request: Request) -> Response:
        """POST /v1/music/…: ask for music; the answer is 202, and the price is debited."""
        return await create(request, self)

    def stopped(self, request: Request, world: StratizonWorld) -> Response | None:
        """Stop who has no key; None lets in."""
        return stopped(request, world)

    def refuse(self, world: StratizonWorld, why: Refusal, message: str = "") -> Response:
        """Say no, with the HTTP status that belongs to the reason."""
        verdict = REFUSALS[why]
        return refuse(world, replace(verdict, message=message or verdict.message))

    def too_fast(self, world: StratizonWorld) -> Response:
        """Say no to one create more than is asked to be the limit; none is published."""
        return self.refuse(world, Refusal.RATE)

    def wrong(self, world: StratizonWorld, raw: bytes) -> Response | None:
        """Hold a request against the page, and its price against the wallet."""
        body = read_body(raw)
        rules = Rules(
            self.is_reference, world.settings.strict, switches(world).namespace_error_status
        )
        if verdict := check(body, rules):
            return refuse(world, verdict)
        asked = body or {}
        if not is_there(world, asked.get("reference_audio", {})):
            return refuse(world, invalid("There is no such artifact."))
        if world.credits < MODELS[asked["model"]].credits:
            return self.refuse(world, Refusal.CREDITS)
        return None

    def accept(self, world: StratizonWorld, order: Order[StratizonScenario]) -> StratizonTask:
        """Make a task of what was asked, and debit it."""
        task = make_task(order, _draft(order, world), world.settings)
        world.credits -= wire.price(task)
        if "url" in task.request.get("reference_audio", {}):
            task.began = math.inf
        return task

    async def beside(self, world: StratizonWorld, task: StratizonTask) -> None:
        """Download a reference before the task begins, and refund one that comes to nothing."""
        if task.began == math.inf:
            is_here = await fetch(world, task.request["reference_audio"]["url"])
            task.trouble = "" if is_here else Failure.REFERENCE
            task.began = world.clock.published()
        if task.trouble:
            world.credits += wire.price(task)
        elif (back_at := wire.refunded_at(task)) is not None:
            await world.clock.until(back_at)
            world.credits += wire.price(task)

    async def answer(self, world: StratizonWorld, task: StratizonTask) -> Response:
        """Say that there is a task."""
        return JSONResponse(wire.accepted(task, switches(world)), status_code=202)

    def blank(self) -> Response:
        """Say that there is a task, but not which."""
        return JSONResponse({"status": "queued"}, status_code=202)


async def poll(request: Request) -> Response:
    """GET /v1/tasks/{task_id}: what has become of a task."""
    world: StratizonWorld = world_of(request)
    if answer := stopped(request, world):
        return answer
    task = world.tasks.get(request.path_params["task_id"])
    if task is None:
        return refuse(world, REFUSALS[Refusal.NOT_FOUND])
    if not polls.admitted(world, task):
        return refuse(world, REFUSALS[Refusal.RATE])
    if fault := polls.fault_of(task):
        why = Refusal.RATE if fault is PollFault.RATE else Refusal.NOT_FOUND
        return polls.broken(fault) or refuse(world, REFUSALS[why])
    return JSONResponse(wire.envelope(task, switches(world), world.clock.published()))


async def upload(request: Request) -> Response:
    """POST /v1/uploads: keep reference audio, to be used by its id as often as wanted."""
    world: StratizonWorld = world_of(request)
    if answer := stopped(request, world):
        return answer
    kept = keep(
        world,
        request.headers.get("content-type", ""),
        await request.body(),
        switches(world).upload_field,
    )
    if isinstance(kept, Verdict):
        return refuse(world, kept)
    return JSONResponse(wire.uploaded(kept), status_code=201)


async def nothing_here(request: Request) -> Response:
    """Answer for a path that does not exist, or a method that a path does not have."""
    return refuse(world_of(request), REFUSALS[Refusal.NOT_FOUND])


def switches(world: World[Any]) -> StratizonSwitches:
    """Find the settings of Stratizon; its defaults, where nobody chose."""
    chosen = world.settings.switches
    return chosen if isinstance(chosen, StratizonSwitches) else StratizonSwitches()


def stopped(request: Request, world: StratizonWorld) -> Response | None:
    """Stop who has no key, or shows it in another way than the one in force; None lets in."""
    if answer := nameless(request, world):
        return answer
    keys = {
        "bearer": bearer(request),
        "raw": request.headers.get("authorization", ""),
        "x-api-key": request.headers.get("x-api-key", ""),
    }
    if not is_known(keys[switches(world).auth_scheme], world):
        return refuse(world, REFUSALS[Refusal.UNAUTHORIZED])
    return None


def refuse(world: StratizonWorld, verdict: Verdict) -> Response:
    """Say no."""
    return JSONResponse(wire.refused(verdict, switches(world)), status_code=verdict.status)


def _draft(order: Order[StratizonScenario], world: StratizonWorld) -> Draft:
    request, dice = order.request, order.dice
    options = request.get("model_options", {}).get(MODELS[request["model"]].namespace, {})
    instrumental = request.get("instrumental", False) or options.get("is_instrumental", False)
    prompt, asked = request["prompt"], order.scenario.tracks
    count = MODELS[request["model"]].clips if asked is None else asked
    sung = request.get("lyrics") or lyrics_for(prompt, dice)
    title, style = request.get("title") or title_for(prompt), options.get("style", "")
    return Draft(
        task_id=f"task_{dice.base32('task', 26)}",
        clip_ids=tuple(f"art_{dice.base32(f'clip {index}', 16)}" for index in range(count)),
        words=Words(title, "" if instrumental else sung, style, request["model"]),
        brief=make_brief(
            world.settings,
            prompt=f"{prompt}\n{request.get('lyrics', '')}",
            style=style,
            title=title,
            instrumental=instrumental,
            voice=options.get("vocal_gender", ""),
        ),
    )


_TEXT: Final = StratizonFormat(is_reference=False)
_REFERENCE: Final = StratizonFormat(is_reference=True)

STRATIZON: Final = Simulator(
    provider=PROVIDER,
    says="Stratizon, as its one published page describes it; the page is a preview",
    routes=(
        Route("/v1/music/text-to-music", _TEXT.create, methods=["POST"]),
        Route("/v1/music/reference-audio-to-music", _REFERENCE.create, methods=["POST"]),
        Route("/v1/tasks/{task_id}", poll, methods=["GET"]),
        Route("/v1/uploads", upload, methods=["POST"]),
    ),
    scenarios=SCENARIOS,
    nothing_here=nothing_here,
    example={
        "model": "suno-5.5",
        "prompt": "Warm lo-fi with brushed drums [[sim:S1-happy]]",
        "title": "Slow Rain",
        "metadata": {"job": "a1"},
        "model_options": {"suno": {"style": "lo-fi"}},
    },
    switches=StratizonSwitches(),
    # Where clients put what tells their tries apart.
    changing_field="metadata",
)
