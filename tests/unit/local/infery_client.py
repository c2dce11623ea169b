"""A client of the simulated infery."""

import base64
import io
import struct
import wave
from dataclasses import replace
from typing import Any

import httpx

from local.simulators import Served, SimulatorSettings, serve
from local.simulators.infery_switches import InferySwitches
from tests.unit.local.conftest import QUICK
from tests.unit.local.receiver import CLIENT, KEY, get, wait

PATH = "/v1/music/generations"
SUNO = {"model": "suno-v4", "prompt": "Upbeat indie folk about a sunrise coastal drive"}
CLIP = SUNO | {"model": "lyria-3-clip-preview"}
PRO = SUNO | {"model": "lyria-3-pro-preview"}
# Short, and so quick to make.
SOUND = SUNO | {"operation": "sounds"}
PRICE = 180
# The music is there after 60 ms. Tunes are told apart by how long they are, too.
FAST = replace(QUICK, scale=0.0005, lasts_s=None)


def other(settings: SimulatorSettings = FAST, **switches: Any) -> Served:
    """Serve infery with some of its own settings chosen."""
    return serve("infery", replace(settings, switches=InferySwitches(**switches)))


def ask(sim: Served, body: object, scenario: str = "", **headers: str) -> httpx.Response:
    """Ask for music; a scenario's marker goes into the prompt."""
    if scenario and isinstance(body, dict):
        body = body | {"prompt": f"{body['prompt']} [[sim:{scenario}]]"}
    return CLIENT.post(f"{sim.base_url}{PATH}", json=body, headers=KEY | headers)


def items(answer: httpx.Response) -> list[dict[str, Any]]:
    """Read the results of a sync answer."""
    assert answer.status_code == 200, answer.text[:500]
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def job_of(answer: httpx.Response) -> str:
    """Read the id of an accepted job, in either vocabulary."""
    body = answer.json()
    return str(body["job_id"] if "job_id" in body else body["id"])


def poll(sim: Served, job: str) -> httpx.Response:
    """Ask how far a job is."""
    return get(sim, f"{PATH}/{job}")


def ended(sim: Served, job: str) -> dict[str, Any]:
    """Poll a job until it has ended."""
    ends = {"succeeded", "completed", "failed"}

    def look() -> dict[str, Any] | None:
        body: dict[str, Any] = poll(sim, job).json()
        return body if body["status"] in ends else None

    return wait(look) or {}


def error_of(answer: httpx.Response) -> tuple[int, str]:
    """Read the status and the code of a refusal."""
    return answer.status_code, answer.json()["error"]["code"]


def bytes_of(item: dict[str, Any]) -> bytes:
    """Take the audio of a result from where it is: its link, or the item itself."""
    if "b64_audio" in item:
        return base64.b64decode(item["b64_audio"], validate=True)
    answer = CLIENT.get(item["url"])
    assert answer.status_code == 200
    return answer.content


def is_wav(content: bytes) -> bool:
    """Tell whether this is a WAV file that holds as much as its header says."""
    assert struct.unpack("<I", content[4:8]) == (len(content) - 8,)
    with wave.open(io.BytesIO(content)) as file:
        return bool(file.getnframes() == (len(content) - 44) // 4)


def credits_of(sim: Served) -> float:
    """Tell how many credits are left."""
    left: float = get(sim, "/_sim").json()["credits"]
    return left


def entries(sim: Served) -> list[dict[str, Any]]:
    """List what the simulator says that it was asked."""
    found: list[dict[str, Any]] = get(sim, "/_sim/requests").json()["requests"]
    return found
