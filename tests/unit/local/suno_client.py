"""A client of the further operations of the suno format, and files for them to start from."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from local.simulators import Served
from tests.support.loopback import answer, loopback
from tests.unit.local.receiver import CLIENT, KEY, Receiver, custom, get, poll, task_id, wait
from tests.unit.local.receiver import create as generate
from tests.unit.local.suno_bodies import SOUND

type Made = tuple[str, dict[str, Any]]

PATHS = {
    "extend": "/api/v1/generate/extend",
    "upload_cover": "/api/v1/generate/upload-cover",
    "upload_extend": "/api/v1/generate/upload-extend",
    "add_instrumental": "/api/v1/generate/add-instrumental",
    "add_vocals": "/api/v1/generate/add-vocals",
    "sounds": "/api/v1/generate/sounds",
    "lyrics": "/api/v1/lyrics",
    "vocal_removal": "/api/v1/vocal-removal/generate",
    "wav": "/api/v1/wav/generate",
}
POLLS = {
    "lyrics": "/api/v1/lyrics/record-info",
    "vocal_removal": "/api/v1/vocal-removal/record-info",
    "wav": "/api/v1/wav/record-info",
}
SONGS = PATHS.keys() - POLLS.keys()
FAILED = {"lyrics": "GENERATE_LYRICS_FAILED", "vocal_removal": "GENERATE_AUDIO_FAILED",
          "wav": "GENERATE_WAV_FAILED"}  # fmt: skip
# How many callbacks come, and what a poll says in the end.
COURSES: dict[str, tuple[int, str]] = {
    "S1-happy": (1, "SUCCESS"),
    "S2-slow": (1, "SUCCESS"),
    "S10-unknown-fields": (1, "SUCCESS"),
    "S11-failure-after-accept": (1, "failed"),
    "S12-never-finishes": (0, "PENDING"),
    "duplicate": (3, "SUCCESS"),
    "skip-text-first": (1, "SUCCESS"),
    "out-of-order": (1, "SUCCESS"),
    "lost-callbacks": (0, "SUCCESS"),
    "lost-complete": (0, "SUCCESS"),
    "complete-before-answer": (1, "SUCCESS"),
    "complete-without-audio": (2, "SUCCESS"),
    "camel-task-id": (1, "SUCCESS"),
    "callback-exception": (0, "CALLBACK_EXCEPTION"),
    "create-task-failed": (0, "CREATE_TASK_FAILED"),
    "complete-then-pending": (1, "PENDING"),
    "complete-then-failed": (1, "failed"),
    "error-then-success": (1, "SUCCESS"),
}
OVER = {"SUCCESS", "CALLBACK_EXCEPTION"}


def ask(sim: Served, name: str, body: object, **headers: str) -> httpx.Response:
    """Ask for a further operation."""
    return CLIENT.post(f"{sim.base_url}{PATHS[name]}", json=body, headers=KEY | headers)


def record(sim: Served, name: str, task: str) -> Any:
    """Ask how far a task is, where tasks of its kind are known."""
    path = POLLS.get(name, "/api/v1/generate/record-info")
    return get(sim, path, taskId=task).json()["data"]


def status(sim: Served, name: str, task: str) -> str:
    """Read the word for how far a task is, whichever field it is in."""
    data = record(sim, name, task)
    return str(data.get("status") or data["successFlag"])


def done(sim: Served, name: str, task: str) -> Any:
    """Wait until all is there, and give it."""
    wait(lambda: status(sim, name, task) in OVER)
    return record(sim, name, task)


def source(sim: Served, receiver: Receiver, **changes: object) -> Made:
    """Make music and wait for it: its task and its first track."""
    told = {"prompt": "[Verse] Sea", "instrumental": False} | changes
    task = task_id(generate(sim, custom(receiver, "source", **told)))
    wait(lambda: poll(sim, task)["data"]["status"] in OVER)
    tracks = (poll(sim, task)["data"]["response"] or {"sunoData": [{}]})["sunoData"]
    return task, tracks[0]


def body_for(name: str, receiver: Receiver, made: Made, **changes: object) -> dict[str, Any]:
    """Write a sound request that starts from what was made; its own name is where it calls back."""
    task, track = made
    known = {"audioId": track["id"], "taskId": task, "uploadUrl": track["audioUrl"]}
    told = {field: known[field] for field in known if field in SOUND[name]}
    more = {"instrumental": True, "continueAt": 10} if name == "upload_extend" else {}
    back = {"callBackUrl": receiver.path(f"further-{name}")}
    return SOUND[name] | told | more | back | changes


@contextmanager
def shelf(files: dict[str, bytes]) -> Iterator[str]:
    """Serve files from loopback; give the address of where they are."""
    with loopback() as server:
        server.answers |= {f"/{name}": answer(content) for name, content in files.items()}
        yield server.url("")
