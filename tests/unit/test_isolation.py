"""The promises of tests/conftest.py."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[2]
# Reserved for documentation: nobody is there.
ELSEWHERE = "192.0.2.1"


def test_no_connection_leaves_this_machine() -> None:
    with socket.socket() as client, pytest.raises(RuntimeError, match="192"):
        client.connect((ELSEWHERE, 80))


def test_no_datagram_leaves_this_machine() -> None:
    with (
        socket.socket(type=socket.SOCK_DGRAM) as client,
        pytest.raises(RuntimeError, match="192"),
    ):
        client.sendto(b"hello", (ELSEWHERE, 53))


def test_no_name_is_looked_up_elsewhere() -> None:
    with pytest.raises(RuntimeError, match=r"refused\.example"):
        socket.getaddrinfo("refused.example", 443)


@pytest.mark.parametrize("host", ["0.0.0.0", ""])  # noqa: S104
def test_nobody_listens_beyond_loopback(host: str) -> None:
    with socket.socket() as server, pytest.raises(RuntimeError, match="bind"):
        server.bind((host, 0))


def test_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]

        with socket.create_connection(("localhost", port)) as client:
            assert client.getpeername() == ("127.0.0.1", port)


def test_a_developers_environment_does_not_get_in() -> None:
    script = "import tests.conftest, os; print(*sorted(os.environ))"
    theirs = {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_PROFILE": "prod", "TABLE_NAME": "jobs"}

    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, **theirs},
        capture_output=True,
        text=True,
        check=True,
    )

    assert not theirs.keys() & set(done.stdout.split())


def test_credentials_open_nothing() -> None:
    assert os.environ["AWS_ACCESS_KEY_ID"] == "testing"
    assert os.environ["AWS_REGION"] == "us-east-1"
    assert "AWS_ENDPOINT_URL" not in os.environ


@pytest.mark.skipif("HYPOTHESIS_PROFILE" in os.environ, reason="somebody chose another profile")
def test_the_gate_does_not_flicker() -> None:
    assert settings.get_current_profile_name() == "gate"
    assert settings().derandomize
