"""What becomes of a request to infery: its results, their music and words, and when."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from local.simulators.clock import Clock
from local.simulators.dice import Dice
from local.simulators.infery_facts import MODELS, STEMS, Family
from local.simulators.infery_scenario import InferyScenario
from local.simulators.infery_switches import InferySwitches, Mode, Word
from local.simulators.scenario import Mark, Moment
from local.simulators.tasks import Draft, Order, Task, Words, make_brief, make_task
from local.simulators.tune import Brief, compose
from local.simulators.words import lyrics_for, title_for
from local.simulators.world import World

type InferyWorld = World[InferyScenario]
type InferyTask = Task[InferyScenario]
type InferyOrder = Order[InferyScenario]
type Request = Mapping[str, Any]

_ENDS: Final = frozenset({"succeeded", "failed"})
_SOUND_S: Final = 6.0
# What a prompt may ask of Lyria Pro, whose own limits are not published here.
_SHORTEST_S: Final = 10
_LONGEST_S: Final = 180
_TIMESTAMP: Final = re.compile(r"\b(\d{1,2}):([0-5]\d)\b")
_DURATION: Final = re.compile(
    r"\b(\d{1,3})[ -]?(s|secs?|seconds?|m|mins?|minutes?)\b", re.IGNORECASE
)
# What else there is to hear of a request; its style and title are the tune's own.
_HEARD: Final = ("lyrics", "tags", "negative_tags", "sound_key", "sound_tempo", "audio_id")


def switches(world: InferyWorld) -> InferySwitches:
    """Find the settings of infery; its defaults, where nobody chose."""
    chosen = world.settings.switches
    return chosen if isinstance(chosen, InferySwitches) else InferySwitches()


def make_job(world: InferyWorld, order: InferyOrder, upload: str = "") -> InferyTask:
    """Settle the course of a job; `upload` names the bytes that came from its upload_url."""
    task = make_task(order, _draft(world, order, upload), world.settings)
    own = switches(world)
    if mode_of(task.scenario, own) == "sync" and own.sync_delay_s is not None:
        end_s = own.sync_delay_s * order.scenario.pace
        earlier = {moment: min(at, end_s) for moment, at in task.moments.items()}
        task.moments = {**earlier, Moment.COMPLETE: end_s}
    return task


def mode_of(scenario: InferyScenario, own: InferySwitches) -> Mode:
    """Tell whether a create is answered with the music, or with a job, and in which words."""
    return scenario.mode or own.mode


def word_of(scenario: InferyScenario, own: InferySwitches) -> Word:
    """Tell what a finished job is called."""
    mode = mode_of(scenario, own)
    usual: Word = "completed" if mode == "async_prose" else "succeeded"
    return scenario.word or own.status_vocab or usual


def operation_of(request: Request) -> str:
    """Tell what is asked for."""
    operation: str = request.get("operation", "generate")
    return operation


def form_of(task: InferyTask) -> str:
    """Tell in which format the results are."""
    form: str = task.scenario.form or task.request.get("response_format", "mp3")
    return form


def end_of(task: InferyTask) -> Mark | None:
    """Tell how a job ends; None is never."""
    return next((mark for mark in task.scenario.marks if mark.status in _ENDS), None)


def completed_at(task: InferyTask, clock: Clock) -> datetime:
    """Tell by the time of day when a job is complete."""
    return task.created_at + timedelta(seconds=task.moments[Moment.COMPLETE] * clock.scale)


def _draft(world: InferyWorld, order: InferyOrder, upload: str) -> Draft:
    brief = _brief(world, order.request, upload, all_stems=order.scenario.all_stems)
    count = len(brief.stems) or results_of(order.request, order.scenario, switches(world))
    if operation_of(order.request) == "lyrics":
        count = 0
    return Draft(
        task_id="mgen_" + order.dice.base32("job", 26),
        clip_ids=tuple(order.dice.uuid(f"clip {index}") for index in range(count)),
        words=_words(order.request, order.scenario, order.dice),
        brief=brief,
    )


def results_of(request: Request, scenario: InferyScenario, own: InferySwitches) -> int:
    """Tell how many results a request has, where they are not stems."""
    made = 1 if operation_of(request) == "lyrics" else MODELS[request["model"]].tracks
    return scenario.items or own.n_items or made


def _brief(world: InferyWorld, request: Request, upload: str, *, all_stems: bool) -> Brief:
    operation = operation_of(request)
    if operation == "vocal_removal":
        return _stems(world, request, all_stems=all_stems)
    heard = [request["prompt"], *(str(request[name]) for name in _HEARD if name in request)]
    pictures = json.dumps(request["images"]) if request.get("images") else ""
    if pictures or upload:
        heard.append(hashlib.sha256(f"{upload}{pictures}".encode()).hexdigest())
    voice = request.get("vocal_gender", "none")
    brief = make_brief(
        world.settings,
        prompt="\n".join(heard),
        style=request.get("style", ""),
        title=request.get("title", ""),
        instrumental=_is_instrumental(request),
        voice="" if voice == "none" else voice[0],
    )
    return replace(brief, length_s=_length_s(request) or brief.length_s)


def _stems(world: InferyWorld, request: Request, *, all_stems: bool) -> Brief:
    task, clip = world.clips.get(request.get("audio_id", ""), (None, None))
    brief = task.brief if task else make_brief(world.settings, prompt=request.get("audio_id", ""))
    # A stem is taken apart as the track that it came from.
    track = brief.of if brief.stems else clip.index if clip else 0
    brief = replace(brief, stems=())
    if request.get("separation_type", "separate_vocal") == "separate_vocal":
        voice = STEMS["vocals"]
        rest = [part for parts in STEMS.values() for part in parts if part not in voice]
        return replace(brief, stems=(voice, tuple(rest)), of=track)
    played = {note.part for note in compose(brief, track).notes}
    stems = [parts for parts in STEMS.values() if all_stems or played & {*parts}]
    return replace(brief, stems=tuple(stems), of=track)


def _length_s(request: Request) -> float | None:
    model = MODELS[request["model"]]
    asked = request.get("duration_seconds")
    if model.length_s is not None:
        return model.length_s
    if operation_of(request) == "sounds":
        return _SOUND_S
    if asked is None and model.family is Family.LYRIA:
        return _asked_in_words(request["prompt"])
    return None if asked is None else float(asked)


def _asked_in_words(prompt: str) -> float | None:
    """Read a length from a prompt: its latest timestamp, else its first duration."""
    asked = [int(minutes) * 60 + int(seconds) for minutes, seconds in _TIMESTAMP.findall(prompt)]
    if not asked and (found := _DURATION.search(prompt)):
        asked = [int(found[1]) * (60 if found[2].lower().startswith("m") else 1)]
    return float(min(max(*asked, _SHORTEST_S), _LONGEST_S)) if asked else None


def _is_instrumental(request: Request) -> bool:
    if operation_of(request) in {"sounds", "add_instrumental"}:
        return True
    if MODELS[request["model"]].family is Family.LYRIA:
        return "instrumental" in request["prompt"].lower()
    return bool(request.get("instrumental", False))


def _words(request: Request, scenario: InferyScenario, dice: Dice) -> Words:
    prompt = request["prompt"]
    unsung = operation_of(request) == "vocal_removal" or _is_instrumental(request)
    given = request.get("lyrics") or (prompt.strip() if request.get("custom_mode") else "")
    return Words(
        title=request.get("title") or title_for(prompt),
        lyrics="" if unsung else given or lyrics_for(prompt, dice),
        tags=request.get("style", ""),
        model_name=scenario.answered_by or request["model"],
    )
