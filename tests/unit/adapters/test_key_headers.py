"""The operator's key goes into the header that a provider's row names, and into no other."""

from dataclasses import replace

import httpx
import pytest

from cliphook.adapters.httpx_exchange import HttpxExchange
from cliphook.adapters.providers.provider import Call
from cliphook.adapters.providers.table import PROVIDERS, find_provider
from tests.support.keys import Keys


@pytest.mark.parametrize(
    ("header", "scheme", "written"),
    [
        ("Authorization", "Bearer", "Bearer key-1"),
        ("Authorization", "Token", "Token key-1"),
        ("X-API-Key", "", "key-1"),
    ],
)
def test_a_key_goes_where_the_row_says(header: str, scheme: str, written: str) -> None:
    seen: list[httpx.Headers] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request.headers)
        return httpx.Response(200, stream=httpx.ByteStream(b"{}"))

    usual = find_provider("sunoapi")
    row = replace(usual, facts=replace(usual.facts, key_header=header, key_scheme=scheme))
    exchange = HttpxExchange(Keys(), {}, httpx.MockTransport(serve))
    with exchange.call(row, Call("GET", "/"), answer_s=1, is_unauthorized=lambda *_: False):
        pass

    (headers,) = seen
    assert headers[header] == written
    assert [name for name, value in headers.items() if "key-1" in value] == [header.lower()]


def test_a_key_is_a_bearers_unless_a_row_says_otherwise() -> None:
    for row in PROVIDERS.values():
        assert (row.facts.key_header, row.facts.key_scheme) == ("Authorization", "Bearer")
