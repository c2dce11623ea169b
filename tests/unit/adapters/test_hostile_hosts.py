"""An audio host that leads to an address that is none fails like any other."""

import pytest

from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError
from tests.support.loopback import Loopback, redirect

ODD_LOCATIONS = ("mailto:x", "http://xn--a", "http://xn--/", "http://a:b", "x" * 70_000)


@pytest.mark.parametrize("location", ODD_LOCATIONS)
def test_an_address_that_is_none_is_not_followed(host: Loopback, location: str) -> None:
    host.answers["/a.mp3"] = redirect(location)
    fetcher = HttpxFetcher(allow_loopback=True)

    with (
        pytest.raises((FailedFetchError, ForbiddenAddressError)),
        fetcher.fetch(host.url("/a.mp3")),
    ):
        pytest.fail("it was followed")

    assert len(host.requests) == 1
