"""A client's own link goes through the guard of every download, and within a bounded time."""

import threading
import time
from collections.abc import Sequence

import pytest

from cliphook.adapters.source_guard import check_url
from cliphook.domain.errors import FailedFetchError, FieldError

PUBLIC = "93.184.216.34"


def public(_: str, __: int) -> Sequence[str]:
    return [PUBLIC]


def test_a_public_link_is_let_through() -> None:
    url = "https://a.test/r/1.mp3?a=b"

    assert check_url(url, allow_loopback=False, resolve=public) is None


@pytest.mark.parametrize(
    "url",
    [
        *("", "a.mp3", "http://a.test/", "ftp://a.test/", "file:///etc/passwd", "https://a/"),
        *("https://a.test:8443/", "https://a@a.test/", "https://a.test/#b", "https://127.0.0.1/"),
        *("https://[::1]/", "https://a.test/\n", "\ud800", "https://a.test/" + "x" * 2034),
    ],
)
@pytest.mark.parametrize("allow_loopback", [False, True])
def test_any_other_link_is_a_wrong_field(url: str, *, allow_loopback: bool) -> None:
    error = check_url(url, allow_loopback=allow_loopback, resolve=public)

    assert error
    assert error.field == "source.url"
    assert "https" in error.message
    assert not url or url not in error.message


@pytest.mark.parametrize("private", ["10.0.0.7", "169.254.169.254", "64:ff9b::a9fe:a9fe", "::1"])
def test_one_private_address_of_the_host_spoils_it(private: str) -> None:
    error = check_url("https://a.test/", allow_loopback=False, resolve=lambda *_: [PUBLIC, private])

    assert error


def test_only_a_laptop_may_be_led_to_itself() -> None:
    url = "http://127.0.0.1:9901/a.mp3"

    assert check_url(url, allow_loopback=True) is None
    assert check_url(url, allow_loopback=False)


def test_the_field_is_named_as_its_author_knows_it() -> None:
    error = check_url("x", allow_loopback=False, field="images.0.url")

    assert error
    assert error.field == "images.0.url"


def test_a_host_that_nobody_knows_is_a_wrong_field() -> None:
    def fail(_: str, __: int) -> Sequence[str]:
        reason = "unknown_host"
        raise FailedFetchError(reason)

    assert check_url("https://a.test/", allow_loopback=False, resolve=fail) == FieldError(
        "source.url", "names a host whose address cannot be found"
    )


def test_a_slow_resolver_holds_nobody_up() -> None:
    let_go = threading.Event()

    def dawdle(_: str, __: int) -> Sequence[str]:
        let_go.wait(30)
        return [PUBLIC]

    began_s = time.monotonic()
    error = check_url("https://a.test/", allow_loopback=False, resolve=dawdle, wait_s=0.05)
    took_s = time.monotonic() - began_s
    let_go.set()

    assert error
    assert took_s < 5


def test_an_answer_within_the_time_is_waited_for() -> None:
    def linger(_: str, __: int) -> Sequence[str]:
        time.sleep(0.05)
        return [PUBLIC]

    assert check_url("https://a.test/", allow_loopback=False, resolve=linger, wait_s=10) is None
