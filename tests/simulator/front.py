"""The API in front of the functions: requests of clients and providers, and their answers."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from infra.routes import ROUTES
from tests.simulator.decisions import Kind
from tests.simulator.functions import Functions
from tests.simulator.run import Run
from tests.simulator.scheduler import Invocation

# How long a request and its answer are under way, and how long an HTTP API waits for a function.
WAY_S: Final = 0.03
PATIENCE_S: Final = 30.0

_PARAMETER: Final = re.compile(r"\{[^}]+\}")


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody sends to us."""

    sender: str
    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 is nothing at all."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    body: str = ""


NO_ANSWER: Final = Answer(0)

_KINDS_ONCE: Final = (Kind.DELAY, Kind.REORDER, Kind.DROP)
_KINDS: Final = (Kind.DUPLICATE, *_KINDS_ONCE)

type Heard = Callable[[Answer], None]


class Front:
    """The HTTP API."""

    def __init__(self, run: Run, functions: Functions) -> None:
        self._run = run
        self._functions = functions

    def send(self, request: Request, hear: Heard) -> None:
        """
        Send a request on its way; `hear` gets the answer, if need be none.

        A request may be lost or late or come twice, and so may the answer be lost.
        """
        kinds = _KINDS if _is_repeatable(request) else _KINDS_ONCE
        heard = _Once(hear)
        arrive = partial(self._arrive, request, heard)
        name = f"to.{request.sender.partition('.')[0]}"
        self._run.deliver(name, "request", arrive, *kinds, after_s=WAY_S)
        self._run.scheduler.after(PATIENCE_S + 2 * WAY_S, partial(heard, NO_ANSWER))

    def _arrive(self, request: Request, heard: Heard) -> None:
        run = self._run
        route, function = find_route(request.method, request.path)
        number = run.turn("request")
        event = _event(request, route, f"request-{number:06d}", run.now)
        self._functions.invoke(function, event, partial(self._answer, request, heard))

    def _answer(self, request: Request, heard: Heard, invocation: Invocation) -> None:
        run, told = self._run, invocation.answer
        if invocation.outcome == "done":
            answer = Answer(told["statusCode"], told.get("headers") or {}, told.get("body") or "")
        else:
            answer = Answer(500 if invocation.outcome == "raised" else 503)
        name = f"from.{request.sender.partition('.')[0]}"
        decided = run.decide(name, run.turn(name), "answer", Kind.DROP)
        if not decided:
            run.scheduler.after(WAY_S, partial(heard, answer))


def _is_repeatable(request: Request) -> bool:
    """Tell what may come twice: a request without a key that does would be two wishes."""
    return request.path != "/v1/jobs" or "idempotency-key" in request.headers


class _Once:
    """Hears the first answer, or that there was none, and nothing after it."""

    def __init__(self, hear: Heard) -> None:
        self._hear: Heard | None = hear

    def __call__(self, answer: Answer) -> None:
        hear, self._hear = self._hear, None
        if hear:
            hear(answer)


def _paths() -> Iterator[tuple[str, str, re.Pattern[str]]]:
    """Read of each route its key, its method, and which paths it is for."""
    for key in ROUTES:
        method, _, path = key.partition(" ")
        if path:
            parts = _PARAMETER.split(path)
            yield key, method, re.compile("[^/]+".join(map(re.escape, parts)))


_PATHS: Final = tuple(_paths())


def find_route(method: str, path: str) -> tuple[str, str]:
    """Tell which route a request takes, and which function is behind it."""
    path = path.partition("?")[0]
    for key, wanted, pattern in _PATHS:
        if wanted in {method, "ANY"} and pattern.fullmatch(path):
            return key, ROUTES[key]
    return "$default", ROUTES["$default"]


def _event(request: Request, route: str, request_id: str, now: float) -> dict[str, Any]:
    """Wrap a request as an HTTP API does in its format 2.0."""
    path, _, query = request.path.partition("?")
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": route,
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "music.test", "content-type": "application/json", **request.headers},
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "simulated",
            "domainName": "music.test",
            "http": {"method": request.method, "path": path, "protocol": "HTTP/1.1"},
            "requestId": request_id,
            "routeKey": route,
            "stage": "$default",
            "timeEpoch": int(now * 1000),
        },
        "isBase64Encoded": False,
    }
    if query:
        pairs = [part.partition("=") for part in query.split("&")]
        event["queryStringParameters"] = {name: value for name, _, value in pairs}
    if request.body is not None:
        event["body"] = request.body
    return event
