"""The bodies of the suno format: what a create, a callback and a poll say, letter for letter."""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from local.simulators.scenario import Mark
from local.simulators.suno_facts import Facts, Verdict
from local.simulators.suno_scenario import Call, Shape, SunoScenario
from local.simulators.suno_switches import SunoSwitches
from local.simulators.tasks import Clip, Task

type Json = dict[str, Any]
type SunoTask = Task[SunoScenario]

_MESSAGES: Final[Mapping[str, str]] = {
    "text": "Text generated successfully.",
    "first": "First audio generated successfully.",
    "complete": "All generated successfully.",
}
_ALL: Final = 99
# How many tracks have audio, by what record-info says. What is not here has no tracks at all.
_HEARD: Final[Mapping[str, int]] = {
    "TEXT_SUCCESS": 0,
    "FIRST_SUCCESS": 1,
    "SUCCESS": _ALL,
    "CALLBACK_EXCEPTION": _ALL,
}
FAILED: Final = frozenset(
    {"CREATE_TASK_FAILED", "GENERATE_AUDIO_FAILED", "SENSITIVE_WORD_ERROR", "FAILED"}
)


def created(task: SunoTask) -> Json:
    """Say that a task was made."""
    return {"code": 200, "msg": "success", "data": {"taskId": task.task_id}}


def refused(verdict: Verdict) -> Json:
    """Say why a request was refused."""
    return {"code": verdict.code, "msg": verdict.msg, "data": None}


def callback(task: SunoTask, call: Call, *, facts: Facts, switches: SunoSwitches) -> bytes:
    """Write the body of one callback."""
    shape = call.shape
    failed = call.stage == "error"
    report: Json = {
        "callbackType": shape.error_word if failed else call.stage,
        shape.id_key: task.dice.hex32("foreign task") if shape.foreign_id else task.task_id,
    }
    report |= _error_data(shape) if failed else {"data": _items(task, call, facts, switches)}
    verdict = facts.failures[task.scenario.failure] if failed else None
    code, msg = (verdict.code, verdict.msg) if verdict else (200, _MESSAGES[call.stage])
    body: Json = {"code": code, "msg": msg, "data": report}
    if call.stage == "complete":
        # Its keys come in another order than those of the other stages.
        body = {"code": code, "data": report, "msg": msg}
    return shaped(body, shape)


def shaped(body: Json, shape: Shape) -> bytes:
    """Write the body of a callback, with what its scenario adds to it and takes from it."""
    if not shape.wrapped:
        body = body["data"]
    if shape.unknown_fields:
        body |= {"requestId": "req-7", "extra": {"region": "sg", "attempts": [1, None]}}
    if shape.pad_bytes:
        body["padding"] = "x" * shape.pad_bytes
    raw = json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    return raw[: len(raw) // 2] if shape.broken else raw


def record_info(
    task: SunoTask,
    mark: Mark,
    facts: Facts,
    switches: SunoSwitches,
    operation: str = "generate",
) -> Json:
    """Answer a poll: camelCase, one level deeper than a callback, and `param` twice encoded."""
    verdict = facts.failures[task.scenario.failure] if mark.status in FAILED else None
    return {
        "code": 200,
        "msg": "success",
        "data": {
            "taskId": task.task_id,
            "parentMusicId": task.request.get("audioId", ""),
            "param": json.dumps(task.request),
            "response": _response(task, mark, facts, switches),
            "status": mark.status,
            "type": task.words.model_name,
            "operationType": operation,
            "errorCode": verdict.code if verdict else None,
            "errorMessage": verdict.msg if verdict else None,
            "createTime": time(task.created_at, switches.create_time),
        },
    }


def unknown_task() -> Json:
    """Answer a poll for a task nobody made."""
    return {"code": 200, "msg": "success", "data": None}


def _error_data(shape: Shape) -> Json:
    options: Mapping[str, Json] = {
        "null": {"data": None},
        "list": {"data": []},
        "string": {"error": "Generation failed"},
    }
    return options[shape.error_data]


def _items(task: SunoTask, call: Call, facts: Facts, switches: SunoSwitches) -> list[Json] | None:
    shape = call.shape
    variant = shape.text_variant or switches.text_variant
    if call.stage == "text" and variant != "A":
        return [] if variant == "B" else None
    heard = {"text": 0, "first": 1, "complete": _ALL}[call.stage] if shape.audio else 0
    items = []
    for clip in task.clips:
        item = _track(task, clip, switches, ready=clip.index < heard, form=shape.create_time)
        if call.stage == "text" or not _has_sources(facts, switches):
            item = _without_sources(item)
        if call.stage != "text" and item["duration"] is None:
            # As captured: an unfinished track of a later stage has no such key.
            del item["duration"]
        items.append(item)
    return items


def _track(
    task: SunoTask, clip: Clip, switches: SunoSwitches, *, ready: bool, form: str | None = None
) -> Json:
    words, clip_id, base = task.words, clip.clip_id, task.base_url
    name = base64.urlsafe_b64encode(clip_id.encode()).decode().rstrip("=")
    source = {"source_audio_url": f"{base}/source/{clip_id}.mp3"} if ready else {}
    return {
        "id": clip_id,
        "audio_url": f"{base}/files/{clip_id}.mp3" if ready else "",
        **source,
        "stream_audio_url": f"{base}/stream/{name}",
        "source_stream_audio_url": f"{base}/pipe/?item_id={clip_id}",
        "image_url": f"{base}/files/{clip_id}.png",
        "source_image_url": f"{base}/source/{clip_id}.png",
        "prompt": words.lyrics,
        "model_name": words.model_name,
        "title": words.title,
        "tags": words.tags,
        "createTime": time(task.created_at, form or switches.create_time),
        "duration": round(clip.seconds * task.scenario.length_lie, 2) if ready else None,
    }


def _response(task: SunoTask, mark: Mark, facts: Facts, switches: SunoSwitches) -> Json | None:
    if mark.status not in _HEARD:
        return None
    heard = _HEARD[mark.status] if mark.full else 0
    items = [_track(task, clip, switches, ready=clip.index < heard) for clip in task.clips]
    if not _has_sources(facts, switches):
        items = [_without_sources(item) for item in items]
    tracks = [{camel(key): value for key, value in item.items()} for item in items]
    return {"taskId": task.task_id, "sunoData": tracks}


def _without_sources(item: Json) -> Json:
    return {key: value for key, value in item.items() if not key.startswith("source_")}


def _has_sources(facts: Facts, switches: SunoSwitches) -> bool:
    return facts.source_keys if switches.source_keys is None else switches.source_keys


def time(at: datetime, form: str = "ms") -> int | str:
    """Write a time: a number of milliseconds, or a text without a zone."""
    return int(at.timestamp() * 1000) if form == "ms" else at.strftime("%Y-%m-%d %H:%M:%S")


def camel(name: str) -> str:
    """Spell a callback's key as polls spell it."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)
