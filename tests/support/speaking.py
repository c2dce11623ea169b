"""A sender for tests: the real one, with nothing behind it but what a test names."""

import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from typing import Any

import boto3
import httpx

from cliphook.adapters.httpx_exchange import HttpxExchange, ProviderKeys
from cliphook.adapters.httpx_sender import HttpxSender
from cliphook.adapters.materials import Materials
from cliphook.adapters.providers.table import PROVIDERS, Table
from cliphook.application.keep_clip import Examine, Keeper
from cliphook.application.keep_inline import PatientShelf
from cliphook.application.ports import Shelf
from cliphook.domain.ids import AccountId
from tests.support.examining import walk_only
from tests.support.fakes import FakeShelf
from tests.support.keys import Keys
from tests.support.makers import at

SOURCE_HOST = "https://music.test/sources"


def make_sender(
    base_urls: Mapping[str, str],
    keys: ProviderKeys | None = None,
    *,
    transport: httpx.BaseTransport | None = None,
    answer_max_s: float | None = None,
    shelf: Shelf | None = None,
    providers: Table = PROVIDERS,
    clock: Callable[[], datetime] = lambda: at(3),
    bucket: str = "no-bucket",
    sleep: Callable[[float], None] = time.sleep,
    examine: Examine = walk_only,
) -> HttpxSender:
    """Make a sender that calls what a test serves."""
    exchange = HttpxExchange(keys or Keys(), base_urls, transport)
    kept_on = shelf or FakeShelf()
    return HttpxSender(
        exchange,
        Materials(exchange, bucket, _s3(), _source_url),
        lambda waits_s: Keeper(PatientShelf(kept_on, sleep, iter(waits_s)), examine),
        clock=clock,
        providers=providers,
        answer_max_s=answer_max_s,
    )


# Never called but for sources that lie in a bucket, and dearer than most tests.
@cache
def _s3() -> Any:
    return boto3.client("s3", region_name="us-east-1")


def _source_url(_: AccountId, key: str, __: datetime) -> str:
    return f"{SOURCE_HOST}/{key}"
