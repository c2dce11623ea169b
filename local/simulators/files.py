"""The provider's audio host: files, sources, streams and covers. None of it asks for a key."""

import base64
import re
from collections.abc import AsyncIterator
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from local.simulators.answers import page
from local.simulators.file_faults import MPEG, PNG, instead, spoilt, uncovered
from local.simulators.scenario import FileFault
from local.simulators.studio import tagged
from local.simulators.tasks import Clip, Task
from local.simulators.world import World, world_of

WAVE: Final = "audio/wav"

_SLOW_S: Final = 60.0
_STREAM_PIECE: Final = 16 * 1024
_RANGE: Final = re.compile(r"bytes=(\d+)-(\d*)")


def routes() -> list[Route]:
    """List the routes of the audio host."""
    return [
        Route("/files/{clip_id}.mp3", audio),
        Route("/files/{clip_id}.wav", audio),
        Route("/source/{clip_id}.mp3", audio),
        Route("/moved/{clip_id}.mp3", audio),
        Route("/files/{clip_id}.png", cover),
        Route("/source/{clip_id}.png", cover),
        Route("/stream/{name}", stream),
        Route("/pipe/", pipe),
    ]


async def audio(request: Request) -> Response:
    """Send a finished track, or what its scenario makes of it."""
    return await _track(request, request.path_params["clip_id"])


async def piped(request: Request) -> Response:
    """Send a track that has no address but its pipe: what there is of it, until it is finished."""
    world, clip_id = world_of(request), request.query_params.get("item_id", "")
    task, clip = world.clips.get(clip_id, (None, None))
    if task and clip and task.heard(clip, world.clock.published()):
        return await _track(request, clip_id)
    return await _stream(world, clip_id)


async def _track(request: Request, clip_id: str) -> Response:
    world = world_of(request)
    task, clip = world.clips.get(clip_id, (None, None))
    if task is None or clip is None or not task.heard(clip, world.clock.published()):
        return page(404, "404 Not Found")
    fault = _due(request, task, clip)
    if fault and (answer := instead(request, fault)):
        return answer
    is_wav = request.url.path.endswith(".wav")
    content = await content_of(world, task, clip, FileFault.WAV if is_wav else fault)
    if fault:
        return spoilt(content, fault, slow_s=_SLOW_S * world.clock.scale)
    return _whole_or_part(request, content, WAVE if is_wav else MPEG)


async def cover(request: Request) -> Response:
    """Send a track's cover."""
    world, clip_id = world_of(request), request.path_params["clip_id"]
    task, _ = world.clips.get(clip_id, (None, None))
    if task is None:
        return page(404, "404 Not Found")
    if task.scenario.cover:
        return uncovered(task.scenario.cover)
    return Response(await world.studio.cover(clip_id), media_type=PNG)


async def stream(request: Request) -> Response:
    """Send a track while it is being made. The link is temporary and has no suffix."""
    name = request.path_params["name"]
    try:
        clip_id = base64.urlsafe_b64decode(name + "=" * (-len(name) % 4)).decode()
    except ValueError:
        return page(404, "404 Not Found")
    return await _stream(world_of(request), clip_id)


async def pipe(request: Request) -> Response:
    """Send the same stream from where the provider itself has it."""
    return await _stream(world_of(request), request.query_params.get("item_id", ""))


async def _stream(world: World[Any], clip_id: str) -> Response:
    task, clip = world.clips.get(clip_id, (None, None))
    if task is None or clip is None or not task.streams(world.clock.published()):
        return page(404, "404 Not Found")
    return StreamingResponse(_pieces(await content_of(world, task, clip)), media_type=MPEG)


async def _pieces(content: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(content), _STREAM_PIECE):
        yield content[start : start + _STREAM_PIECE]


async def content_of(
    world: World[Any], task: Task[Any], clip: Clip, fault: FileFault | None = None
) -> bytes:
    """Make a track's bytes: an MP3 with its tag, or what a fault has in its place."""
    if fault is FileFault.WAV:
        return await world.studio.wav(task.brief, clip.index)
    if fault is FileFault.SILENT:
        frames = await world.studio.silence(clip.seconds)
    else:
        frames = await world.studio.frames(task.brief, clip.index)
    created = task.created_at.isoformat(timespec="seconds")
    return tagged(frames, title=task.words.title, clip_id=clip.clip_id, created=created)


def _due(request: Request, task: Task[Any], clip: Clip) -> FileFault | None:
    """Find what goes wrong with this fetch; only a GET counts as one."""
    files = task.scenario.files
    host = request.url.path.split("/")[1]
    spared = host == "moved" or (host == "source" and files and not files.source_too)
    if files is None or spared or request.method != "GET":
        return None
    fetched = task.fetched[clip.clip_id]
    task.fetched[clip.clip_id] += 1
    return files.fault if files.times is None or fetched < files.times else None


def _whole_or_part(request: Request, content: bytes, kind: str) -> Response:
    """Send all of a file, or the one range that is asked for."""
    headers = {"accept-ranges": "bytes", "content-length": str(len(content))}
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None:
        return Response(content, headers=headers, media_type=kind)
    start, last = int(asked[1]), min(int(asked[2] or len(content)), len(content) - 1)
    if start > last:
        return Response(status_code=416, headers={"content-range": f"bytes */{len(content)}"})
    headers["content-range"] = f"bytes {start}-{last}/{len(content)}"
    headers["content-length"] = str(last + 1 - start)
    return Response(content[start : last + 1], 206, headers=headers, media_type=kind)
