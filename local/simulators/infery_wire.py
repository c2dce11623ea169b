"""The bodies of infery: a result, an accepted job in two vocabularies, a poll, an error, models."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from local.simulators.dice import Dice
from local.simulators.infery_facts import MODELS, PRICE, PROBLEMS, Problem
from local.simulators.infery_inline import Inline
from local.simulators.infery_jobs import InferyTask, form_of, results_of
from local.simulators.infery_scenario import Failure
from local.simulators.infery_switches import InferySwitches, Mode, Word
from local.simulators.scenario import Mark, Moment, Refusal
from local.simulators.tasks import Clip
from local.simulators.words import lyrics_for

type Json = dict[str, Any]

FAILURES: Final[Mapping[Failure, Problem]] = {
    Failure.GENERATION: PROBLEMS[Refusal.UPSTREAM],
    Failure.POLICY: Problem(
        400,
        "invalid_request_error",
        "content_policy_violation",
        "The request was rejected by the content policy.",
    ),
    Failure.SERVER: PROBLEMS[Refusal.SERVER],
    Failure.TIMEOUT: PROBLEMS[Refusal.TIMEOUT],
}
_TYPES: Final[Mapping[str, str]] = {"mp3": "audio/mpeg", "wav": "audio/wav"}
_OWNERS: Final[Mapping[str, str]] = {"suno": "suno", "lyria": "google"}
# When the models were made is not published.
_MODELS_CREATED: Final = 1_735_689_600
_BUSY_PERCENT_MAX: Final = 99


@dataclass(frozen=True, slots=True)
class Sound:
    """How one track is brought: by its link, inline, both or neither."""

    clip: Clip
    seconds: float
    url: str | None = None
    inline: Inline | None = None


def failed(problem: Problem) -> Json:
    """Say what is wrong with a request."""
    return {
        "error": {"message": problem.message, "type": problem.kind, "code": problem.code},
    }


def result(
    task: InferyTask, sounds: list[Sound] | None, *, own: InferySwitches, at: datetime
) -> Json:
    """Say what came of a job; no sounds at all are lyrics."""
    shape = task.scenario.shape
    body: Json = {"created": int(at.timestamp())}
    if shape.data != "absent":
        items = _texts(task, own) if sounds is None else [_item(task, it, own) for it in sounds]
        body["data"] = {"items": items, "empty": [], "null": None}[shape.data]
    if shape.unknown_fields:
        body |= {"object": "music.generation", "usage": {"seconds": [28, None]}, "region": "eu"}
    return body


def finished(body: Json) -> Json:
    """Say what a result cost."""
    return body | {"credits_used": PRICE}


def accepted(task_id: str | None, model: str | None, mode: Mode, at: datetime) -> Json:
    """Say that there is a job, in the words of the prose or of the schema; None hides its id."""
    if mode == "async_prose":
        body: Json = {"job_id": task_id, "status": "queued", "created_at": _stamp(at)}
    else:
        body = {"id": task_id, "status": "queued", "progress": 0, "created": int(at.timestamp())}
    named = {key: value for key, value in body.items() if value is not None}
    return named | {"model": model}


def poll(
    task: InferyTask, mark: Mark, *, now: float, mode: Mode, word: Word, made: Json | None
) -> Json:
    """Say how far a job is; `made` is its result, where it is there."""
    body: Json = {"job_id" if mode == "async_prose" else "id": task.task_id}
    if made is not None:
        return finished(body | {"status": word, "progress": 100, "result": made})
    body["status"] = mark.status
    if mark.status == "failed":
        problem = FAILURES[task.scenario.failure]
        whole = task.scenario.shape.error == "object"
        return body | (failed(problem) if whole else {"error": problem.message})
    spent = (now - task.began) / task.moments[Moment.COMPLETE]
    busy = mark.status != "queued"
    return body | {"progress": min(int(spent * 100), _BUSY_PERCENT_MAX) if busy else 0}


def models(modality: str | None) -> Json:
    """List the models of a modality; all that this simulator has are for music."""
    rows = [
        {
            "id": name,
            "object": "model",
            "created": _MODELS_CREATED,
            "owned_by": _OWNERS[model.family],
            "modality": "music",
        }
        for name, model in MODELS.items()
    ]
    return {"object": "list", "data": rows if modality in {None, "music"} else []}


def _item(task: InferyTask, sound: Sound, own: InferySwitches) -> Json:
    shape = task.scenario.shape
    item: Json = {
        "url": sound.url,
        "b64_audio": sound.inline,
        "content_type": shape.content_type or _TYPES[form_of(task)],
        "duration_seconds": _number(round(sound.seconds * task.scenario.length_lie, 2)),
        "lyrics": task.words.lyrics or None,
    }
    ids = {"id": sound.clip.clip_id, "audio_id": sound.clip.clip_id, "task_id": task.task_id}
    return _kept(task, item) | (ids if own.extra_ids else {})


def _texts(task: InferyTask, own: InferySwitches) -> list[Json]:
    """Write as many lyrics as results are asked for."""
    count = results_of(task.request, task.scenario, own)
    prompt = task.request["prompt"]
    texts = [lyrics_for(prompt, Dice(f"{task.task_id}/{number}")) for number in range(count)]
    ids = {"task_id": task.task_id} if own.extra_ids else {}
    return [_kept(task, {"lyrics": text}) | ids for text in texts]


def _kept(task: InferyTask, item: Json) -> Json:
    shape = task.scenario.shape
    more = {"title": task.words.title, "stats": {"plays": 0}} if shape.unknown_fields else {}
    return {key: it for key, it in item.items() if it is not None or shape.nulls} | more


def _number(seconds: float) -> int | float:
    return int(seconds) if seconds.is_integer() else seconds


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
