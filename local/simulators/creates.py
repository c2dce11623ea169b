"""A create, whatever the format: refuse, fail, or make a task and see it through."""

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import Response

from local.simulators.answers import HalfResponse, hang, page
from local.simulators.clock import utc_now
from local.simulators.dice import Dice
from local.simulators.reading import finite, read_body
from local.simulators.scenario import Answer, Create, Refusal, Scenario
from local.simulators.tasks import Order, Task
from local.simulators.world import Entry, NoSuchScenarioError, World, world_of

_KEY_HEADERS: Final = frozenset({"authorization", "x-api-key", "api-key"})
_HIDDEN: Final = "Bearer …"
_BARE: Final[Mapping[Answer, Callable[[], Response]]] = {
    Answer.HTML_403: lambda: page(403, "403 Forbidden"),
    Answer.HTML_502: lambda: page(502, "502 Bad Gateway"),
    Answer.EMPTY_500: lambda: Response(status_code=500),
}


class Format[S: Scenario](Protocol):
    """What a provider's format brings to the common course of a create."""

    def stopped(self, request: Request, world: World[S]) -> Response | None:
        """Stop who has no key; None lets in."""

    def refuse(self, world: World[S], why: Refusal, message: str = "") -> Response:
        """Say no in the provider's words, or with a message of ours."""

    def too_fast(self, world: World[S]) -> Response:
        """Say no to one create more than the limit allows."""

    def wrong(self, world: World[S], raw: bytes) -> Response | None:
        """Find what is wrong with a request, fields first and then money; None is nothing."""

    def accept(self, world: World[S], order: Order[S]) -> Task[S]:
        """Make the task, and take its price. What `wrong` lets pass can be accepted."""

    def beside(self, world: World[S], task: Task[S]) -> Coroutine[Any, Any, None]:
        """Do what happens of its own to a task: callbacks, refunds, or nothing."""

    async def answer(self, world: World[S], task: Task[S]) -> Response:
        """Answer as documented, at once or when the music is there."""

    def blank(self) -> Response:
        """Answer as documented, but without the task's id."""


async def create[S: Scenario](request: Request, form: Format[S]) -> Response:
    """
    Ask for music.

    Looked at in this order: key, what the scenario breaks before the task exists, rate, fields,
    credits. Only then there is a task, whatever the answer.
    """
    world: World[S] = world_of(request)
    raw = await request.body()
    entry = note(request, raw)
    try:
        name, scenario = world.choose(raw)
    except NoSuchScenarioError as error:
        answer = form.refuse(world, Refusal.INVALID, str(error))
    else:
        entry["scenario"] = name
        fault = _due(scenario, world.times_seen(name, raw))
        answer = await _answer(request, form, entry, scenario=scenario, fault=fault)
    entry |= {"status": answer.status_code, "code": _code(answer)}
    return answer


def note(request: Request, raw: bytes) -> Entry:
    """Keep what was received, but for the key; what became of it is filled in later."""
    headers = {
        name: _HIDDEN if name in _KEY_HEADERS else value for name, value in request.headers.items()
    }
    body = read_body(raw, finite)
    entry: Entry = {
        "at": utc_now().isoformat(),
        "path": request.url.path,
        "headers": headers,
        "body": raw.decode("utf-8", "replace") if body is None else body,
        "scenario": None,
        "accepted": False,
        "task_id": None,
        "status": None,
        "code": None,
    }
    world_of(request).requests.append(entry)
    return entry


def _code(answer: Response) -> int | str | None:
    try:
        code: int | str | None = json.loads(bytes(answer.body))["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return code


def _due(scenario: Scenario, seen: int) -> Create | None:
    fault = scenario.create
    if fault and fault.times is not None and seen >= fault.times:
        return None
    return fault


async def _answer[S: Scenario](
    request: Request, form: Format[S], entry: Entry, *, scenario: S, fault: Create | None
) -> Response:
    world: World[S] = world_of(request)
    raw = await request.body()
    if answer := form.stopped(request, world):
        return answer
    if fault and not fault.accepted:
        return await _fail(request, form, fault)
    if not world.creates.admit(world.clock.monotonic()):
        return form.too_fast(world)
    if answer := form.wrong(world, raw):
        return answer
    task = form.accept(world, _order(request, read_body(raw, finite) or {}, scenario))
    world.keep(task)
    entry |= {"accepted": True, "task_id": task.task_id}
    world.start(asyncio.create_task(form.beside(world, task)))
    if world.settings.ahead:
        world.start(asyncio.create_task(_render(world, task)))
    if fault:
        return await _fail(request, form, fault, task)
    return await form.answer(world, task)


def _order[S: Scenario](request: Request, body: Mapping[str, Any], scenario: S) -> Order[S]:
    world: World[S] = world_of(request)
    world.accepted += 1
    return Order(
        request=body,
        scenario=scenario,
        dice=Dice(f"{world.settings.seed}/{world.simulator.provider}/{world.accepted}"),
        base_url=str(request.base_url).rstrip("/"),
        began=world.clock.published(),
        created_at=utc_now(),
        poll_limit=world.poll_limit,
    )


async def _render(world: World[Any], task: Task[Any]) -> None:
    for clip in task.clips:
        await world.studio.frames(task.brief, clip.index)


async def _fail[S: Scenario](
    request: Request, form: Format[S], fault: Create, task: Task[S] | None = None
) -> Response:
    world: World[S] = world_of(request)
    match fault.answer:
        case Answer.HANG:
            return await hang(request, world.settings.hang_s)
        case Answer.REFUSED:
            return form.refuse(world, fault.refusal)
        case Answer.NO_TASK_ID:
            return form.blank()
        case Answer.CUT:
            whole = bytes((await form.answer(world, task)).body) if task else b"{}"
            return HalfResponse(whole, media_type="application/json")
        case _:
            return _BARE[fault.answer]()
