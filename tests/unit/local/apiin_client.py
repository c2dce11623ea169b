"""A client of the simulated apiin, and all its scenarios: what is expected, and what came."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx

from local.simulators import Served
from local.simulators.apiin_scenarios import SCENARIOS
from tests.unit.local.receiver import CLIENT, KEY, Receiver, get, wait
from tests.unit.local.scenes import OK, Asked, Played, collect, creates, over

MUSIC = "/api/v1/audio/music"
EXTEND = f"{MUSIC}/extend"
COVER = f"{MUSIC}/upload-cover/generate"
ALL = ["text", "first", "complete"]
CREATES = creates()
# What is called back, in its order, and what a feed's results say in the end.
COURSES: dict[str, tuple[list[str], list[str]]] = {
    "S1-happy": (ALL, ["complete", "complete"]),
    "S2-slow": (ALL, ["complete", "complete"]),
    "S10-unknown-fields": (ALL, ["complete", "complete"]),
    "S11-failure-after-accept": (["error"], ["text", "text"]),
    "S12-never-finishes": ([], []),
    "skip-text-first": (["complete"], ["complete", "complete"]),
    "out-of-order": (["complete", "first", "text"], ["complete", "complete"]),
    "lost-callbacks": ([], ["complete", "complete"]),
    "lost-complete": (["text", "first"], ["complete", "complete"]),
    "callback-before-answer": (ALL, ["complete", "complete"]),
    "complete-before-answer": (ALL, ["complete", "complete"]),
    "callback-wrapped": (ALL, ["complete", "complete"]),
    "callback-flat": (ALL, ["complete", "complete"]),
    "foreign-task-id": (ALL, ["complete", "complete"]),
    "too-large": (ALL, ["complete", "complete"]),
    "broken-json": (ALL, ["complete", "complete"]),
    "complete-without-audio": (["text", "complete", "complete"], ["complete", "complete"]),
    "complete-says-first": (ALL, ["first", "first"]),
    "lean-items": (ALL, ["complete", "complete"]),
    "early-audio-url": (ALL, ["complete", "complete"]),
    "text-without-ids": (ALL, ["complete", "complete"]),
    "one-track": (ALL, ["complete"]),
    "status-unknown": (ALL, ["complete", "complete"]),
    "fail-generation": (["error"], ["text", "text"]),
    "fail-policy": (["error"], ["text", "text"]),
    "fail-server": (["error"], ["text", "text"]),
    "sensitive-word": ([], ["text", "text"]),
    "failure-after-text": (["text", "error"], ["text", "text"]),
    "failure-after-first": (["text", "first", "error"], ["first", "first"]),
    "one-track-fails": (["text", "first", "error"], ["complete", "complete"]),
    "error-then-complete": (["error", "complete"], ["complete", "complete"]),
    "complete-then-pending": (ALL, []),
    "complete-then-failed": (ALL, ["text", "text"]),
    "error-then-success": (["text", "error"], ["complete", "complete"]),
}


def ask(sim: Served, body: object, path: str = MUSIC, **headers: str) -> httpx.Response:
    """Send a create."""
    return CLIENT.post(f"{sim.base_url}{path}", json=body, headers=KEY | headers)


def task_of(answer: httpx.Response) -> str:
    """Read the id of what was accepted."""
    assert answer.status_code == OK, answer.text
    body = answer.json()
    return str(body.get("data", body)["task_id"])


def feed(sim: Served, task: str) -> Any:
    """Ask for a task's results."""
    return get(sim, f"{MUSIC}/feed", task_id=task).json()


def results(sim: Served, task: str) -> list[dict[str, Any]]:
    """Give a task's results as they are now."""
    found: list[dict[str, Any]] = feed(sim, task)["data"]["response_data"]
    return found


def at(sim: Served, task: str, word: str) -> list[dict[str, Any]]:
    """Wait until the results of a task say a word, and give them."""
    return wait(lambda: [*filter(lambda result: result["status"] == word, results(sim, task))])


def finished(sim: Served, **body: object) -> str:
    """Make music, and wait until it is there."""
    task = task_of(ask(sim, {"prompt": "[Verse] Summer", "style": "pop"} | body))
    at(sim, task, "complete")
    return task


def play(sim: Served, receiver: Receiver) -> dict[str, Played]:
    """Create once in every scenario, all at once, and wait until all is called back."""

    def one(name: str) -> Asked:
        body = {"prompt": f"[[sim:{name}]]", "callback_url": receiver.path(f"apiin-{name}")}
        try:
            answer = ask(sim, body)
        except httpx.RemoteProtocolError:
            return None, 0
        return answer, len(receiver.at(f"apiin-{name}"))

    with ThreadPoolExecutor(16) as pool:
        asked = dict(zip(SCENARIOS, pool.map(one, SCENARIOS), strict=True))
    wait(lambda: over(sim))
    return collect(Played, sim, receiver, asked)
