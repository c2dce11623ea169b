"""What becomes of a request in the suno format: its ids, words and music, and what polls say."""

from collections.abc import Mapping
from typing import Any, Final

from local.simulators.dice import Dice
from local.simulators.scenario import Mark
from local.simulators.settings import SimulatorSettings
from local.simulators.suno_facts import Facts
from local.simulators.suno_scenario import SunoScenario
from local.simulators.tasks import Draft, Order, Task, Words, make_brief
from local.simulators.words import lyrics_for, title_for
from local.simulators.world import World

type SunoWorld = World[SunoScenario]
type SunoTask = Task[SunoScenario]

GENERATE: Final = "generate"


def draft(order: Order[SunoScenario], facts: Facts, settings: SimulatorSettings) -> Draft:
    """Settle what a task is called, says and sounds like."""
    request, dice = order.request, order.dice
    return Draft(
        task_id=dice.hex32("task"),
        clip_ids=tuple(dice.uuid(f"clip {index}") for index in range(order.scenario.tracks)),
        words=_words(request, facts, dice),
        brief=make_brief(
            settings,
            prompt=request.get("prompt", ""),
            style=request.get("style", ""),
            title=request.get("title", ""),
            instrumental=request["instrumental"],
            voice=request.get("vocalGender", ""),
        ),
    )


def remember(world: SunoWorld, task_id: str, operation: str) -> None:
    """Remember what a task is a task of, where that is not a generation."""
    world.own.setdefault("operations", {})[task_id] = operation


def operation_of(world: SunoWorld, task: SunoTask) -> str:
    """Tell what a task is a task of."""
    operation: str = world.own.get("operations", {}).get(task.task_id, GENERATE)
    return operation


def mark_of(task: SunoTask, facts: Facts, now: float) -> Mark:
    """Tell what record-info says now."""
    marks = [
        mark for mark in task.scenario.marks if facts.generating or mark.status != "GENERATING"
    ]
    mark = task.mark(marks, now)
    if task.given_up and mark.status == "SUCCESS":
        return Mark("CALLBACK_EXCEPTION")
    return mark


def _words(request: Mapping[str, Any], facts: Facts, dice: Dice) -> Words:
    custom, prompt = request["customMode"], request.get("prompt", "")
    lyrics = prompt if custom else lyrics_for(prompt, dice)
    return Words(
        title=request["title"] if custom else title_for(prompt),
        lyrics="" if request["instrumental"] else lyrics,
        tags=request["style"] if custom else "warm, melodic",
        model_name=facts.models[request["model"]].upstream,
    )
