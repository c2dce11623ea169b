"""The front door hands on what it is given, and says so when there is nobody behind it."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email.message import Message
from http import HTTPStatus
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from local import front_door
from local.aws_server import LOOPBACK, free_port
from local.front_door import FrontDoor, PortTakenError

PROBLEM = "application/problem+json"


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was asked."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Answer without a body, since there was none."""
        self.do_POST()

    def do_POST(self) -> None:
        """Answer with the body and the headers that came."""
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.send_response(418)
        self.send_header("X-Line", self.requestline)
        self.send_header("X-Seen", ", ".join(sorted(name.lower() for name in self.headers)))
        self.send_header("X-Host", self.headers["host"])
        self.send_header("Set-Cookie", "a=1")
        self.send_header("Set-Cookie", "b=2")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Stay quiet."""


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def door(port: int) -> Iterator[FrontDoor]:
    with front_door.opened(front_door.listen(port)) as opened:
        yield opened


@pytest.fixture
def echo(door: FrontDoor) -> Iterator[None]:
    with ThreadingHTTPServer((LOOPBACK, 0), Echo) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        door.api = httpx.URL(f"http://{LOOPBACK}:{server.server_port}/api/$default")
        yield
        server.shutdown()
        thread.join()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Message
    body: bytes


def ask(port: int, line: str, *, headers: dict[str, str], body: bytes = b"") -> Answer:
    """Send exactly this, so that no client adds or mends anything."""
    connection = HTTPConnection(LOOPBACK, port, timeout=5)
    method, _, path = line.partition(" ")
    connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders(body)
    with closing(connection):
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())


@pytest.mark.usefixtures("echo")
def test_a_request_and_its_answer_pass_as_they_are(port: int) -> None:
    sent = {"Host": "us.example", "X-Mine": "1", "Content-Length": "5", "Connection": "close"}

    answer = ask(port, "POST /v1/a%2Fb%20c//d?x=1&x=%2F&y", headers=sent, body=b"hello")

    assert answer.status == 418
    assert answer.headers["x-line"] == "POST /api/$default/v1/a%2Fb%20c//d?x=1&x=%2F&y HTTP/1.1"
    assert answer.headers["x-seen"] == "content-length, host, x-mine"
    assert answer.headers["x-host"] == "us.example"
    assert answer.headers.get_all("set-cookie") == ["a=1", "b=2"]
    assert answer.body == b"hello"


@pytest.mark.usefixtures("echo")
@pytest.mark.parametrize("path", ["/../x", "/v1/%2e%2e/%2E%2e/x", "/v1/..%2fx", "/."])
def test_no_path_leaves_the_api(port: int, path: str) -> None:
    answer = ask(port, f"GET {path}", headers={"Host": "us.example"})

    assert answer.status == HTTPStatus.NOT_FOUND
    assert answer.headers["content-type"] == PROBLEM


def test_before_the_deployment_is_ready_it_says_so(port: int, door: FrontDoor) -> None:
    assert door.api is None

    answer = ask(port, "GET /v1/health", headers={"Host": "us.example"})

    assert answer.status == HTTPStatus.SERVICE_UNAVAILABLE
    assert json.loads(answer.body)["status"] == 503


def test_with_nobody_behind_it_it_says_so(port: int, door: FrontDoor) -> None:
    door.api = httpx.URL(f"http://{LOOPBACK}:{free_port()}/api")

    answer = ask(port, "GET /v1/health", headers={"Host": "us.example"})

    assert answer.status == HTTPStatus.BAD_GATEWAY
    assert answer.headers["content-type"] == PROBLEM


def test_a_taken_port_is_told_before_anything_is_done(port: int) -> None:
    with (
        socket.create_server((LOOPBACK, port)),
        pytest.raises(PortTakenError, match=f"{port}.*PORT="),
    ):
        front_door.listen(port)


def test_only_this_machine_can_come_in(port: int) -> None:
    with front_door.listen(port) as listener:
        assert listener.getsockname() == (LOOPBACK, port)
