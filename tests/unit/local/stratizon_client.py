"""A client of the simulated Stratizon, and what its tests share."""

from decimal import Decimal
from functools import partial
from typing import Any

import httpx

from local.simulators import Served
from tests.unit.local.receiver import CLIENT, KEY, wait

SUNO: dict[str, Any] = {"model": "suno-5.5", "prompt": "Warm lo-fi with brushed drums"}
MINIMAX: dict[str, Any] = {"model": "minimax-music-2.6", "prompt": "Slow rain on a tin roof"}
FULL: dict[str, Any] = {
    "model": "suno-5.5",
    "prompt": "Warm lo-fi with brushed drums",
    "lyrics": "[Verse]\nSlow rain",
    "instrumental": False,
    "title": "Slow Rain",
    "metadata": {"job": "a1"},
    "model_options": {"suno": {"style": "lo-fi", "negative_tags": "metal"}},
}
TEXT = "/v1/music/text-to-music"
REFERENCE = "/v1/music/reference-audio-to-music"
# Its first bytes are those of an MP3; nobody looks further.
AUDIO = b"ID3\x04\x00\x00\x00\x00\x00\x00" + bytes(range(256)) * 8
ENDS = {"succeeded", "failed", "canceled", "completed", "success", "cancelled"}


def play(name: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Order a scenario by its marker."""
    asked = SUNO if body is None else body
    return asked | {"prompt": f"{asked['prompt']} [[sim:{name}]]"}


def post(sim: Served, body: object, path: str = TEXT, **headers: str) -> httpx.Response:
    """Send a create."""
    return CLIENT.post(f"{sim.base_url}{path}", json=body, headers=KEY | headers)


def made(sim: Served, body: object, path: str = TEXT) -> str:
    """Create a task, and give its id."""
    answer = post(sim, body, path)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["task_id"])


def poll(sim: Served, task: str) -> httpx.Response:
    """Ask what has become of a task."""
    return CLIENT.get(f"{sim.base_url}/v1/tasks/{task}", headers=KEY)


def ended(sim: Served, task: str) -> Any:
    """Wait until a task is at its end, and give what is said of it."""
    wait(lambda: poll(sim, task).json()["status"] in ENDS)
    return poll(sim, task).json()


def upload(sim: Served, content: bytes = AUDIO, *, field: str = "file") -> httpx.Response:
    """Upload a file."""
    files = {field: ("reference.mp3", content, "audio/mpeg")}
    return CLIENT.post(f"{sim.base_url}/v1/uploads", files=files, headers=KEY)


def wallet(sim: Served) -> Decimal:
    """Look into the wallet."""
    return sim.world.credits


def wait_for_wallet(sim: Served, credits_left: Decimal) -> None:
    """Wait until so much is in the wallet."""
    wait(partial(lambda: wallet(sim) == credits_left))
