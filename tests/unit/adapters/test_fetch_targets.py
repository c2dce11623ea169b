"""Where a download may be led, and whom it speaks to: the address that was checked."""

from collections.abc import Sequence
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError
from tests.support.loopback import Loopback, answer, loopback, redirect

MP3 = b"ID3\x04\x00" + bytes(200)
PUBLIC = "93.184.216.34"
NAME = "files.example.test"


def fetched(url: str, **options: Any) -> bytes:
    with HttpxFetcher(**{"allow_loopback": True, **options}).fetch(url) as found:
        return found.path.read_bytes()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(host: Loopback, status: int) -> None:
    host.answers |= {"/one": redirect("/two?a=b", status), "/two": answer(MP3)}

    assert fetched(host.url("/one")) == MP3
    assert [seen.path for seen in host.requests] == ["/one", "/two?a=b"]


def test_three_redirects_are_followed_and_no_fourth(host: Loopback) -> None:
    host.answers |= {f"/{hop}": redirect(f"/{hop + 1}") for hop in range(4)} | {"/4": answer(MP3)}

    assert fetched(host.url("/1")) == MP3
    with pytest.raises(FailedFetchError, match=r"^too_many_redirects$"):
        fetched(host.url("/0"))
    assert len(host.requests) == 4 + 4


def test_a_loop_ends(host: Loopback) -> None:
    host.answers["/"] = redirect("/")

    with pytest.raises(FailedFetchError, match=r"^too_many_redirects$"):
        fetched(host.url())
    assert len(host.requests) == 4


@pytest.mark.parametrize(
    "location",
    [
        "http://169.254.169.254/latest/meta-data/",
        "http://10.0.0.1/",
        "http://localhost/",
        "http://[::1]/",
        "http://example.com/one.mp3",
        "https://127.0.0.1/",
        "https://user@files.example.test/",
        "//169.254.169.254/",
        "file:///proc/self/environ",
        "ftp://files.example.test/",
        "https://fil\xe9s.example.test/",
    ],
)
def test_a_redirect_leads_nowhere_that_a_link_may_not(host: Loopback, location: str) -> None:
    host.answers["/"] = redirect(location)

    with pytest.raises(ForbiddenAddressError):
        fetched(host.url())
    assert len(host.requests) == 1


@pytest.mark.parametrize("location", ["http://[", "//[", "https://[::1", "http://a:b/", "\x01"])
def test_a_redirect_to_nowhere_is_refused(host: Loopback, location: str) -> None:
    host.answers["/"] = redirect(location)

    with pytest.raises((ForbiddenAddressError, FailedFetchError)):
        fetched(host.url())
    assert len(host.requests) == 1


def test_a_redirect_to_a_private_name_is_refused_by_its_address(host: Loopback) -> None:
    host.answers["/"] = redirect("https://intern.example.test/")

    with pytest.raises(ForbiddenAddressError):
        fetched(host.url(), resolve=lambda *_: ["10.0.0.7"])


def test_a_host_learns_nothing_from_the_one_before_it(host: Loopback) -> None:
    first = redirect("/two").replace(b"\r\n", b"\r\nSet-Cookie: who=you; Path=/\r\n", 1)
    host.answers |= {"/one": first, "/two": answer(MP3)}

    fetched(host.url("/one"))

    assert [seen.headers.get("cookie") for seen in host.requests] == [None, None]
    assert [seen.headers.get("referer") for seen in host.requests] == [None, None]


@pytest.mark.parametrize("address", [PUBLIC, "2606:4700::1111"])
def test_the_checked_address_is_dialled_under_its_name(address: str) -> None:
    seen: list[httpx.Request] = []
    asked: list[str] = []

    def serve(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, stream=httpx.ByteStream(MP3))

    def resolve(name: str, _: int) -> Sequence[str]:
        asked.append(name)
        # Whoever asked twice would be sent to the inside by the second answer.
        return [address] if len(asked) == 1 else ["127.0.0.1"]

    content = fetched(
        f"https://{NAME}/one.mp3",
        allow_loopback=False,
        resolve=resolve,
        transport=httpx.MockTransport(serve),
    )

    assert content == MP3
    assert asked == [NAME]
    assert [request.url.host for request in seen] == [address]
    assert [request.headers["host"] for request in seen] == [NAME]
    assert [request.extensions["sni_hostname"] for request in seen] == [NAME]


def test_a_host_is_waited_for_as_long_as_is_decent() -> None:
    limits: list[dict[str, float]] = []

    def keep_silent(request: httpx.Request) -> httpx.Response:
        limits.append(request.extensions["timeout"])
        raise httpx.ReadTimeout("silence")

    with pytest.raises(FailedFetchError, match=r"^too_slow$"):
        fetched(
            f"https://{NAME}/",
            resolve=lambda *_: [PUBLIC],
            transport=httpx.MockTransport(keep_silent),
        )
    assert limits == [{"connect": 3, "read": 10, "write": 10, "pool": 1}]


@pytest.mark.parametrize("length", ["many", "-5", "5, 6", "²", "1e3", "", "9" * 20, "9" * 5000])
def test_a_length_that_is_none_is_not_believed(length: str) -> None:
    """Our HTTP library looks at the length itself; this is for the day when it does not."""

    def serve(_: httpx.Request) -> httpx.Response:
        headers = [(b"Content-Length", length.encode())]
        return httpx.Response(200, headers=headers, stream=httpx.ByteStream(MP3))

    with pytest.raises(FailedFetchError, match=r"^malformed$"):
        fetched(
            f"https://{NAME}/", resolve=lambda *_: [PUBLIC], transport=httpx.MockTransport(serve)
        )


pieces = st.sampled_from(
    [
        *(
            b"HTTP/1.1 ",
            b"HTTP/0.9 ",
            b"200",
            b"302",
            b"100",
            b"\r\n",
            b"\n",
            b"\0",
            b"\xff\xfb\x90",
        ),
        *(
            b"Content-Length: ",
            b"Transfer-Encoding: chunked",
            b"Location: ",
            b"http://",
            b"[",
            b":",
        ),
        *(
            b"Content-Encoding: ",
            b"Set-Cookie: a=b",
            b"5",
            b"-1",
            b" ",
            b"\r\n\r\n",
            b"ID3",
            b"\xe9",
        ),
    ]
)


@settings(max_examples=200)
@given(parts=st.lists(pieces, max_size=12))
def test_no_host_can_raise_anything_else(parts: list[bytes]) -> None:
    with loopback() as host:
        host.answers["/"] = b"HTTP/1.1 200 OK\r\n" * (len(parts) % 3 > 0) + b"".join(parts)
        try:
            content = fetched(host.url())
        except (FailedFetchError, ForbiddenAddressError):
            return
    assert content.startswith((b"ID3", b"\xff\xfb\x90"))
