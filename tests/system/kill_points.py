"""The points at which functions are killed, and the plan that waits for each of them to come."""

import json
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.system.kill_peers import Worker
from tests.system.kill_proxy import Doom, Request

ASSIGNMENT = re.compile(r"([#\w]+) = (:\w+)")
# Where in a head a simulator's key begins.
KEY = b" sim-"

type Fits = Callable[[Request], bool]

# What of the answer is heard before the end: nothing was sent, or so many bytes.
NOT_SENT = None
NOT_HEARD = 0
BEGUN = 64
# Of a song of five seconds; a cover is smaller, so nobody dies while that is downloaded.
HALF = 50_000


def calls(operation: str) -> Fits:
    return lambda request: request.headers.get("x-amz-target", "").endswith(f".{operation}")


commits, announces = calls("TransactWriteItems"), calls("PutEvents")


def puts_clip(request: Request) -> bool:
    return request.method == "PUT" and "/clips/" in request.path


def downloads(request: Request) -> bool:
    """Fit what a provider is asked for without a key: only its files are there for everybody."""
    has_key = KEY in request.head or "x-amz-date" in request.headers
    return request.method == "GET" and not has_key


def stores(**wanted: str) -> Fits:
    """Fit the commits that write a row with such attributes."""
    described = {name: {"S": value} for name, value in wanted.items()}.items()

    def fits(request: Request) -> bool:
        return commits(request) and any(described <= row.items() for row in rows(request))

    return fits


def rows(request: Request) -> Iterator[Mapping[str, Any]]:
    """Read what a commit writes, whether it puts whole rows or sets attributes of them."""
    for write in json.loads(request.body)["TransactItems"]:
        if "Put" in write:
            yield write["Put"]["Item"]
        if "Update" in write:
            update = write["Update"]
            names = update.get("ExpressionAttributeNames", {})
            values = update.get("ExpressionAttributeValues", {})
            pairs = ASSIGNMENT.findall(update["UpdateExpression"])
            yield {names.get(name, name): values.get(value) for name, value in pairs}


def creates(provider: str) -> Fits:
    """Fit the submissions to a provider that behaves."""
    return lambda request: (
        request.to == provider and request.method == "POST" and b"S1-happy" in request.body
    )


def claims(request: Request) -> bool:
    """Fit the commits before a provider is asked; after it a job may still be `submitting`."""
    return stores(entity="JOB", status="submitting")(request) and b'"claimed"' in request.body


def takes_in_silence(request: Request) -> bool:
    """Fit the commits of an acceptance by a provider that speaks only when it is asked."""
    return stores(entity="JOB", status="accepted")(request) and b"stratizon" in request.body


@dataclass(frozen=True, slots=True)
class Point:
    """
    A place in a function to die at: by a request of its, and what it hears of the answer.

    Which one of the first few such requests it is, is chance.
    """

    name: str
    function: str
    fits: Fits
    passes: int | None
    among: int = 3


UNTOLD = Point("its client not told", "submit", stores(entity="IDEMPOTENCY"), NOT_HEARD)
UNASKED = Point("claimed, nobody asked", "submit", claims, NOT_HEARD)
UNHEARD = Point("asked, the answer not heard", "submit", creates("sunoapi"), NOT_HEARD)
UNSTORED = Point("answered, not stored", "submit", takes_in_silence, NOT_SENT)
CUT_SHORT = Point("in the middle of the answer", "dispatch", creates("infery"), BEGUN)

POINTS = (
    UNTOLD,
    UNASKED,
    UNHEARD,
    UNSTORED,
    CUT_SHORT,
    Point("called, not stored", "callback", commits, NOT_SENT),
    Point("stored, not answered", "callback", commits, NOT_HEARD),
    Point("on the bus, not marked as sent", "publish", announces, NOT_HEARD),
    Point("answered, not stored", "poll", commits, NOT_SENT),
    Point("in the middle of a download", "archive", downloads, HALF),
    Point("in the bucket, not recorded", "archive", puts_clip, NOT_HEARD),
    Point("one job mended, and no other", "sweep", commits, NOT_HEARD, among=1),
)
# Here nobody learns whether the provider has the job, and it never says so by itself.
DOUBTFUL = (UNASKED, UNSTORED, CUT_SHORT)


@dataclass(frozen=True, slots=True)
class Kill:
    """One process that died: where, when, and by which request of its."""

    point: Point
    worker: Worker
    at_s: float
    request: Request

    def names(self, *words: str) -> bool:
        """Say whether what it asked, or where, names one of these."""
        said = self.request.path.encode() + self.request.body
        return any(word.encode() in said for word in words)

    def __str__(self) -> str:
        """Tell it in a line of a report."""
        where = f"{self.point.function}, {self.point.name}"
        return f"after {self.at_s:.1f} s process {self.worker.pid}: {where}"


class Plan:
    """Kills once at each point; remembers whom, and which files were downloaded."""

    def __init__(self, points: Sequence[Point], seed: int) -> None:
        dice = random.Random(f"{seed} kills")
        self.waiting = {point: dice.randrange(point.among) for point in points}
        self.kills: list[Kill] = []
        self.downloads: set[tuple[str, str]] = set()
        self._began = time.monotonic()

    def decide(self, request: Request) -> Doom | None:
        """Doom whoever makes the request that a point waits for."""
        if downloads(request):
            self.downloads.add((request.to, request.path))
        for point, left in self.waiting.items():
            worker = request.worker if point.fits(request) else None
            if not worker or not worker.function.endswith(f"-{point.function}"):
                continue
            if left == 0:
                del self.waiting[point]
                strike = partial(self._strike, point, worker, request)
                return Doom(strike, partial(self._lift, point), point.passes)
            self.waiting[point] -= 1
        return None

    def _strike(self, point: Point, worker: Worker, request: Request) -> None:
        worker.kill()
        self.kills.append(Kill(point, worker, time.monotonic() - self._began, request))

    def _lift(self, point: Point) -> None:
        self.waiting[point] = 0
