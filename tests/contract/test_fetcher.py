"""What `Fetcher` promises, and what a stranger's audio host can make of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

import httpx
import pytest

from cliphook.adapters import httpx_fetcher
from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.application.ports import Fetcher
from cliphook.domain.errors import CliphookError, FailedFetchError, ForbiddenAddressError
from tests.support.fakes import FakeFetcher

URL = "https://files.example.test/one.mp3?token=abc"
AUDIO = b"ID3\x04" + bytes(range(256)) * 2000


def resolve(host: str, _: int) -> Sequence[str]:
    """Know every name, but for one that leads to the metadata service of a cloud."""
    return ["169.254.169.254"] if host.startswith("inside.") else ["93.184.215.14", "2606:2800::1"]


@dataclass
class Host:
    """An audio host: what it answers, and what it was asked."""

    answers: list[httpx.Response | Exception]
    requests: list[httpx.Request] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def fetcher_of(host: Host, clock_s: Callable[[], float] = lambda: 0.0) -> HttpxFetcher:
    transport = httpx.MockTransport(host)
    return HttpxFetcher(allow_loopback=False, resolve=resolve, clock_s=clock_s, transport=transport)


def serving(*answers: httpx.Response | Exception) -> HttpxFetcher:
    return fetcher_of(Host([*answers]))


def fake_of(*, serves: bool) -> Fetcher:
    fake = FakeFetcher()
    if serves:
        fake.files[URL] = AUDIO
    fake.files["https://inside.example.test/"] = ForbiddenAddressError()
    return fake


def real_of(*, serves: bool) -> Fetcher:
    return serving(served(AUDIO) if serves else served(status=404))


@pytest.fixture(params=[fake_of, real_of], ids=["fake", "httpx"])
def make(request: pytest.FixtureRequest) -> Callable[..., Fetcher]:
    made: Callable[..., Fetcher] = request.param
    return made


def test_a_download_lies_on_disk_as_it_came(make: Callable[..., Fetcher]) -> None:
    with make(serves=True).fetch(URL) as fetched:
        assert fetched.path.read_bytes() == AUDIO

    assert fetched.sha256 == sha256(AUDIO).hexdigest()
    assert fetched.size_bytes == len(AUDIO)
    assert (fetched.content_type, fetched.extension) == ("audio/mpeg", "mp3")


def test_the_file_is_gone_afterwards(make: Callable[..., Fetcher]) -> None:
    with make(serves=True).fetch(URL) as fetched:
        pass

    assert not fetched.path.exists()


def test_the_file_is_gone_after_a_failure_too(make: Callable[..., Fetcher]) -> None:
    with pytest.raises(ZeroDivisionError), make(serves=True).fetch(URL) as fetched:
        raise ZeroDivisionError

    assert not fetched.path.exists()


def test_a_file_that_is_not_served_failed(make: Callable[..., Fetcher]) -> None:
    with pytest.raises(FailedFetchError) as failed, make(serves=False).fetch(URL):
        pass

    assert failed.value.reason == "http_404"


def test_an_address_inside_is_forbidden(make: Callable[..., Fetcher]) -> None:
    with (
        pytest.raises(ForbiddenAddressError),
        make(serves=True).fetch("https://inside.example.test/"),
    ):
        pass


def test_the_address_that_was_checked_is_the_one_that_is_dialled() -> None:
    host = Host([served(AUDIO)])

    with fetcher_of(host).fetch(URL):
        pass

    (request,) = host.requests
    assert str(request.url) == "https://93.184.215.14/one.mp3?token=abc"
    assert request.headers["host"] == "files.example.test"
    assert request.extensions["sni_hostname"] == "files.example.test"


def served(*chunks: bytes, status: int = 200, encoding: str = "identity") -> httpx.Response:
    """Answer in pieces, as a host does, for a body can be read but once."""
    return httpx.Response(status, headers={"content-encoding": encoding}, content=iter(chunks))


def moved(to: str) -> httpx.Response:
    return httpx.Response(302, headers={"location": to})


def test_a_redirect_is_followed_to_its_own_checked_address() -> None:
    host = Host([moved("https://cdn.example.test/x"), moved("/y"), served(AUDIO)])

    with fetcher_of(host).fetch(URL) as fetched:
        assert fetched.size_bytes == len(AUDIO)

    assert [request.headers["host"] for request in host.requests[1:]] == ["cdn.example.test"] * 2
    assert host.requests[2].url.path == "/y"


@pytest.mark.parametrize(
    "to", ["https://inside.example.test/", "http://cdn.example.test/", "file:///etc/passwd"]
)
def test_a_redirect_inside_is_forbidden(to: str) -> None:
    host = Host([moved(to)])

    with pytest.raises(ForbiddenAddressError), fetcher_of(host).fetch(URL):
        pass

    assert len(host.requests) == 1


FAILURES: dict[str, Callable[[], list[httpx.Response | Exception]]] = {
    "http_503": lambda: [served(AUDIO, status=503)],
    "http_206": lambda: [served(AUDIO, status=206)],
    "empty": lambda: [served()],
    "not_audio": lambda: [served(b"<html>" * 100)],
    "encoded": lambda: [served(AUDIO, encoding="gzip")],
    "too_many_redirects": lambda: [moved(URL)] * 4,
    "too_slow": lambda: [httpx.ReadTimeout("slow")],
    "unreachable": lambda: [httpx.ConnectError("refused")],
    "short": lambda: [httpx.RemoteProtocolError("peer closed")],
}


@pytest.mark.parametrize(("reason", "answers"), FAILURES.items(), ids=FAILURES)
def test_each_failure_has_its_reason(
    reason: str, answers: Callable[[], list[httpx.Response | Exception]]
) -> None:
    with pytest.raises(FailedFetchError) as failed, serving(*answers()).fetch(URL):
        pass

    assert failed.value.reason == reason


def test_a_file_that_says_it_is_too_large_is_not_read() -> None:
    def chunks() -> Iterator[bytes]:
        pytest.fail("was read")
        yield b""

    length = str(httpx_fetcher.SIZE_MAX_BYTES + 1)
    large = httpx.Response(200, headers={"content-length": length}, content=chunks())

    with pytest.raises(FailedFetchError, match="too_large"), serving(large).fetch(URL):
        pass


def test_a_file_that_does_not_end_is_given_up_at_the_limit() -> None:
    size_bytes = 0

    def endless() -> Iterator[bytes]:
        nonlocal size_bytes
        chunk = b"ID3" + bytes(16 * 1024 * 1024)
        while True:
            size_bytes += len(chunk)
            yield chunk

    with (
        pytest.raises(FailedFetchError, match="too_large"),
        serving(httpx.Response(200, content=endless())).fetch(URL),
    ):
        pass

    assert size_bytes < httpx_fetcher.SIZE_MAX_BYTES + 2 * 16 * 1024 * 1024 + 10


def test_a_host_that_drips_is_given_up_in_time() -> None:
    ticks = iter(range(0, 10_000, 50))
    drips = served(*[b"ID3" + bytes(300_000)] * 10)
    fetcher = fetcher_of(Host([drips]), clock_s=lambda: next(ticks))

    with pytest.raises(FailedFetchError, match="too_slow"), fetcher.fetch(URL):
        pass


LINKS = [
    "",
    "one.mp3",
    "ftp://files.example.test/",
    "https://user:pw@files.example.test/",
    "https://",
]


@pytest.mark.parametrize("url", [*LINKS, "https://[::1]/", "https://127.0.0.1/", "https://a b/"])
def test_any_odd_link_is_one_of_the_two_errors(url: str) -> None:
    with pytest.raises(CliphookError) as failed, serving().fetch(url):
        pass

    assert isinstance(failed.value, FailedFetchError | ForbiddenAddressError)
