"""A receiver of callbacks on loopback, and a client for the simulators that call it."""

import json
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

from local.simulators import Served

KEY = {"authorization": "Bearer sim-test"}
WAIT_S = 20.0
# One for all: to make a client costs more than a request.
CLIENT = httpx.Client(
    timeout=WAIT_S, trust_env=False, limits=httpx.Limits(max_keepalive_connections=0)
)


@dataclass(frozen=True)
class Got:
    """One callback as it came in."""

    raw: bytes
    content_type: str
    at: float

    @property
    def body(self) -> Any:
        return json.loads(self.raw)


@dataclass
class Receiver:
    """Keeps what is called back, by path, and answers as told: a status, or after a while."""

    url: str = ""
    got: defaultdict[str, list[Got]] = field(default_factory=lambda: defaultdict(list))
    answers: dict[str, list[int]] = field(default_factory=dict)
    delays_s: dict[str, float] = field(default_factory=dict)

    def path(self, name: str) -> str:
        return f"{self.url}/callbacks/test/{name}"

    def at(self, name: str) -> list[Got]:
        return self.got[f"/callbacks/test/{name}"]

    def answer(self, path: str) -> int:
        left = self.answers.get(path.rsplit("/", 1)[1], [])
        return left.pop(0) if left else 200

    def serve(self) -> ThreadingHTTPServer:
        server = _Server(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # All scenarios call back within a second; five may wait by default.
    request_queue_size = 256


def _handler(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers["content-length"]))
            time.sleep(receiver.delays_s.get(self.path.rsplit("/", 1)[1], 0))
            receiver.got[self.path].append(Got(raw, self.headers["content-type"], time.monotonic()))
            self.send_response(receiver.answer(self.path))
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler


def custom(receiver: Receiver, name: str, **changes: object) -> dict[str, object]:
    """Ask for a sound piece in custom mode; the name is where it is called back."""
    body: dict[str, object] = {
        "customMode": True,
        "instrumental": True,
        "model": "V5",
        "style": "lo-fi",
        "title": name,
        "callBackUrl": receiver.path(name),
    }
    return {key: value for key, value in (body | changes).items() if value is not None}


def create(sim: Served, body: object, **headers: str) -> httpx.Response:
    """Send a create."""
    return CLIENT.post(f"{sim.base_url}/api/v1/generate", json=body, headers=KEY | headers)


def get(sim: Served, path: str, **query: str) -> httpx.Response:
    """Get a page, with a key."""
    return CLIENT.get(f"{sim.base_url}{path}", params=query, headers=KEY)


def task_id(answer: httpx.Response) -> str:
    """Read the id of what was accepted."""
    body = answer.json()
    assert body["code"] == 200, body
    return str(body["data"]["taskId"])


def poll(sim: Served, task: str) -> Any:
    """Ask for a task's state."""
    return get(sim, "/api/v1/generate/record-info", taskId=task).json()


def wait[T](look: Callable[[], T]) -> T:
    """Wait until something is true, and give it."""
    deadline = time.monotonic() + WAIT_S
    while not (seen := look()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)
    return seen


def stages(got: list[Got]) -> Counter[str]:
    """Count what was called back, by its word."""
    return Counter(call.body["data"]["callbackType"] for call in got)
