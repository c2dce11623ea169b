"""A download goes to public addresses only, whatever a link or a resolver says."""

import socket
from collections.abc import Sequence
from ipaddress import ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cliphook.adapters.address_guard import Target, check_link, is_public, resolve
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError

# Every block of the registries of special-purpose addresses: its first, its last, and some inside.
FORBIDDEN = """
    0.0.0.0  0.255.255.255  10.0.0.0  10.255.255.255  100.64.0.0  100.127.255.255  127.0.0.1
    127.255.255.254  169.254.0.1  169.254.169.254  169.254.170.2  172.16.0.0  172.31.255.255
    192.0.0.1  192.0.0.9  192.0.0.170  192.0.2.1  192.31.196.1  192.52.193.1  192.88.99.1
    192.168.0.0  192.168.255.255  192.175.48.1  198.18.0.0  198.19.255.255  198.51.100.7
    203.0.113.255  224.0.0.1  239.255.255.255  240.0.0.1  255.255.255.255
    ::  ::1  ::7f00:1  ::808:808  ::ffff:127.0.0.1  ::ffff:8.8.8.8  ::ffff:0:127.0.0.1
    ::ffff:0:8.8.8.8  64:ff9b::7f00:1  64:ff9b::808:808  64:ff9b:1::1  64:ff9b:1:ffff::1  100::1
    100:0:0:1::1  2001::1  2001:0:4136:e378:8000:63bf:3fff:fdd2  2001:2::1  2001:10::1  2001:20::1
    2001:db8::1  2002:7f00:1::1  2002:808:808::1  2620:4f:8000::1  3fff::1  3fff:fff:ffff::1
    5f00::1  fc00::1  fd00:ec2::254  fdff::1  fe80::1  fe80::1%eth0  febf::1  fec0::1  feff::1
    ff02::1  ff0e::1
""".split()  # noqa: SIM905 - a table
# The last one before and the first one after a forbidden block, and some that everybody knows.
PUBLIC = """
    1.0.0.0  1.1.1.1  8.8.8.8  9.255.255.255  11.0.0.0  93.184.216.34  100.63.255.255  100.128.0.0
    126.255.255.255  128.0.0.0  169.253.255.255  169.255.0.0  172.15.255.255  172.32.0.0
    191.255.255.255  192.0.1.0  192.0.3.0  192.88.98.255  192.167.255.255  192.169.0.0
    198.17.255.255  198.20.0.0  198.51.99.255  203.0.114.0  223.255.255.255
    2001:200::1  2001:4860:4860::8888  2003::1  2606:4700::1111  2a00:1450:4001::1  2620:4f:8001::1
""".split()  # noqa: SIM905 - a table


def somewhere(_: str, __: int) -> Sequence[str]:
    return ["93.184.216.34"]


def test_the_tables_are_long_enough() -> None:
    assert len(set(FORBIDDEN)) >= 60
    assert len(set(PUBLIC)) >= 30


@pytest.mark.parametrize("text", FORBIDDEN)
def test_an_address_of_special_purpose_is_not_public(text: str) -> None:
    assert not is_public(ip_address(text))

    with pytest.raises(ForbiddenAddressError):
        check_link("https://a.test/", allow_loopback=False, resolve=lambda *_: [text])


@pytest.mark.parametrize("text", PUBLIC)
def test_any_other_address_is_public(text: str) -> None:
    assert is_public(ip_address(text))

    target = check_link("https://a.test/", allow_loopback=False, resolve=lambda *_: [text])
    assert target.address == ip_address(text)


@given(address=st.ip_addresses())
@example(address=ip_address("::ffff:10.0.0.1"))
def test_what_python_knows_to_be_special_is_never_public(address: object) -> None:
    known = ip_address(str(address))

    assert known.is_global or not is_public(known)


@pytest.mark.parametrize("private", ["10.0.0.7", "127.0.0.1", "::1", "fd00::7"])
@pytest.mark.parametrize("place", range(3))
def test_one_private_answer_spoils_all(private: str, place: int) -> None:
    answers = ["93.184.216.34", "2606:4700::1111"]
    answers.insert(place, private)

    with pytest.raises(ForbiddenAddressError):
        check_link("https://a.test/", allow_loopback=False, resolve=lambda *_: answers)


def test_a_name_without_addresses_is_refused() -> None:
    with pytest.raises(ForbiddenAddressError):
        check_link("https://a.test/", allow_loopback=False, resolve=lambda *_: [])


