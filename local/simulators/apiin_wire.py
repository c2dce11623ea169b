"""The bodies of apiin: what a create, a feed and a webhook say, letter for letter."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from local.simulators.apiin_facts import FAILURES, ApiinSwitches, Verdict
from local.simulators.apiin_scenario import LOOKS, ApiinScenario, Call, Look, Shape, State
from local.simulators.scenario import Mark
from local.simulators.tasks import Clip, Task

type Json = dict[str, Any]
type ApiinTask = Task[ApiinScenario]

_MESSAGES: Final[Mapping[str, str]] = {
    "text": "Text generated successfully.",
    "first": "First audio generated successfully.",
    "complete": "All generated successfully.",
}
# What apiin's own page shows of a result.
_LEAN: Final = (
    "id", "audio_url", "image_url", "status", "title", "duration", "model_name", "extra_message",
    "fail_message", "error_message",
)  # fmt: skip


def created(task: ApiinTask) -> Json:
    """Say that a task was made: a bare object."""
    return {"task_id": task.task_id, **_task(task, "pending")}


def cover_created(task: ApiinTask) -> Json:
    """Say that a cover's task was made, which is wrapped where all other tasks are not."""
    return _wrapped({"task_id": task.task_id})


def refused(verdict: Verdict, switches: ApiinSwitches) -> Json:
    """Say why a request was refused."""
    if switches.error_shape == "code_message":
        return {"code": verdict.status, "message": verdict.message}
    return {"error": {"type": verdict.kind, "message": verdict.message}}


def feed(task: ApiinTask, mark: Mark, switches: ApiinSwitches) -> Json:
    """
    Answer a poll.

    The newer kind says SUCCESS from the text on, and has a code; the older one says the stage.
    """
    state = State(mark.status)
    data = {
        "type": _type(LOOKS[state], switches),
        "request_body": _request_body(task),
        "response_data": _results(task, state, task.scenario.feed, switches, full=mark.full),
        "created_at": task.created_at.strftime("%Y-%m-%d %H:%M:%S"),
    }
    return data if switches.feed_type_vocab == "staged" else _wrapped(data)


def status(task: ApiinTask, mark: Mark) -> Json:
    """Answer a question for the task alone, whatever it is a task of."""
    return {"task_id": task.task_id, **_task(task, LOOKS[State(mark.status)].task)}


def cover_status(task: ApiinTask, mark: Mark, switches: ApiinSwitches) -> Json:
    """Answer a poll of a cover."""
    state = State(mark.status)
    results = _results(task, state, task.scenario.feed, switches, full=mark.full)
    return _wrapped(
        {"task_id": task.task_id, "status": LOOKS[state].task, "response_data": results}
    )


def webhook(task: ApiinTask, call: Call, switches: ApiinSwitches) -> bytes:
    """Write the body of one webhook."""
    results = _results(task, call.state, call.shape, switches)
    task_id = task.dice.hex32("foreign task") if call.shape.foreign_id else task.task_id
    bodies: Mapping[str, Json | list[Json]] = {
        # It does not say whose results they are.
        "bare_array": results,
        "wrapped": _wrapped({"task_id": task_id, "response_data": results}),
        "flat": {
            "task_id": task_id,
            "status": LOOKS[call.state].word,
            "response_data": results,
        },
    }
    body = json.dumps(bodies[switches.callback_shape], ensure_ascii=False)
    raw = body.encode("utf-8", "surrogatepass")
    return raw[: len(raw) // 2] if call.shape.broken else raw


def _wrapped(data: Json) -> Json:
    return {"code": 200, "message": "success", "data": data}


def _task(task: ApiinTask, word: str) -> Json:
    return {
        "status": word,
        "model": task.request["model"],
        "created_at": f"{_naive(task.created_at).isoformat(timespec='seconds')}Z",
    }


def _type(look: Look, switches: ApiinSwitches) -> str:
    if switches.feed_type_vocab == "staged":
        return look.word
    return "IN_PROGRESS" if look.task == "pending" else "SUCCESS"


def _request_body(task: ApiinTask) -> Json:
    asked = task.request
    return {
        "prompt": asked.get("prompt", asked.get("gpt_description_prompt", "")),
        "title": asked.get("title", ""),
        # In a result, tags are the style: not what the request called tags.
        "tags": asked.get("style", ""),
        "make_instrumental": task.brief.instrumental,
        "model": asked["model"],
    }


def _results(
    task: ApiinTask, state: State, shape: Shape, switches: ApiinSwitches, *, full: bool = True
) -> list[Json]:
    if state is State.PENDING:
        return []
    look = LOOKS[state]
    heard = look.heard if full and shape.audio else 0
    results = []
    for clip in task.clips:
        result = _result(task, clip, look, ready=clip.index < heard)
        result |= _shaped(task, clip, look, shape)
        if look.word == "complete":
            result["status"] = switches.complete_status_word
        if switches.item_keys == "lean":
            result = {key: value for key, value in result.items() if key in _LEAN}
        results.append(result | _more(shape))
    return results


def _result(task: ApiinTask, clip: Clip, look: Look, *, ready: bool) -> Json:
    """Write a result; what it does not have yet is an empty string, its duration included."""
    failed = clip.index >= look.sound
    words = task.words if look.word != "text" else None
    at = f"{_naive(task.created_at).isoformat(timespec='milliseconds')}Z"
    image = f"{task.base_url}/files/{clip.clip_id}.png"
    return {
        "id": clip.clip_id,
        "audio_url": _pipe(task, clip) if ready else "",
        "image_url": image,
        "image_large_url": image,
        "created_at": at,
        "createTime": at,
        "timestamp": int(task.created_at.timestamp() * 1000),
        "status": look.word,
        "title": words.title if words else "",
        "prompt": words.lyrics if words else "",
        "tags": words.tags if words else "",
        "duration": round(clip.seconds * task.scenario.length_lie, 2) if ready else "",
        "model_name": task.words.model_name,
        "extra_message": "" if failed else _MESSAGES.get(look.word, ""),
        **(
            FAILURES[task.scenario.failure] if failed else {"fail_message": "", "error_message": ""}
        ),
    }


def _shaped(task: ApiinTask, clip: Clip, look: Look, shape: Shape) -> Json:
    if look.word != "text":
        return {}
    early = {"audio_url": _pipe(task, clip)} if shape.early_audio else {}
    return early if shape.ids else early | {"id": ""}


def _more(shape: Shape) -> Json:
    extra: Json = {"extra": {"region": "sg", "attempts": [1, None]}} if shape.unknown_fields else {}
    return extra | ({"padding": "x" * shape.pad_bytes} if shape.pad_bytes else {})


def _pipe(task: ApiinTask, clip: Clip) -> str:
    return f"{task.base_url}/pipe/?item_id={clip.clip_id}"


def _naive(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)
