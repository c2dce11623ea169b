"""What a request refers to: results of before, and an upload_url, which is really fetched."""

import hashlib
from dataclasses import dataclass, replace
from typing import Final

import httpx

from local.simulators.callbacks import redacted
from local.simulators.clock import utc_now
from local.simulators.downloads import UnfetchableError, opened, require_status
from local.simulators.infery_facts import PROBLEMS, Problem
from local.simulators.infery_jobs import InferyWorld, switches
from local.simulators.reading import Body
from local.simulators.scenario import Refusal

UPLOAD_BYTES_MAX: Final = 100 * 1024 * 1024

_HEAD_BYTES: Final = 8
# ID3, frames of MPEG audio, RIFF, Ogg, FLAC; an MP4 has its mark four bytes later.
_MAGIC: Final = (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2", b"RIFF", b"OggS",
                 b"fLaC")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Upload:
    """What came of fetching: the hash of the bytes, or why there are none."""

    url: str
    at: str
    size_bytes: int = 0
    sha256: str = ""
    trouble: str = ""


def trouble_with(world: InferyWorld, body: Body) -> Problem | None:
    """Tell what is wrong with the results that a request refers to; None is nothing."""
    known = {"audio_id": world.clips.keys(), "task_id": world.tasks.keys()}
    for name, kept in known.items() if switches(world).known_sources else ():
        if name in body and body[name] not in kept:
            message = f"No result has that {name}."
            return replace(PROBLEMS[Refusal.NOT_FOUND], code=f"{name}_not_found", message=message)
    _, clip = world.clips.get(body.get("audio_id", ""), (None, None))
    if clip and body.get("continue_at", 0) >= clip.seconds:
        message = f"'continue_at' must be below {clip.seconds:g}."
        return replace(PROBLEMS[Refusal.INVALID], message=message)
    return None


async def fetch(world: InferyWorld, url: str) -> Upload:
    """Fetch a file to learn its hash; whatever goes wrong is told, not raised."""
    shown, at = "", utc_now().isoformat()
    try:
        shown = redacted(url)
        async with opened(world, url) as answer:
            require_status(answer)
            size_bytes, sha256 = await _hashed(answer)
    # A ValueError is an address that cannot even be shown.
    except (UnfetchableError, ValueError) as why:
        return Upload(shown, at, trouble=str(why))
    return Upload(shown, at, size_bytes, sha256)


async def _hashed(answer: httpx.Response) -> tuple[int, str]:
    digest, size_bytes, head = hashlib.sha256(), 0, b""
    async for piece in answer.aiter_bytes():
        digest.update(piece)
        size_bytes += len(piece)
        head = (head + piece[:_HEAD_BYTES])[:_HEAD_BYTES]
        if size_bytes > UPLOAD_BYTES_MAX or not _may_be_audio(head):
            break
    else:
        if len(head) == _HEAD_BYTES:
            return size_bytes, digest.hexdigest()
    raise UnfetchableError("no audio, or too much of it")


def _may_be_audio(head: bytes) -> bool:
    """Tell whether this may be how audio begins; of a short head, nothing is known yet."""
    known = head.startswith(_MAGIC) or head[4:] == b"ftyp"
    return known or len(head) < _HEAD_BYTES