def test_a_name_is_looked_up_once_and_that_answer_is_dialled() -> None:
    asked: list[tuple[str, int]] = []

    def turncoat(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return ["93.184.216.34", "1.1.1.1"] if len(asked) == 1 else ["127.0.0.1"]

    target = check_link("https://A.Test/r/1.mp3?a=b", allow_loopback=False, resolve=turncoat)

    assert asked == [("a.test", 443)]
    assert target == Target("https", "a.test", ip_address("93.184.216.34"), 443, "/r/1.mp3?a=b")


@pytest.mark.parametrize(
    ("url", "host", "path"),
    [
        ("https://a.test", "a.test", "/"),
        ("HTTPS://A.TEST/", "a.test", "/"),
        ("https://a.test:443/x", "a.test", "/x"),
        ("https://a.test:/x", "a.test", "/x"),
        ("https://a.test?x=1", "a.test", "?x=1"),
        ("https://a.test/x;y?z=%0a#", "a.test", "/x;y?z=%0a"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example", "/"),
        ("https://a-1.b2.c3.test/", "a-1.b2.c3.test", "/"),
        (f"https://{'a' * 63}.test/", f"{'a' * 63}.test", "/"),
        ("https://a.test//b.test/", "a.test", "//b.test/"),
    ],
)
def test_a_plain_link_is_taken_apart(url: str, host: str, path: str) -> None:
    target = check_link(url, allow_loopback=False, resolve=somewhere)

    assert (target.scheme, target.host, target.port, target.path) == ("https", host, 443, path)


BAD_LINKS = [
    *("", " ", "a.test", "//a.test/", "/etc/passwd", "https:", "https://", "https:///a.test"),
    *("http://a.test/", "ftp://a.test/", "file:///proc/self/environ", "gopher://a.test/"),
    *("data:audio/mpeg;base64,AAAA", "javascript:alert(1)", "https:a.test", "https:/a.test"),
    *("https://a.test:80/", "https://a.test:8443/", "https://a.test:0/", "https://a.test:x/"),
    *("https://a.test:99999/", "https://a.test:-443/", "https://a.test:443:443/"),
    *("https://a@127.0.0.1/", "https://a@a.test/", "https://@a.test/", "https://a:b@a.test/"),
    *("https://:@a.test/", "https://a.test#b", "https://a.test/x#b"),
    *("https://127.0.0.1/", "https://93.184.216.34/", "https://0x7f000001/", "https://2130706433/"),
    *("https://127.1/", "https://0177.0.0.1/", "https://0x7f.0.0.1/", "https://1.1.1.0x1/"),
    *("https://[::1]/", "https://[::ffff:127.0.0.1]/", "https://[fe80::1%25eth0]/", "https://[::/"),
    *("https://[2606:4700::1111]/", "https://[v1.a]/", "https://a.test]/"),
    *(
        "https://localhost/",
        "https://a/",
        "https://a.test./",
        "https://.a.test/",
        "https://a..test/",
    ),
    *(
        "https://-a.test/",
        "https://a-.test/",
        "https://a.test-/",
        "https://a_b.test/",
        "https://*.test/",
    ),
    *("https://a.1/", "https://a.0x7f/", f"https://{'a' * 64}.test/", "https://a%2etest/"),
    *("https://①②⑦.⓪.⓪.①/", "https://bücher.example/", "https://a。test/", "https://\uff41.test/"),
    *("https://a\n.test/", "https://a\t.test/", "https://a.test/\r\nHost: b", "https://a .test/"),
    *(" https://a.test/", "https://a.test/ ", "https://a.test/\0", "https://a.test/\x7f", "\x00"),
    *("https://a.test\\@b.test/", "https:\\\\a.test\\", "https://a.test/\\", "https://a.test/ü"),
    "https://a.test/" + "x" * 2034,
]


@pytest.mark.parametrize("url", BAD_LINKS)
@pytest.mark.parametrize("allow_loopback", [False, True])
def test_any_other_link_is_refused_before_its_name_is_looked_up(
    url: str, *, allow_loopback: bool
) -> None:
    asked: list[str] = []

    def keep(host: str, _: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.216.34"]

    with pytest.raises(ForbiddenAddressError):
        check_link(url, allow_loopback=allow_loopback, resolve=keep)
    assert asked == []


def test_a_link_may_be_as_long_as_the_limit() -> None:
    url = "https://a.test/" + "x" * 2033

    assert len(url) == 2048
    assert check_link(url, allow_loopback=False, resolve=somewhere).path == "/" + "x" * 2033


@pytest.mark.parametrize(
    ("url", "address", "port", "path"),
    [
        ("http://127.0.0.1:9901/r/1.mp3?a", "127.0.0.1", 9901, "/r/1.mp3?a"),
        ("http://127.0.0.1", "127.0.0.1", 80, "/"),
        ("http://127.255.255.254:1/", "127.255.255.254", 1, "/"),
    ],
)
def test_a_laptop_may_fetch_from_itself(url: str, address: str, port: int, path: str) -> None:
    target = check_link(url, allow_loopback=True, resolve=somewhere)

    assert target == Target("http", address, ip_address(address), port, path)
    with pytest.raises(ForbiddenAddressError):
        check_link(url, allow_loopback=False, resolve=somewhere)


@pytest.mark.parametrize(
    "url",
    [
        *("http://localhost/", "http://127.1/", "http://2130706433/", "http://0x7f.0.0.1/"),
        *("http://0177.0.0.1/", "http://127.0.0.1.test/", "http://[::1]/", "http://128.0.0.1/"),
        *("http://[::ffff:127.0.0.1]/", "http://10.0.0.1/", "http://169.254.169.254/"),
        *("http://a@127.0.0.1/", "http://127.0.0.1/#a", "https://127.0.0.1/", "http://0.0.0.0/"),
        *("http://93.184.216.34/", "http://a.test/", "http://127.0.0.1:99999/"),
    ],
)
def test_a_laptop_may_fetch_from_nowhere_else_that_is_not_public(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        check_link(url, allow_loopback=True, resolve=lambda *_: ["127.0.0.1"])


def test_a_name_that_means_this_machine_is_no_loopback_address() -> None:
    with pytest.raises(ForbiddenAddressError):
        check_link("https://a.test/", allow_loopback=True, resolve=lambda *_: ["127.0.0.1"])


def test_the_resolver_of_the_system_tells_every_address() -> None:
    assert "127.0.0.1" in resolve("localhost", 443)


def test_an_unknown_name_is_a_failed_download(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)

    with pytest.raises(FailedFetchError, match=r"^unknown_host$"):
        check_link("https://a.test/", allow_loopback=False, resolve=resolve)


@given(url=st.text(max_size=60) | st.from_regex(r"https?://[^/]{0,30}(/.*)?", fullmatch=True))
def test_any_text_is_a_target_or_refused(url: str) -> None:
    try:
        target = check_link(url, allow_loopback=True, resolve=somewhere)
    except ForbiddenAddressError:
        return
    assert is_public(target.address) or target.address.is_loopback
