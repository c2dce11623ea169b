"""The further operations of the suno format over HTTP, and what may be made of what."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from local.simulators import suno_stems, suno_texts, suno_timing
from local.simulators import suno_wire as wire
from local.simulators.callbacks import Letter, call_back
from local.simulators.creates import create
from local.simulators.reading import read_body
from local.simulators.scenario import Mark, Moment, Refusal
from local.simulators.suno_facts import Facts, Failure, Verdict
from local.simulators.suno_format import Say, SunoFormat, switches
from local.simulators.suno_operations import (
    LYRICS,
    MUSIC,
    MUSIC_POLL,
    SONGS,
    STEMS,
    WAV,
    Operation,
    course,
)
from local.simulators.suno_requests import ASKS, DEFAULT_MODEL, Rules, Source, check
from local.simulators.suno_scenario import Call, SunoScenario
from local.simulators.suno_tasks import SunoTask, SunoWorld, mark_of, operation_of, remember
from local.simulators.suno_uploads import Upload, fetch
from local.simulators.tasks import Order, make_task
from local.simulators.world import world_of

_NO_UPLOAD: Final = Upload(fetched=True)
_EXISTS: Final = Verdict(409, "WAV record already exists.")


def routes(form: SunoFormat) -> tuple[Route, ...]:
    """List the routes of the further operations, and where all tasks are polled."""
    facts = form.facts
    rows = (*MUSIC, LYRICS, STEMS, WAV)
    creates = [SunoOperation(form, row) for row in rows]
    return (
        Route(suno_timing.PATH, partial(suno_timing.timed, form=form), methods=["POST"]),
        *(Route(each.row.path, each.create, methods=["POST"]) for each in creates),
        _polled(form, MUSIC_POLL, SONGS, partial(_music, facts)),
        _polled(form, LYRICS.poll, frozenset({LYRICS.name}), partial(_lyrics, facts)),
        _polled(form, STEMS.poll, frozenset({STEMS.name}), _stems),
        _polled(form, WAV.poll, frozenset({WAV.name}), partial(_wav, facts)),
    )


def _polled(form: SunoFormat, path: str, operations: frozenset[str], say: Say) -> Route:
    return Route(path, partial(form.polled, operations=operations, say=say), methods=["GET"])


@dataclass(frozen=True, slots=True)
class SunoOperation:
    """A further operation, as one provider speaks it; `upload` is what one uploadUrl led to."""

    form: SunoFormat
    row: Operation
    upload: Upload = _NO_UPLOAD

    async def create(self, request: Request) -> Response:
        """Ask for what this operation makes."""
        return await create(request, replace(self, upload=await self._uploaded(request)))

    def stopped(self, request: Request, world: SunoWorld) -> Response | None:
        """Stop who has no key; None lets in."""
        return self.form.stopped(request, world)

    def refuse(self, world: SunoWorld, why: Refusal, message: str = "") -> Response:
        """Refuse in the body."""
        return self.form.refuse(world, why, message)

    def too_fast(self, world: SunoWorld) -> Response:
        """Refuse a create too many; one limit is for all operations."""
        return self.form.too_fast(world)

    def wrong(self, world: SunoWorld, raw: bytes) -> Response | None:
        """Hold a request against its page, what it starts from, and its price."""
        body = read_body(raw)
        if verdict := check(body, ASKS[self.row.name], self._rules(world)):
            return self.form.say_no(world, verdict)
        body = body or {}
        if not self.upload.fetched and Refusal.FETCH in self.form.facts.refusals:
            return self.form.refuse(world, Refusal.FETCH, "Failed to fetch the file.")
        if self.row is WAV and body["audioId"] in _converted(world):
            return self.form.say_no(world, _EXISTS)
        if world.credits < self.row.price(body):
            return self.form.refuse(world, Refusal.CREDITS)
        return None

    def accept(self, world: SunoWorld, order: Order[SunoScenario]) -> SunoTask:
        """Make a task of what was asked; without its upload, where that is found late, it fails."""
        world.credits -= self.row.price(order.request)
        asks = ASKS[self.row.name]
        model = {"model": DEFAULT_MODEL} if "model" in asks.optional else {}
        called = "callBackUrl" in order.request
        scenario = order.scenario
        if not self.upload.fetched:
            scenario = _undownloaded(scenario)
        order = replace(
            order,
            request={**model, **order.request},
            scenario=course(scenario, self.row, called=called),
        )
        task = make_task(order, self.row.drafted(world, order, self.form.facts), world.settings)
        remember(world, task.task_id, self.row.name)
        if self.row is WAV:
            _converted(world).add(order.request["audioId"])
        return task

    async def beside(self, world: SunoWorld, task: SunoTask) -> None:
        """Call back, if there is an address."""
        letters = [
            Letter(
                call.stage,
                task.at(call.after, call.plus_s),
                task.request["callBackUrl"],
                partial(self._letter, world, task, call),
            )
            for call in task.scenario.calls
        ]
        await call_back(world, task, letters)

    async def answer(self, world: SunoWorld, task: SunoTask) -> Response:
        """Say that there is a task."""
        return await self.form.answer(world, task)

    def blank(self) -> Response:
        """Say success, but not of what."""
        return self.form.blank()

    def _letter(self, world: SunoWorld, task: SunoTask, call: Call) -> bytes:
        facts = self.form.facts
        if self.row is LYRICS:
            return suno_texts.lyrics_callback(task, call, facts)
        if self.row is STEMS:
            return suno_stems.callback(task, call)
        if self.row is WAV:
            return suno_texts.wav_callback(task, call, facts)
        return wire.callback(task, call, facts=facts, switches=switches(world))

    def _rules(self, world: SunoWorld) -> Rules:
        return Rules(
            self.form.facts,
            world.settings.strict,
            partial(_source, world, self.form.facts),
            self.upload.seconds,
        )

    async def _uploaded(self, request: Request) -> Upload:
        """Fetch what a request that is sound so far wants to be covered or extended."""
        world: SunoWorld = world_of(request)
        body = read_body(await request.body())
        if not body or "uploadUrl" not in ASKS[self.row.name].required:
            return _NO_UPLOAD
        if self.stopped(request, world) or check(body, ASKS[self.row.name], self._rules(world)):
            return _NO_UPLOAD
        return await fetch(world, body["uploadUrl"])


def _source(world: SunoWorld, facts: Facts, audio_id: str) -> Source | None:
    """Find a track of this provider whose task is over, and of which something can be made."""
    task, clip = world.clips.get(audio_id, (None, None))
    if task is None or clip is None or operation_of(world, task) not in SONGS:
        return None
    mark = mark_of(task, facts, world.clock.published())
    if mark.status not in suno_texts.READY or not mark.full:
        return None
    return Source(task.task_id, task.request["model"], clip.seconds)


def _undownloaded(scenario: SunoScenario) -> SunoScenario:
    """Fail as soon as it turns out that there is nothing to download."""
    return replace(
        scenario,
        calls=(Call("error", Moment.TEXT),),
        marks=(Mark("PENDING"), Mark("GENERATE_AUDIO_FAILED", Moment.TEXT)),
        failure=Failure.DOWNLOAD,
    )


def _converted(world: SunoWorld) -> set[str]:
    """Remember which tracks have a WAV file."""
    converted: set[str] = world.own.setdefault("converted", set())
    return converted


def _music(facts: Facts, world: SunoWorld, task: SunoTask, mark: Mark) -> wire.Json:
    return wire.record_info(task, mark, facts, switches(world), operation_of(world, task))


def _lyrics(facts: Facts, _world: SunoWorld, task: SunoTask, mark: Mark) -> wire.Json:
    return suno_texts.lyrics_record_info(task, mark, facts)


def _stems(world: SunoWorld, task: SunoTask, mark: Mark) -> wire.Json:
    return suno_stems.record_info(task, mark, _ends_at(world, task, STEMS))


def _wav(facts: Facts, world: SunoWorld, task: SunoTask, mark: Mark) -> wire.Json:
    return suno_texts.wav_record_info(task, mark, facts, _ends_at(world, task, WAV))


def _ends_at(world: SunoWorld, task: SunoTask, row: Operation) -> datetime:
    return task.created_at + timedelta(seconds=task.moments[row.ends] * world.clock.scale)
