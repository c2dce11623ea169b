"""Who keeps AWS's promises here: the fakes, moto, the embedded AWS, and an account if there is."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

import boto3
import httpx
import requests
import time_machine
from botocore.config import Config

from tests.contract.aws.world import Heard, Keeper
from tests.simulator.cloud.s3_web import S3Web
from tests.simulator.cloud.session import FakeSession
from tests.simulator.effects import NoEffects
from tests.support.lean_moto import mock_aws

REGION: Final = "us-east-1"
# Whoever sets it has an account to ask.
ACCOUNT_VARIABLE: Final = "CLIPHOOK_CONFORMANCE_ACCOUNT"

# How long each keeper's clock can be made to go on.
WAITS_S: Final = {"fake": 86_400.0, "moto": 86_400.0, "MiniStack": 3.0, "account": 3_600.0}
CONFIG: Final = Config(
    s3={"addressing_style": "path"},
    signature_version="v4",
    retries={"mode": "standard", "total_max_attempts": 3},
    request_checksum_calculation="when_required",
)
S3_CONFIG: Final = CONFIG.merge(Config(signature_version="s3v4"))


def names() -> tuple[str, ...]:
    """Name the keepers that this run asks."""
    return ("fake", "moto", *(("account",) if ACCOUNT_VARIABLE in os.environ else ()))


@contextmanager
def fake() -> Iterator[Keeper]:
    """Ask the fakes, on a clock that stands still until somebody waits."""
    at = [datetime(2026, 3, 1, 12, tzinfo=UTC)]

    def wait(seconds: float) -> None:
        at[0] += timedelta(seconds=seconds)

    session = FakeSession(NoEffects(), lambda: at[0], is_strict=True)
    web = S3Web(session.s3, lambda: at[0])

    def ask(
        method: str, url: str, fields: Mapping[str, str] | None = None, file: bytes = b""
    ) -> Heard:
        found = web.follow(method, url) if fields is None else web.post(url, fields, file)
        return Heard(found.status, found.headers, found.body)

    yield Keeper("fake", session.client, ask, wait)


@contextmanager
def moto() -> Iterator[Keeper]:
    """Ask moto, with a clock that can be put forward."""
    with mock_aws(), time_machine.travel(datetime.now(UTC), tick=True) as clock:

        def wait(seconds: float) -> None:
            clock.shift(timedelta(seconds=seconds))

        def ask(
            method: str, url: str, fields: Mapping[str, str] | None = None, file: bytes = b""
        ) -> Heard:
            files = {"file": file} if fields is not None else None
            found = requests.request(method, url, data=fields, files=files, timeout=5)
            return Heard(found.status_code, found.headers, found.content)

        yield Keeper("moto", _clients(), ask, wait)


@contextmanager
def embedded(client: Callable[[str], Any]) -> Iterator[Keeper]:
    """Ask the embedded AWS, whose clock is the real one."""
    yield Keeper("MiniStack", client, ask_over_http, time.sleep)


@contextmanager
def account() -> Iterator[Keeper]:
    """Ask a real account, which takes its time."""
    clients = _clients()
    yield Keeper("account", clients, ask_over_http, time.sleep, patience_s=30)


KEEPERS: Final = {"fake": fake, "moto": moto, "account": account}


def ask_over_http(
    method: str, url: str, fields: Mapping[str, str] | None = None, file: bytes = b""
) -> Heard:
    """Ask a server."""
    files = {"file": file} if fields is not None else None
    found = httpx.request(method, url, data=fields, files=files, trust_env=False)
    return Heard(found.status_code, found.headers, found.content)


def _clients() -> Callable[[str], Any]:
    session = boto3.Session(region_name=REGION)

    @cache
    def client(service: str) -> Any:
        return session.client(service, config=S3_CONFIG if service == "s3" else CONFIG)

    return client
