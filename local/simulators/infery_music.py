"""How the results of a job bring their audio: by a signed link, inline, both or not at all."""

from local.simulators import infery_inline as inline
from local.simulators.infery_inline import Inline
from local.simulators.infery_jobs import (
    InferyTask,
    InferyWorld,
    completed_at,
    form_of,
    operation_of,
    switches,
)
from local.simulators.infery_links import link
from local.simulators.infery_scenario import Carrier
from local.simulators.infery_wire import Sound
from local.simulators.scenario import Mark
from local.simulators.tasks import Clip


async def sounds_of(world: InferyWorld, task: InferyTask, mark: Mark) -> list[Sound] | None:
    """Bring each result's audio, unless its time has not come; None is a job without any."""
    if operation_of(task.request) == "lyrics":
        return None
    usual = Carrier.INLINE if switches(world).fallback_b64 else Carrier.LINK
    carriers = task.scenario.shape.carriers or (usual,)
    return [
        await _sound(world, task, clip, carriers[clip.index % len(carriers)])
        if mark.full
        else Sound(clip, clip.seconds)
        for clip in task.clips
    ]


async def _sound(world: InferyWorld, task: InferyTask, clip: Clip, carrier: Carrier) -> Sound:
    at, form = completed_at(task, world.clock), form_of(task)
    url = None if carrier is Carrier.INLINE else link(world, task, clip, form=form, at=at)
    if carrier is Carrier.LINK:
        return Sound(clip, clip.seconds, url)
    file, size_bytes = await _inline(world, task, clip)
    return Sound(clip, clip.seconds if size_bytes is None else file.seconds, url, file)


async def _inline(world: InferyWorld, task: InferyTask, clip: Clip) -> tuple[Inline, int | None]:
    own, shape = switches(world), task.scenario.shape
    size_bytes = shape.inline_bytes or own.inline_bytes
    writing = shape.writing or ("escaped" if own.escaped_slashes else "plain")
    if form_of(task) == "wav":
        content = await world.studio.wav(task.brief, clip.index)
        return inline.wave(content, size_bytes=size_bytes, writing=writing), size_bytes
    frames = await world.studio.frames(task.brief, clip.index)
    title = task.words.title
    return inline.mp3(frames, title=title, size_bytes=size_bytes, writing=writing), size_bytes
