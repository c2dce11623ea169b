"""The parts of a track: which there are, whom they sound in, and the bodies that tell of them."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from local.simulators.scenario import Mark
from local.simulators.suno_scenario import Call
from local.simulators.suno_tasks import SunoTask
from local.simulators.suno_texts import READY
from local.simulators.suno_wire import FAILED, camel, shaped, time
from local.simulators.tune import Brief, compose

type Json = dict[str, Any]

_VOICE: Final = ("voice",)
_BAND: Final = ("pad", "keys", "pluck", "bass", "kick", "snare", "hat")
# Nobody plays brass, strings, woodwinds, effects or a second voice in these tunes.
STEMS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "separate_vocal": {"instrumental": _BAND, "vocal": _VOICE},
    "split_stem": {
        "backing_vocals": (),
        "bass": ("bass",),
        "brass": (),
        "drums": ("kick", "snare"),
        "fx": (),
        "guitar": ("pluck",),
        "keyboard": ("keys",),
        "percussion": ("hat",),
        "strings": (),
        "synth": ("pad",),
        "vocal": _VOICE,
        "woodwinds": (),
    },
}
# In the order of a poll, which knows all of them whatever was asked.
_POLLED: Final = (
    "instrumental", "vocal", "backing_vocals", "drums", "bass", "guitar", "keyboard",
    "percussion", "strings", "synth", "fx", "brass", "woodwinds",
)  # fmt: skip
_FAILED_CODE: Final = 400


def parted(kind: str, whole: Brief, track: int) -> Brief:
    """Divide a track into the parts that sound in it."""
    playing = {note.part for note in compose(whole, track).notes}
    stems = tuple(parts for parts in STEMS[kind].values() if playing & {*parts})
    return replace(whole, stems=stems, of=track)


def callback(task: SunoTask, call: Call) -> bytes:
    """Tell that the parts are there, or that there will be none; it names no stage."""
    shape = call.shape
    task_id = task.dice.hex32("foreign task") if shape.foreign_id else task.task_id
    failed = call.stage == "error"
    parts: Json = {
        f"{name}_url": url if shape.audio else None
        for name, url in _urls(task, STEMS[task.request["type"]]).items()
    }
    return shaped(
        {
            "code": _FAILED_CODE if failed else 200,
            "msg": f"vocal Removal {'failed' if failed else 'generated successfully.'}",
            "data": {
                shape.id_key: task_id,
                "vocal_removal_info": None if failed else {"origin_url": "", **parts},
            },
        },
        shape,
    )


def record_info(task: SunoTask, mark: Mark, ends_at: datetime) -> Json:
    """Answer a poll; the parts that do not apply are null, and it has its own words for much."""
    failed, ready = mark.status in FAILED, mark.status in READY
    return {
        "code": 200,
        "msg": "success",
        "data": {
            "taskId": task.task_id,
            "musicId": task.request["audioId"],
            "callbackUrl": task.request["callBackUrl"],
            "musicIndex": task.brief.of,
            "completeTime": time(ends_at) if ready else None,
            "response": _polled(task) if ready and mark.full else None,
            "successFlag": mark.status,
            "createTime": time(task.created_at),
            "errorCode": _FAILED_CODE if failed else None,
            "errorMessage": "The parts could not be made." if failed else None,
        },
    }


def _polled(task: SunoTask) -> Json:
    asked = STEMS[task.request["type"]]
    urls = _urls(task, {name: asked.get(name, ()) for name in _POLLED})
    return {"originUrl": None, **{camel(f"{name}_url"): url for name, url in urls.items()}}


def _urls(task: SunoTask, stems: Mapping[str, tuple[str, ...]]) -> dict[str, str | None]:
    clips = dict(zip(task.brief.stems, task.clips, strict=True))
    return {
        name: f"{task.base_url}/files/{clips[parts].clip_id}.mp3" if parts in clips else None
        for name, parts in stems.items()
    }
