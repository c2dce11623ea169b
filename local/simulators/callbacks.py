"""Calling back: each stage in its time, again if a receiver fails, and never off this machine."""

import asyncio
import ipaddress
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from local.simulators.clock import utc_now
from local.simulators.tasks import Task
from local.simulators.world import Entry, World

logger: Final = logging.getLogger(__name__)

_ACCEPTED: Final = 200


@dataclass(frozen=True, slots=True)
class Letter:
    """One callback: when on the clock of published seconds, to whom, and what it says."""

    stage: str
    at: float
    url: str
    write: Callable[[], bytes]


async def call_back(world: World[Any], task: Task[Any], letters: Sequence[Letter]) -> None:
    """
    Deliver callbacks of a task, each in its own time and with its own retries.

    The task learns of every delivery, and whether the last letter was given up.
    """
    async with asyncio.TaskGroup() as group:
        for letter in letters:
            is_last = letter is letters[-1]
            group.create_task(_deliver(world, task, letter, is_last=is_last))


def is_loopback(url: str) -> bool:
    """Tell whether an address is on this machine. A name is not, but for localhost."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def redacted(url: str) -> str:
    """Show where an address leads without its last part, which is a secret."""
    parts = urlsplit(url)
    path = parts.path.rsplit("/", 1)[0]
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}/…"


async def _deliver(world: World[Any], task: Task[Any], letter: Letter, *, is_last: bool) -> None:
    """Send one callback until it is answered 200, or all retries are used up."""
    await world.clock.until(letter.at)
    body = letter.write()
    for attempt, pause_s in enumerate((*world.settings.retries_s, None), start=1):
        entry = _note(world, task, letter, attempt)
        if not is_loopback(letter.url):
            _refuse(entry, letter.url)
            break
        await _send(world, entry, url=letter.url, body=body)
        if entry["status"] == _ACCEPTED:
            task.delivered.release()
            return
        if pause_s is not None:
            await world.clock.until(world.clock.published() + pause_s)
    if is_last:
        task.given_up = True


def _note(world: World[Any], task: Task[Any], letter: Letter, attempt: int) -> Entry:
    entry: dict[str, Any] = {
        "at": utc_now().isoformat(),
        "task_id": task.task_id,
        "stage": letter.stage,
        "url": redacted(letter.url),
        "attempt": attempt,
        "status": None,
        "error": None,
    }
    world.callbacks.append(entry)
    return entry


def _refuse(entry: Entry, url: str) -> None:
    entry["error"] = "not on this machine: never called"
    logger.error("refusing to call %s: a simulator calls nobody but 127.0.0.1", redacted(url))


async def _send(world: World[Any], entry: Entry, *, url: str, body: bytes) -> None:
    try:
        async with asyncio.timeout(world.settings.callback_timeout_s):
            answer = await world.http.post(
                url, content=body, headers={"content-type": "application/json"}
            )
    except TimeoutError:
        entry["error"] = f"no answer within {world.settings.callback_timeout_s:g} s"
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        entry["error"] = type(error).__name__
    else:
        entry["status"] = answer.status_code
