"""Timestamped lyrics of the suno format: asked for and answered at once."""

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from local.simulators.reading import read_body
from local.simulators.scenario import Refusal
from local.simulators.suno_format import SunoFormat
from local.simulators.world import world_of

if TYPE_CHECKING:
    from local.simulators.suno_tasks import SunoWorld

PATH: Final = "/api/v1/generate/get-timestamped-lyrics"
PRICE: Final = Decimal("0.5")

# A word with the white space behind it, a section's mark and the line break after it included.
_WORD: Final = re.compile(r"(?:\[[^\]]*\]\s*)?\S+\s*")


async def timed(request: Request, form: SunoFormat) -> Response:
    """POST get-timestamped-lyrics: when each word of a track is sung. Every answer costs."""
    world: SunoWorld = world_of(request)
    if answer := form.stopped(request, world):
        return answer
    body = read_body(await request.body()) or {}
    task, clip = world.clips.get(str(body.get("audioId")), (None, None))
    known = task and clip and task.task_id == body.get("taskId")
    if not task or not clip or not known or not task.heard(clip, world.clock.published()):
        return form.refuse(world, Refusal.INVALID, "The track is not known, or not finished.")
    if world.credits < PRICE:
        return form.refuse(world, Refusal.CREDITS)
    world.credits -= PRICE
    return JSONResponse(
        {"code": 200, "msg": "success", "data": _aligned(task.words.lyrics, clip.seconds)}
    )


def _aligned(lyrics: str, seconds: float) -> dict[str, Any]:
    """Spread the words evenly over the track, but for a little silence at both ends."""
    words = _WORD.findall(lyrics)
    step_s = seconds * 0.9 / max(1, len(words))
    return {
        "alignedWords": [
            {
                "word": word,
                "success": True,
                "startS": round(seconds * 0.05 + place * step_s, 3),
                "endS": round(seconds * 0.05 + (place + 0.9) * step_s, 3),
                "palign": 0,
            }
            for place, word in enumerate(words)
        ],
        "waveformData": [0, 0.5, 1, 0.5, 0],
        "hootCer": 0.2,
        "isStreamed": False,
    }
