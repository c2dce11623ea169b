"""The format of infery: a create that is answered with the music or with a job, polls, models."""

from collections import deque
from dataclasses import asdict, dataclass, replace
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.simulators import infery_links, polls
from local.simulators import infery_wire as wire
from local.simulators.answers import hang
from local.simulators.clock import utc_now
from local.simulators.creates import create
from local.simulators.door import is_known, nameless
from local.simulators.infery_checks import Choices, check
from local.simulators.infery_door import headers, headers_of_music, key_of, turned_away
from local.simulators.infery_facts import PRICE, PROBLEMS, Problem
from local.simulators.infery_inline import answer_with
from local.simulators.infery_jobs import (
    InferyOrder,
    InferyTask,
    InferyWorld,
    completed_at,
    end_of,
    make_job,
    mode_of,
    switches,
    word_of,
)
from local.simulators.infery_music import sounds_of
from local.simulators.infery_scenario import InferyScenario
from local.simulators.infery_scenarios import SCENARIOS
from local.simulators.infery_sources import Upload, fetch, trouble_with
from local.simulators.infery_switches import InferySwitches
from local.simulators.reading import Body, read_body
from local.simulators.scenario import Mark, PollFault, Refusal
from local.simulators.simulator import Simulator
from local.simulators.world import KEPT, world_of


@dataclass(frozen=True, slots=True)
class InferyFormat:
    """The format of infery, for one request; `upload` is what its upload_url led to."""

    request: Request
    body: Body | None = None
    upload: Upload | None = None

    def stopped(self, request: Request, world: InferyWorld) -> Response | None:
        """Stop who has no key, or asks too often with it; None lets in."""
        if answer := nameless(request, world):
            return answer
        why = turned_away(request, world)
        return self.refuse(world, why) if why else None

    def refuse(self, world: InferyWorld, why: Refusal, message: str = "") -> Response:
        """Say no with an HTTP status and an error."""
        problem = PROBLEMS[why]
        return self.fail(world, replace(problem, message=message or problem.message))

    def fail(self, world: InferyWorld, problem: Problem) -> Response:
        """Say what is wrong."""
        return JSONResponse(wire.failed(problem), problem.status, headers(self.request, world))

    def too_fast(self, world: InferyWorld) -> Response:
        """Refuse a create too many."""
        return self.refuse(world, Refusal.RATE)

    def wrong(self, world: InferyWorld, raw: bytes) -> Response | None:
        """Hold a request against the documents, then its sources, then its price."""
        if problem := check(read_body(raw), _choices(world)):
            return self.fail(world, problem)
        if problem := trouble_with(world, read_body(raw) or {}):
            return self.fail(world, problem)
        if world.credits < PRICE:
            return self.refuse(world, Refusal.CREDITS)
        unfetched = self.upload is not None and self.upload.trouble
        return self.refuse(world, Refusal.FETCH) if unfetched else None

    def accept(self, world: InferyWorld, order: InferyOrder) -> InferyTask:
        """Make a job of what was asked, and take its price."""
        world.credits -= PRICE
        return make_job(world, order, self.upload.sha256 if self.upload else "")

    async def beside(self, world: InferyWorld, task: InferyTask) -> None:
        """Give the price of a job that fails back, when it does."""
        end = end_of(task)
        if end and end.status == "failed" and not switches(world).charge_failures:
            await world.clock.until(task.at(end.after, end.plus_s))
            world.credits += PRICE

    async def answer(self, world: InferyWorld, task: InferyTask) -> Response:
        """Answer with a job at once, or with the music when it is there."""
        mode = mode_of(task.scenario, switches(world))
        if mode == "sync":
            return await self._music(world, task)
        body = wire.accepted(task.task_id, task.request["model"], mode, task.created_at)
        return JSONResponse(body, switches(world).accepted_http, headers(self.request, world))

    def blank(self) -> Response:
        """Answer without a job's id; in sync mode, which has none, without any music."""
        world: InferyWorld = world_of(self.request)
        mode = switches(world).mode
        if mode == "sync":
            body = wire.finished({"created": int(utc_now().timestamp())})
            return JSONResponse(body, headers=headers(self.request, world, credits_used=PRICE))
        body = wire.accepted(None, (self.body or {}).get("model"), mode, utc_now())
        return JSONResponse(body, headers=headers(self.request, world))

    async def poll(self) -> Response:
        """Tell how far a job is."""
        world: InferyWorld = world_of(self.request)
        if answer := self.stopped(self.request, world):
            return answer
        task = world.tasks.get(self.request.path_params["job_id"])
        if task is None:
            return self._unknown_job(world)
        if not polls.admitted(world, task):
            return self.too_fast(world)
        if fault := polls.fault_of(task):
            is_rate = fault is PollFault.RATE
            other = self.too_fast(world) if is_rate else self._unknown_job(world)
            return polls.broken(fault) or other
        return await self._state(
            world, task, task.mark(task.scenario.marks, world.clock.published())
        )

    async def _state(self, world: InferyWorld, task: InferyTask, mark: Mark) -> Response:
        own = switches(world)
        done = mark.status == "succeeded"
        body = wire.poll(
            task,
            mark,
            now=world.clock.published(),
            mode=mode_of(task.scenario, own),
            word=word_of(task.scenario, own),
            made=await self._result(world, task, mark) if done else None,
        )
        if done:
            return self._told(world, task, body)
        return JSONResponse(body, headers=headers(self.request, world))

    async def _music(self, world: InferyWorld, task: InferyTask) -> Response:
        """Wait for the end of a job; its client may leave, and the job goes on all the same."""
        end = end_of(task)
        if end is None:
            return await hang(self.request, world.settings.hang_s)
        await world.clock.until(task.at(end.after, end.plus_s))
        if end.status == "failed":
            return self.fail(world, wire.FAILURES[task.scenario.failure])
        body = wire.finished(await self._result(world, task, end))
        return self._told(world, task, body)

    async def _result(self, world: InferyWorld, task: InferyTask, mark: Mark) -> wire.Json:
        sounds = await sounds_of(world, task, mark)
        at = completed_at(task, world.clock)
        return wire.result(task, sounds, own=switches(world), at=at)

    def _told(self, world: InferyWorld, task: InferyTask, body: wire.Json) -> Response:
        # Half of an answer can only be sent of one that is whole.
        whole = task.scenario.create is not None
        return answer_with(body, headers_of_music(self.request, world, task), whole=whole)

    def _unknown_job(self, world: InferyWorld) -> Response:
        problem = PROBLEMS[Refusal.NOT_FOUND]
        return self.fail(world, replace(problem, code="job_not_found", message="No such job."))


