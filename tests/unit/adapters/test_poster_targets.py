"""Where webhooks may go: asked at every attempt, and then dialled as it was checked."""

import socket
from collections.abc import Iterator, Sequence
from datetime import datetime

import pytest

from cliphook.adapters.httpx_poster import HttpxPoster
from cliphook.domain.delivery import Trouble
from cliphook.domain.errors import FailedFetchError
from tests.support.loopback import Loopback, loopback
from tests.support.makers import START

BODY = b'{"type":"job.archived"}'
HEADERS = {"webhook-id": "evt_1", "webhook-timestamp": "1", "webhook-signature": "v1,x"}
OWN = "https://music.test"


@pytest.fixture
def host() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


def now() -> datetime:
    return START


def counted(*addresses: str) -> tuple[list[str], HttpxPoster]:
    asked: list[str] = []

    def resolve(name: str, _: int) -> Sequence[str]:
        asked.append(name)
        return addresses

    guarded = HttpxPoster(own_url=OWN, allow_loopback=False, resolve=resolve, total_s=1)
    return asked, guarded


@pytest.mark.parametrize(
    "address", ["10.0.0.1", "127.0.0.1", "169.254.169.254", "64:ff9b::a9fe:a9fe", "::1"]
)
def test_a_name_that_has_turned_private_is_never_dialled(address: str) -> None:
    _, guarded = counted("93.184.216.34", address)

    response = guarded.post("https://hooks.example.test/", HEADERS, BODY)

    assert response.error is Trouble.FORBIDDEN_ADDRESS


def test_a_name_is_asked_for_again_at_every_attempt() -> None:
    asked, guarded = counted("10.0.0.1")

    for _ in range(2):
        guarded.post("https://hooks.example.test/", HEADERS, BODY)

    assert asked == ["hooks.example.test"] * 2


def test_a_name_that_nobody_knows_is_a_failure() -> None:
    def resolve(_: str, __: int) -> Sequence[str]:
        raise FailedFetchError("unknown_host")

    guarded = HttpxPoster(own_url=OWN, allow_loopback=False, resolve=resolve)

    response = guarded.post("https://hooks.example.test/", HEADERS, BODY)

    assert response.error is Trouble.UNKNOWN_HOST


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example.test/",
        "https://hooks.example.test:8443/",
        "https://user:password@hooks.example.test/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://2130706433/",
        "http://127.0.0.1:9/",
        "ftp://hooks.example.test/",
        "https://hooks.example.test/#part",
        "https://hooks.example.test/\nx",
        "nonsense",
        "",
        "https://music.test/v1/jobs",
        "https://MUSIC.test/callbacks/sunoapi/x",
    ],
)
def test_what_is_no_public_https_link_of_somebody_else_is_never_dialled(url: str) -> None:
    asked, guarded = counted("93.184.216.34")

    assert guarded.post(url, HEADERS, BODY).error is Trouble.FORBIDDEN_ADDRESS
    assert asked == []


def test_a_laptop_does_not_call_itself_either(host: Loopback) -> None:
    itself = HttpxPoster(own_url=host.url(), allow_loopback=True)

    assert itself.post(host.url("/v1/jobs"), HEADERS, BODY).error is Trouble.FORBIDDEN_ADDRESS
    assert host.requests == []


def test_a_checked_address_is_dialled_under_its_name_and_with_its_certificate(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    dialled: list[tuple[str, int]] = []
    create = socket.create_connection

    def dial(address: tuple[str, int], *rest: object, **named: object) -> socket.socket:
        dialled.append(address)
        return create(("127.0.0.1", port), *rest, **named)  # type: ignore[arg-type]

    with loopback() as server:
        port = server.port
        monkeypatch.setattr(socket, "create_connection", dial)
        _, guarded = counted("93.184.216.34")
        response = guarded.post("https://hooks.example.test/hook", HEADERS, BODY)

    # It speaks no TLS, so there it ends.
    assert dialled == [("93.184.216.34", 443)]
    assert response.error in {Trouble.UNREACHABLE, Trouble.CLOSED, Trouble.TIMEOUT}
    assert server.requests == []
