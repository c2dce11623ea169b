"""
How infery's clips are named: by the ids that they came with, or else by their place.

No id is documented, though two operations ask for an `audio_id` and a `task_id`. Where an item
brings some, its clip is named so that it can be gone on from; a stem goes by what is played.
"""

import re
from typing import Final

from cliphook.adapters.providers.provider import Material

# With a digit and longer than a place, so that it is neither a stem's name nor a place.
_ID: Final = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9._:-]{3,90}", re.ASCII)
_STEM: Final = re.compile(r"[a-z]+(_[a-z]+){0,4}", re.ASCII)
_STEM_MAX: Final = 60
# What some call the same.
_STEMS: Final = {"vocals": "vocal", "instrumentals": "instrumental"}


def read_id(value: object) -> str | None:
    """Take an id if it can stand in a clip's name."""
    return value if isinstance(value, str) and _ID.fullmatch(value) else None


def read_stem(value: object) -> str | None:
    """Take the name of a stem, in the one spelling that we have for it."""
    if not isinstance(value, str) or len(value) > _STEM_MAX:
        return None
    name = re.sub(r"[ -]+", "_", value.strip().lower()).removesuffix("_url")
    return _STEMS.get(name, name) if _STEM.fullmatch(name) else None


def write_name(audio_id: str | None, task_id: str | None, of_job: str | None) -> str | None:
    """Name a clip by its ids; its task's is left out where the job goes by the same."""
    if not audio_id:
        return None
    return audio_id if task_id in {None, of_job} else f"{task_id}/{audio_id}"


def ids_of(material: Material) -> dict[str, str | None]:
    """Tell what infery calls a clip and the task that made it, as far as that is known."""
    task_id, _, audio_id = (material.provider_clip_id or "").rpartition("/")
    return {"audio_id": read_id(audio_id), "task_id": task_id or material.task_id}
