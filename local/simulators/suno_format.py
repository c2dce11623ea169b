"""The suno format over HTTP: who comes in, what is refused, and how music is asked for."""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.simulators import polls
from local.simulators import suno_wire as wire
from local.simulators.callbacks import Letter, call_back
from local.simulators.creates import create
from local.simulators.door import bearer, is_known, nameless
from local.simulators.reading import read_body
from local.simulators.scenario import Mark, PollFault, Refusal
from local.simulators.suno_checks import Rules, check
from local.simulators.suno_facts import Facts, Verdict
from local.simulators.suno_scenario import SunoScenario
from local.simulators.suno_switches import SunoSwitches
from local.simulators.suno_tasks import SunoTask, SunoWorld, draft, mark_of, operation_of
from local.simulators.tasks import Order, make_task
from local.simulators.world import World, world_of

type Say = Callable[[SunoWorld, SunoTask, Mark], wire.Json]

_HELD_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class SunoFormat:
    """The suno format, as one provider speaks it."""

    facts: Facts

    async def create(self, request: Request) -> Response:
        """POST /api/v1/generate: ask for music."""
        return await create(request, self)

    async def polled(self, request: Request, operations: frozenset[str], say: Say) -> Response:
        """Answer a poll at an address that knows the tasks of some operations, and no other."""
        world: SunoWorld = world_of(request)
        if answer := self.stopped(request, world):
            return answer
        task = world.tasks.get(request.query_params.get("taskId", ""))
        if task is None or operation_of(world, task) not in operations:
            return JSONResponse(wire.unknown_task())
        if not polls.admitted(world, task):
            return self.too_fast(world)
        if fault := polls.fault_of(task):
            return polls.broken(fault) or self._fault(world, fault)
        mark = mark_of(task, self.facts, world.clock.published())
        return JSONResponse(say(world, task, mark))

    async def credit(self, request: Request) -> Response:
        """GET the provider's credit path: how many credits are left."""
        world: SunoWorld = world_of(request)
        if answer := self.stopped(request, world):
            return answer
        return JSONResponse({"code": 200, "msg": "success", "data": float(world.credits)})

    async def nothing_here(self, request: Request) -> Response:
        """Answer for a path that does not exist, or a method that a path does not have."""
        del request
        verdict = self.facts.refusals[Refusal.NOT_FOUND]
        return JSONResponse(wire.refused(verdict), status_code=404)

    def stopped(self, request: Request, world: SunoWorld) -> Response | None:
        """Stop who has no key, or, where the edge is strict, no name; None lets in."""
        if answer := nameless(request, world):
            return answer
        if not is_known(bearer(request), world):
            return self.refuse(world, Refusal.UNAUTHORIZED)
        return None

    def refuse(self, world: SunoWorld, why: Refusal, message: str = "") -> Response:
        """Refuse in the body; the HTTP status is 200, unless it is to mirror the body's code."""
        verdict = self.facts.refusals[why]
        return self.say_no(world, replace(verdict, msg=message or verdict.msg))

    def say_no(self, world: SunoWorld, verdict: Verdict) -> Response:
        """Refuse with a code, which is the HTTP status too if that is to mirror it."""
        mirrored = switches(world).error_http == "mirror"
        return JSONResponse(wire.refused(verdict), status_code=verdict.code if mirrored else 200)

    def too_fast(self, world: SunoWorld) -> Response:
        """Refuse a create or a poll too many."""
        return self.refuse(world, self.facts.too_fast)

    def wrong(self, world: SunoWorld, raw: bytes) -> Response | None:
        """Hold a request against the documents, and its price against the credits."""
        rules = Rules(self.facts, world.settings.strict, switches(world).prompt_always_required)
        if verdict := check(read_body(raw), rules):
            return self.say_no(world, verdict)
        return self.refuse(world, Refusal.CREDITS) if world.credits < self._price() else None

    def accept(self, world: SunoWorld, order: Order[SunoScenario]) -> SunoTask:
        """Make a task of what was asked."""
        world.credits -= self._price()
        return make_task(order, draft(order, self.facts, world.settings), world.settings)

    async def beside(self, world: SunoWorld, task: SunoTask) -> None:
        """Call back."""
        write = partial(wire.callback, task, facts=self.facts, switches=switches(world))
        url = task.request["callBackUrl"]
        letters = [
            Letter(call.stage, task.at(call.after, call.plus_s), url, partial(write, call))
            for call in task.scenario.calls
        ]
        await call_back(world, task, letters)

    async def answer(self, world: SunoWorld, task: SunoTask) -> Response:
        """Say that there is a task, when as many callbacks are delivered as its scenario wants."""
        del world
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_HELD_S):
                for _ in range(task.scenario.answer_after_calls):
                    await task.delivered.acquire()
        return JSONResponse(wire.created(task))

    def blank(self) -> Response:
        """Say success, but not of what."""
        return JSONResponse({"code": 200, "msg": "success", "data": None})

    def _price(self) -> Decimal:
        return Decimal(str(self.facts.price))

    def _fault(self, world: SunoWorld, fault: PollFault) -> Response:
        if fault is PollFault.RATE:
            return self.too_fast(world)
        return JSONResponse(wire.unknown_task())


def switches(world: World[Any]) -> SunoSwitches:
    """Find the settings of the suno format; its defaults, where nobody chose."""
    chosen = world.settings.switches
    return chosen if isinstance(chosen, SunoSwitches) else SunoSwitches()
