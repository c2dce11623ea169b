"""The bodies of Stratizon: what a create, a poll, an upload and a refusal say."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

from local.simulators.scenario import Mark
from local.simulators.stratizon_facts import (
    CREDITS_PER_USD,
    FAILURES,
    MODELS,
    ClipUrlKey,
    Failure,
    StatusWords,
    StratizonSwitches,
    Verdict,
)
from local.simulators.stratizon_scenarios import REFUNDED, StratizonScenario
from local.simulators.tasks import Clip, Task

type Json = dict[str, Any]
type StratizonTask = Task[StratizonScenario]

_FAILED: Final = Mark("failed")
_FOUR_DECIMALS: Final = Decimal("0.0001")
# What is not here is written as it is.
_WORDS: Final[Mapping[StatusWords, Mapping[str, str]]] = {
    "succeeded": {},
    "success": {"succeeded": "success", "canceled": "cancelled"},
    "completed": {
        "queued": "pending",
        "running": "processing",
        "succeeded": "completed",
        "canceled": "cancelled",
    },
}


def accepted(task: StratizonTask, switches: StratizonSwitches) -> Json:
    """Say that a task was made, and what it cost."""
    return {
        "task_id": task.task_id,
        "status": _word("queued", task, switches),
        "model": task.request["model"],
        "billing": _billing(task, switches, is_refunded=False),
        **_extras(task),
    }


def envelope(task: StratizonTask, switches: StratizonSwitches, now: float) -> Json:
    """Answer a poll."""
    mark = _FAILED if task.trouble else task.mark(task.scenario.marks, now)
    body: Json = {
        "task_id": task.task_id,
        "status": _word(mark.status, task, switches),
        "model": task.request["model"],
    }
    if mark.status == "succeeded":
        body["output"] = {"clips": [_clip(task, clip, mark, switches) for clip in task.clips]}
    if mark.status == "failed":
        failure = Failure(task.trouble or task.scenario.failure)
        body["error"] = {"code": failure.value, "message": FAILURES[failure]}
    back_at = refunded_at(task)
    is_refunded = bool(task.trouble) or (back_at is not None and back_at <= now)
    body["billing"] = _billing(task, switches, is_refunded=is_refunded)
    if switches.echo_metadata and "metadata" in task.request:
        body["metadata"] = task.request["metadata"]
    return body | _extras(task)


def uploaded(artifact_id: str) -> Json:
    """Say what an upload is called from now on."""
    return {"artifact_id": artifact_id}


def refused(verdict: Verdict, switches: StratizonSwitches) -> Json:
    """Say why a request was refused."""
    error: Json = {"code": verdict.code, "message": verdict.message}
    shapes: Mapping[str, Json] = {
        "nested": {"error": error},
        "flat": error,
        "text": {"error": verdict.message},
    }
    return shapes[switches.error_shape]


def price(task: StratizonTask) -> Decimal:
    """Tell what a task costs, in credits."""
    return MODELS[task.request["model"]].credits


def refunded_at(task: StratizonTask) -> float | None:
    """Tell when a task's price is given back, on the clock of published seconds, if it is."""
    lost = [mark for mark in task.scenario.marks if mark.status in REFUNDED]
    return task.at(lost[0].after, lost[0].plus_s) if lost else None


def _clip(task: StratizonTask, clip: Clip, mark: Mark, switches: StratizonSwitches) -> Json:
    url = f"{task.base_url}/files/{clip.clip_id}.{_suffix(task)}" if mark.full else None
    named: Mapping[ClipUrlKey, Json] = {
        "audio_url": {"audio_url": url},
        "url": {"url": url},
        "audio.url": {"audio": {"url": url}},
    }
    return {
        "artifact_id": clip.clip_id,
        **named[task.scenario.clip_url_key or switches.clip_url_key],
        "duration_seconds": round(clip.seconds * task.scenario.length_lie, 2),
        **_extras(task),
    }


def _suffix(task: StratizonTask) -> str:
    options = task.request.get("model_options", {}).get("minimax", {})
    suffix: str = options.get("audio_setting", {}).get("format", "mp3")
    return suffix


def _word(state: str, task: StratizonTask, switches: StratizonSwitches) -> str:
    words = _WORDS[task.scenario.status_words or switches.status_words]
    return words.get(state, state)


def _billing(task: StratizonTask, switches: StratizonSwitches, *, is_refunded: bool) -> Json:
    credits_as = task.scenario.credits_as or switches.credits_as

    def amounts(name: str) -> Json:
        return {
            f"{name}_credits": _amount(price(task), credits_as),
            f"{name}_credits_usd_reference": _amount(price(task) / CREDITS_PER_USD, credits_as),
        }

    billing = amounts("charged")
    keys = task.scenario.refund_keys or switches.refund_keys
    if is_refunded and keys != "none":
        billing |= amounts("refunded")
    if is_refunded and keys == "credits":
        del billing["refunded_credits_usd_reference"]
    return billing


def _amount(value: Decimal, credits_as: str) -> str | float:
    return str(value.quantize(_FOUR_DECIMALS)) if credits_as == "string" else float(value)


def _extras(task: StratizonTask) -> Json:
    if not task.scenario.unknown_fields:
        return {}
    return {"request_id": "req-7", "extra": {"region": "sg", "attempts": [1, None]}}
