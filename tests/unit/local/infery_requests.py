"""Requests to infery as they are documented, and what is said of them before music is made."""

import base64
import json
from typing import Any

from local.simulators.infery_checks import Choices, check
from local.simulators.infery_switches import InferySwitches
from local.simulators.reading import read_body

SUNO = "suno-v4"


CLIP = "lyria-3-clip-preview"


PRO = "lyria-3-pro-preview"


PLAIN = {"model": SUNO, "prompt": "Upbeat indie folk about a sunrise coastal drive"}


CUSTOM = PLAIN | {"custom_mode": True, "title": "Coast", "style": "folk", "lyrics": "[Verse] Salt"}


UPLOAD = {"upload_url": "http://127.0.0.1/a.mp3"}


# The least that each operation asks for, by its own page.
LEAST: dict[str, dict[str, Any]] = {
    "generate": {},
    "extend": {"audio_id": "a1"},
    "upload_cover": UPLOAD,
    "upload_extend": UPLOAD,
    "add_instrumental": UPLOAD,
    "add_vocals": UPLOAD,
    "sounds": {},
    "vocal_removal": {"audio_id": "a1", "task_id": "t1"},
    "lyrics": {},
}


# And what the provider behind it asks for beside that.
UPSTREAM: dict[str, dict[str, Any]] = {
    "extend": {"default_param_flag": True},
    "upload_extend": {"default_param_flag": False, "continue_at": 10},
    "add_instrumental": {"title": "A", "negative_tags": "metal", "tags": "piano"},
    "add_vocals": {"title": "A", "negative_tags": "metal", "style": "folk"},
    "vocal_removal": {"separation_type": "split_stem"},
}


# Fields that belong to some operations only, with a value each.
OWN: dict[str, tuple[object, set[str]]] = {
    "audio_id": ("a1", {"extend", "vocal_removal"}),
    "task_id": ("t1", {"vocal_removal"}),
    "upload_url": (
        "http://127.0.0.1/a.mp3",
        {"upload_cover", "upload_extend", "add_instrumental", "add_vocals"},
    ),
    "continue_at": (12.5, {"extend", "upload_extend"}),
    "default_param_flag": (True, {"extend", "upload_extend"}),
    "separation_type": ("separate_vocal", {"vocal_removal"}),
    "tags": ("piano", {"add_instrumental"}),
    "sound_loop": (True, {"sounds"}),
    "sound_tempo": (120, {"sounds"}),
    "sound_key": ("Am", {"sounds"}),
}


PICTURE = {"data": base64.b64encode(b"\xff\xd8\xff picture").decode(), "mime_type": "image/jpeg"}


def refused(body: object, *, strict: bool = True, **own: Any) -> tuple[int, str] | None:
    """Hold a body against the rules: status and code of the refusal, or None."""
    choices = Choices(InferySwitches(**own), strict=strict)
    problem = check(read_body(json.dumps(body).encode()), choices)
    return (problem.status, problem.code) if problem else None


def ask(operation: str, **more: object) -> dict[str, Any]:
    return PLAIN | {"operation": operation} | LEAST[operation] | more


INVALID = (400, "invalid_value")


MISSING = (400, "missing_required_parameter")


TYPE = (400, "invalid_type")


TOO_LONG = (400, "string_above_max_length")


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}
