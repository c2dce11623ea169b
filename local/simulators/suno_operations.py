"""The further operations of the suno format, a row each: address, price, and what comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from local.simulators import suno_stems
from local.simulators.reading import Body
from local.simulators.scenario import Moment
from local.simulators.suno_facts import Facts
from local.simulators.suno_requests import DEFAULT_MODEL
from local.simulators.suno_scenario import SunoScenario
from local.simulators.suno_tasks import GENERATE, SunoTask, SunoWorld, draft
from local.simulators.tasks import Draft, Order, make_brief

type Song = Mapping[str, Any]
type Drafted = Callable[[SunoWorld, Order[SunoScenario], Facts], Draft]

MUSIC_POLL: Final = "/api/v1/generate/record-info"
_SONG_PRICE: Final = Decimal(12)
_SOUND_PRICE: Final = Decimal("2.5")
_TEXT_PRICE: Final = Decimal("0.4")
_STEM_PRICES: Final = {"separate_vocal": Decimal(10), "split_stem": Decimal(50)}


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: what its tasks are called, where it is asked for, and where it is polled."""

    name: str
    path: str
    drafted: Drafted
    price: Callable[[Body], Decimal] = lambda _: _SONG_PRICE
    poll: str = MUSIC_POLL
    ends: Moment = Moment.COMPLETE
    """When it is over."""
    staged: bool = True
    """Whether there are stages before it is complete."""


def source_of(world: SunoWorld, body: Body) -> SunoTask | None:
    """Find the task whose track a request names; None is no such track."""
    return world.clips.get(body.get("audioId", ""), (None, None))[0]


def course(scenario: SunoScenario, row: Operation, *, called: bool) -> SunoScenario:
    """Tell how a task of an operation goes, which may have fewer stages, or nobody to call."""
    calls = tuple(
        replace(call, after=_by(row.ends, call.after))
        for call in scenario.calls
        if called and (row.staged or call.stage in {"complete", "error"})
    )
    marks = tuple(
        replace(mark, after=_by(row.ends, mark.after))
        for mark in scenario.marks
        if row.staged or mark.status not in {"GENERATING", "TEXT_SUCCESS", "FIRST_SUCCESS"}
    )
    held = min(scenario.answer_after_calls, len(calls))
    return replace(scenario, calls=calls, marks=marks, answer_after_calls=held)


def _by(end: Moment, moment: Moment) -> Moment:
    order = list(Moment)
    return min(end, moment, key=order.index)


def _as_song(write: Callable[[Body, SunoTask | None], Song]) -> Drafted:
    """Make a tune as a generation does, of what an operation says and of what it starts from."""

    def drafted(world: SunoWorld, order: Order[SunoScenario], facts: Facts) -> Draft:
        body = order.request
        song = {"model": body["model"], **write(body, source_of(world, body))}
        made = draft(replace(order, request=song), facts, world.settings)
        # Another tune than its source's, and than a generation's in the same words.
        told = [body.get(name, "") for name in ("audioId", "uploadUrl", "soundKey", "soundTempo")]
        brief = make_brief(
            world.settings,
            prompt=f"{song['prompt']}\n{' '.join(map(str, told))}",
            style=song.get("style", ""),
            title=song.get("title", ""),
            instrumental=song["instrumental"],
            voice=body.get("vocalGender", ""),
        )
        return replace(made, brief=brief)

    return drafted


def _extended(body: Body, source: SunoTask | None) -> Song:
    words = source.words if source else None
    if body["defaultParamFlag"] or words is None:
        told = {name: body[name] for name in ("prompt", "style", "title")}
    else:
        told = {"prompt": words.lyrics, "style": words.tags, "title": words.title}
    return told | {
        "customMode": True,
        "instrumental": bool(source and source.brief.instrumental),
    }


def _covered(body: Body, _source: SunoTask | None) -> Song:
    return {"prompt": "", **body}


def _continued(body: Body, _source: SunoTask | None) -> Song:
    named = {"prompt": body.get("prompt", ""), "instrumental": body.get("instrumental", False)}
    words = {name: body[name] for name in ("style", "title") if name in body}
    return words | named | {"customMode": body["defaultParamFlag"]}


def _accompanied(body: Body, _source: SunoTask | None) -> Song:
    return {
        "customMode": True, "instrumental": True, "prompt": "", "style": body["tags"],
        "title": body["title"],
    }  # fmt: skip


def _sung(body: Body, _source: SunoTask | None) -> Song:
    words = {name: body[name] for name in ("prompt", "style", "title")}
    return words | {"customMode": True, "instrumental": False}


def _sounding(body: Body, _source: SunoTask | None) -> Song:
    return {"customMode": False, "instrumental": True, "prompt": body["prompt"]}


def _texts(world: SunoWorld, order: Order[SunoScenario], facts: Facts) -> Draft:
    """Make no music: a text has no track."""
    plain = {
        "customMode": False, "instrumental": False, "model": DEFAULT_MODEL,
        "prompt": order.request["prompt"],
    }  # fmt: skip
    return replace(draft(replace(order, request=plain), facts, world.settings), clip_ids=())


def _parts(world: SunoWorld, order: Order[SunoScenario], _facts: Facts) -> Draft:
    source, clip = world.clips[order.request["audioId"]]
    brief = suno_stems.parted(order.request["type"], source.brief, clip.index)
    clip_ids = tuple(order.dice.uuid(f"clip {index}") for index in range(len(brief.stems)))
    return Draft(order.dice.hex32("task"), clip_ids, source.words, brief)


def _converted(world: SunoWorld, order: Order[SunoScenario], _facts: Facts) -> Draft:
    source, _ = world.clips[order.request["audioId"]]
    return Draft(order.dice.hex32("task"), (), source.words, source.brief)


MUSIC: Final = (
    Operation("extend", "/api/v1/generate/extend", _as_song(_extended)),
    Operation("upload_cover", "/api/v1/generate/upload-cover", _as_song(_covered)),
    Operation("upload_extend", "/api/v1/generate/upload-extend", _as_song(_continued)),
    Operation("add_instrumental", "/api/v1/generate/add-instrumental", _as_song(_accompanied)),
    Operation("add_vocals", "/api/v1/generate/add-vocals", _as_song(_sung)),
    Operation(
        "sounds", "/api/v1/generate/sounds", _as_song(_sounding), price=lambda _: _SOUND_PRICE
    ),
)
LYRICS: Final = Operation(
    "lyrics", "/api/v1/lyrics", _texts, price=lambda _: _TEXT_PRICE,
    poll="/api/v1/lyrics/record-info", ends=Moment.TEXT, staged=False,
)  # fmt: skip
STEMS: Final = Operation(
    "vocal_removal", "/api/v1/vocal-removal/generate", _parts,
    price=lambda body: _STEM_PRICES[body["type"]],
    poll="/api/v1/vocal-removal/record-info", staged=False,
)  # fmt: skip
WAV: Final = Operation(
    "wav", "/api/v1/wav/generate", _converted, price=lambda _: _TEXT_PRICE,
    poll="/api/v1/wav/record-info", ends=Moment.TEXT, staged=False,
)  # fmt: skip

# What the address of music knows, and of what something can be made.
SONGS: Final = frozenset({GENERATE, *(row.name for row in MUSIC)})
