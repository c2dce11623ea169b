"""The bodies of tasks that make no music: texts, and a track once more as a WAV file."""

import json
from datetime import datetime
from typing import Any, Final

from local.simulators.scenario import Mark
from local.simulators.suno_facts import Facts
from local.simulators.suno_scenario import Call
from local.simulators.suno_tasks import SunoTask
from local.simulators.suno_wire import FAILED, shaped, time
from local.simulators.words import lyrics_for, title_for

type Json = dict[str, Any]

READY: Final = frozenset({"SUCCESS", "CALLBACK_EXCEPTION"})
_FAILED_WORDS: Final = {"lyrics": "GENERATE_LYRICS_FAILED", "wav": "GENERATE_WAV_FAILED"}


def lyrics_callback(task: SunoTask, call: Call, facts: Facts) -> bytes:
    """Tell that the texts are there, or that there will be none."""
    shape = call.shape
    task_id = task.dice.hex32("foreign task") if shape.foreign_id else task.task_id
    failed = call.stage == "error"
    report: Json = {
        "callbackType": shape.error_word if failed else call.stage,
        facts.lyrics_id_key if shape.id_key == "task_id" else shape.id_key: task_id,
        "data": None if failed else _texts(task, facts.lyrics_error_key) if shape.audio else [],
    }
    if failed:
        code = facts.failures[task.scenario.failure].code
        return shaped({"code": code, "msg": "Lyrics generation failed", "data": report}, shape)
    return shaped({"code": 200, "msg": "All generated successfully.", "data": report}, shape)


def lyrics_record_info(task: SunoTask, mark: Mark, facts: Facts) -> Json:
    """Answer a poll of texts."""
    failed = facts.failures[task.scenario.failure] if mark.status in FAILED else None
    has_texts = mark.status in READY and mark.full
    # A poll spells the field so at every provider.
    texts = {"taskId": task.task_id, "data": _texts(task, "errorMessage")} if has_texts else None
    return {
        "code": 200,
        "msg": "success",
        "data": {
            "taskId": task.task_id,
            "param": json.dumps(task.request),
            "response": texts,
            "status": _word(mark, "lyrics"),
            "type": "LYRICS",
            "errorCode": failed.code if failed else None,
            "errorMessage": failed.msg if failed else None,
        },
    }


def wav_callback(task: SunoTask, call: Call, facts: Facts) -> bytes:
    """Tell where the WAV file is, or that there will be none."""
    shape = call.shape
    task_id = task.dice.hex32("foreign task") if shape.foreign_id else task.task_id
    failed = facts.failures[task.scenario.failure] if call.stage == "error" else None
    url = _wav_url(task) if not failed and shape.audio else None
    code, msg = (failed.code, failed.msg) if failed else (200, "success")
    data = {"audioWavUrl": url, shape.id_key: task_id}
    return shaped({"code": code, "msg": msg, "data": data}, shape)


def wav_record_info(task: SunoTask, mark: Mark, facts: Facts, ends_at: datetime) -> Json:
    """Answer a poll of a WAV file."""
    failed = facts.failures[task.scenario.failure] if mark.status in FAILED else None
    ready = mark.status in READY
    return {
        "code": 200,
        "msg": "success",
        "data": {
            "taskId": task.task_id,
            "musicId": task.request["audioId"],
            "callbackUrl": task.request["callBackUrl"],
            "completeTime": time(ends_at) if ready else None,
            "response": {"audioWavUrl": _wav_url(task)} if ready and mark.full else None,
            "successFlag": _word(mark, "wav"),
            "createTime": time(task.created_at),
            "errorCode": failed.code if failed else None,
            "errorMessage": failed.msg if failed else None,
        },
    }


def _texts(task: SunoTask, error_key: str) -> list[Json]:
    prompt = task.request["prompt"]
    return [
        {
            "text": lyrics_for(prompt, task.dice.child("text", number)),
            "title": title_for(prompt),
            "status": "complete",
            error_key: "",
        }
        for number in range(task.scenario.tracks)
    ]


def _word(mark: Mark, kind: str) -> str:
    return _FAILED_WORDS[kind] if mark.status == "GENERATE_AUDIO_FAILED" else mark.status


def _wav_url(task: SunoTask) -> str:
    return f"{task.base_url}/files/{task.request['audioId']}.wav"