async def generations(request: Request) -> Response:
    """POST /v1/music/generations: ask for music."""
    body = read_body(await request.body())
    return await create(request, InferyFormat(request, body, await _upload(request, body)))


async def generation(request: Request) -> Response:
    """GET /v1/music/generations/{job_id}: what has become of a job."""
    return await InferyFormat(request).poll()


async def models(request: Request) -> Response:
    """GET /v1/models?modality=: which models there are."""
    world: InferyWorld = world_of(request)
    if answer := InferyFormat(request).stopped(request, world):
        return answer
    body = wire.models(request.query_params.get("modality"))
    return JSONResponse(body, headers=headers(request, world))


async def nothing_here(request: Request) -> Response:
    """Answer for a path that does not exist, or a method that a path does not have."""
    return InferyFormat(request).refuse(world_of(request), Refusal.NOT_FOUND)


async def fetched(request: Request) -> Response:
    """GET /_sim/uploads: what the upload_url of every request led to."""
    return JSONResponse({"uploads": [asdict(it) for it in world_of(request).own.get(_LOG, [])]})


async def _upload(request: Request, body: Body | None) -> Upload | None:
    """Fetch what a sound request refers to, before it is accepted."""
    world: InferyWorld = world_of(request)
    url = body.get("upload_url") if body else None
    if not url or check(body, _choices(world)) or not is_known(key_of(request, world), world):
        return None
    upload = await fetch(world, url)
    world.own.setdefault(_LOG, deque(maxlen=KEPT)).append(upload)
    return upload


def _choices(world: InferyWorld) -> Choices:
    return Choices(switches(world), strict=world.settings.strict)


_LOG: Final = "uploads"
INFERY: Final = Simulator[InferyScenario](
    provider="infery",
    says="infery.ai, as its published page and its prose describe it",
    routes=(
        Route("/v1/music/generations", generations, methods=["POST"]),
        Route("/v1/music/generations/{job_id}", generation, methods=["GET"]),
        Route("/v1/models", models, methods=["GET"]),
        Route("/_sim/uploads", fetched, methods=["GET"]),
        *infery_links.routes(),
    ),
    scenarios=SCENARIOS,
    nothing_here=nothing_here,
    example={
        "model": "suno-v4",
        "prompt": "Upbeat indie folk about a sunrise drive [[sim:S1-happy]]",
    },
    switches=InferySwitches(),
)
