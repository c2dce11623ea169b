"""What `Fetcher` promises; what strangers make of a download, unit tests of the adapter say."""

from collections.abc import Callable, Sequence
from hashlib import sha256

import httpx
import pytest

from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.application.ports import Fetcher
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError
from tests.support.fakes import FakeFetcher

URL = "https://files.example.test/one.mp3?token=abc"
INSIDE = "https://inside.example.test/"
MISSING = "https://files.example.test/two.mp3"
AUDIO = b"ID3\x04" + bytes(range(256)) * 2000


def resolve(host: str, _: int) -> Sequence[str]:
    """Know every name; one of them leads to the metadata service of a cloud."""
    return ["169.254.169.254"] if host.startswith("inside.") else ["93.184.215.14"]


def serve(request: httpx.Request) -> httpx.Response:
    # In pieces, as a host does: a body that is there at once counts as read already.
    is_there = request.url.path == "/one.mp3"
    return httpx.Response(200 if is_there else 404, content=iter([AUDIO[:9], AUDIO[9:]]))


def fake() -> Fetcher:
    fetcher = FakeFetcher()
    fetcher.files = {URL: AUDIO, INSIDE: ForbiddenAddressError()}
    return fetcher


def real() -> Fetcher:
    transport = httpx.MockTransport(serve)
    return HttpxFetcher(allow_loopback=False, resolve=resolve, transport=transport)


@pytest.fixture(params=[fake, real], ids=["fake", "httpx"])
def fetcher(request: pytest.FixtureRequest) -> Fetcher:
    make: Callable[[], Fetcher] = request.param
    return make()


def test_a_download_lies_on_disk_as_it_came(fetcher: Fetcher) -> None:
    with fetcher.fetch(URL) as fetched:
        assert fetched.path.read_bytes() == AUDIO

    assert fetched.sha256 == sha256(AUDIO).hexdigest()
    assert fetched.size_bytes == len(AUDIO)
    assert (fetched.content_type, fetched.extension) == ("audio/mpeg", "mp3")


def test_the_file_is_gone_afterwards(fetcher: Fetcher) -> None:
    with fetcher.fetch(URL) as fetched:
        pass

    assert not fetched.path.exists()


def test_the_file_is_gone_after_a_failure_too(fetcher: Fetcher) -> None:
    with pytest.raises(ZeroDivisionError), fetcher.fetch(URL) as fetched:
        raise ZeroDivisionError

    assert not fetched.path.exists()


def test_a_file_that_is_not_served_is_a_failure_with_a_reason(fetcher: Fetcher) -> None:
    with pytest.raises(FailedFetchError) as failed, fetcher.fetch(MISSING):
        pass

    assert failed.value.reason == "http_404"


def test_an_address_inside_is_forbidden(fetcher: Fetcher) -> None:
    with pytest.raises(ForbiddenAddressError), fetcher.fetch(INSIDE):
        pass


@pytest.mark.parametrize("best", [MISSING, INSIDE])
def test_the_first_address_that_serves_the_file_is_taken(fetcher: Fetcher, best: str) -> None:
    with fetcher.fetch(best, MISSING, URL) as fetched:
        assert fetched.path.read_bytes() == AUDIO


def test_of_several_failures_that_of_the_best_address_is_told(fetcher: Fetcher) -> None:
    with pytest.raises(ForbiddenAddressError), fetcher.fetch(INSIDE, MISSING):
        pass

    with pytest.raises(FailedFetchError, match="http_404"), fetcher.fetch(MISSING, INSIDE):
        pass
