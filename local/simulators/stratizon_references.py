"""Reference audio: uploaded, downloaded from this machine, or one of Stratizon's own clips."""

from collections.abc import Mapping
from typing import Any, Final

from local.simulators.dice import Dice
from local.simulators.downloads import UnfetchableError, opened, read_whole, require_status
from local.simulators.multipart import read_form
from local.simulators.scenario import Refusal
from local.simulators.stratizon_checks import invalid
from local.simulators.stratizon_facts import PROVIDER, REFUSALS, Verdict
from local.simulators.world import World

BYTES_MAX: Final = 50 * 1024 * 1024


def keep(world: World[Any], content_type: str, raw: bytes, field: str) -> str | Verdict:
    """Keep what a form brings in a field, and name it; or say what is wrong with it."""
    if len(raw) > BYTES_MAX:
        return REFUSALS[Refusal.TOO_LONG]
    parts = read_form(content_type, raw)
    if parts is None:
        return invalid("The body must be multipart/form-data.")
    files = [part for part in parts if part.name == field]
    if len(files) != 1:
        return invalid(f"There must be one field {field}.")
    if world.settings.strict and not is_audio(files[0].content):
        return invalid(f"{field} is not audio.")
    return _name(world, files[0].content)


def is_there(world: World[Any], reference: Mapping[str, Any]) -> bool:
    """Tell whether the artifact that is referred to exists, if one is: an upload or a clip."""
    artifact_id = reference.get("artifact_id")
    return artifact_id is None or artifact_id in world.artifacts or artifact_id in world.clips


async def fetch(world: World[Any], url: str) -> bool:
    """Download and keep an address's audio; False is that it is not to be had."""
    within_s = world.settings.callback_timeout_s
    try:
        async with opened(world, url, within_s=within_s, redirects_max=0) as answer:
            require_status(answer)
            content = await read_whole(answer, BYTES_MAX)
    except UnfetchableError:
        return False
    if not is_audio(content):
        return False
    _name(world, content)
    return True


def is_audio(content: bytes) -> bool:
    """Tell by its first bytes whether something is audio."""
    return (
        content.startswith((b"ID3", b"RIFF", b"OggS", b"fLaC"))
        or content[4:8] == b"ftyp"
        or (content[:1] == b"\xff" and content[1:2] >= b"\xe0")
    )


def _name(world: World[Any], content: bytes) -> str:
    dice = Dice(f"{world.settings.seed}/{PROVIDER}/upload/{len(world.artifacts) + 1}")
    artifact_id = f"art_{dice.base32('upload', 16)}"
    world.artifacts[artifact_id] = content
    return artifact_id
