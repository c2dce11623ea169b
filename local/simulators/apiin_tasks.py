"""What becomes of a request to apiin: its ids, words and music, and what it may be made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from local.simulators.apiin_checks import Rules, Source
from local.simulators.apiin_facts import ApiinSwitches, models
from local.simulators.apiin_scenario import LOOKS, ApiinScenario, State
from local.simulators.dice import Dice
from local.simulators.tasks import Draft, Order, Task, Words, make_brief
from local.simulators.words import lyrics_for, title_for
from local.simulators.world import World

type ApiinWorld = World[ApiinScenario]
type ApiinTask = Task[ApiinScenario]

_TAGS: Final = "warm, melodic"
# One uploads by other means than this API: an id that looks so is an upload of so many seconds.
_UPLOAD: Final = re.compile(r"aud-(\d{1,4})s-[\w-]{1,64}")


@dataclass(frozen=True, slots=True)
class Text:
    """What a request says of the music, whatever its shape and operation."""

    title: str
    lyrics: str
    tags: str
    instrumental: bool
    sounds: Mapping[str, str]
    """What decides the tune: prompt, style and title of its own, or of what it is made of."""


def switches(world: World[Any]) -> ApiinSwitches:
    """Find the settings of apiin; its defaults, where nobody chose."""
    chosen = world.settings.switches
    return chosen if isinstance(chosen, ApiinSwitches) else ApiinSwitches()


def switched(world: ApiinWorld, task: ApiinTask) -> ApiinSwitches:
    """Find the settings for one task, whose scenario may set some otherwise."""
    return replace(switches(world), **dict(task.scenario.switched))  # type: ignore[arg-type]


def rules(world: ApiinWorld) -> Rules:
    """Tell what requests are held against, finished tasks among it."""

    def of_task(task_id: str, index: int) -> Source | None:
        task = world.tasks.get(task_id)
        if task is None or not is_complete(world, task) or index >= len(task.clips):
            return None
        return Source(task.request["model"], task.clips[index].seconds)

    def of_audio(audio_id: str) -> Source | None:
        if found := _UPLOAD.fullmatch(audio_id):
            return Source(next(iter(models(switches(world)))), float(found[1]))
        task, clip = world.clips.get(audio_id, (None, None))
        return of_task(task.task_id, clip.index) if task and clip else None

    return Rules(models(switches(world)), world.settings.strict, of_task, of_audio)


def is_complete(world: ApiinWorld, task: ApiinTask) -> bool:
    """Tell whether all of a task is there by now."""
    mark = task.mark(task.scenario.marks, world.clock.published())
    return LOOKS[State(mark.status)] == LOOKS[State.COMPLETE]


def draft(order: Order[ApiinScenario], text: Text, *, prefix: str, world: ApiinWorld) -> Draft:
    """Settle what a task is called, says and sounds like."""
    dice = order.dice
    model = models(switches(world))[order.request["model"]]
    return Draft(
        task_id=f"{prefix}{dice.hex32('task')[:13]}{switches(world).id_suffix}",
        clip_ids=tuple(dice.uuid(f"clip {index}") for index in range(order.scenario.tracks)),
        words=Words(
            title=text.title,
            lyrics="" if text.instrumental else text.lyrics,
            tags=text.tags,
            model_name=model.upstream,
        ),
        brief=make_brief(world.settings, instrumental=text.instrumental, **text.sounds),
    )


def text_of(request: Mapping[str, Any], _source: ApiinTask | None, dice: Dice) -> Text:
    """Read what a request says: words of its own, or a description that words are made of."""
    described = request.get("gpt_description_prompt")
    prompt = request.get("prompt", "") if described is None else described
    style, title = request.get("style", ""), request.get("title", "")
    return Text(
        title=title or title_for(prompt),
        lyrics=prompt if described is None else lyrics_for(prompt, dice),
        tags=style or _TAGS,
        instrumental=request.get("make_instrumental", False),
        sounds={"prompt": prompt, "style": style, "title": title},
    )


def text_after(request: Mapping[str, Any], source: ApiinTask | None, dice: Dice) -> Text:
    """Read what is said of music that is made of other music, which lends what is not said."""
    told = text_of(request, None, dice)
    lent = source.words if source else Words("Untitled", lyrics_for("", dice), _TAGS, "")
    names = ("origin_task_id", "extend_audio_index", "audio_id")
    origin = " ".join(str(request[name]) for name in names if name in request)
    return Text(
        title=request.get("title") or lent.title,
        lyrics=request.get("prompt") or lent.lyrics,
        tags=request.get("style") or lent.tags,
        instrumental=source.brief.instrumental if source else False,
        # It is other music than its source, even where nothing else is said.
        sounds={**told.sounds, "prompt": f"{request.get('prompt', '')}\nafter {origin}"},
    )
