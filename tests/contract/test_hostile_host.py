"""
A hostile host reaches nothing, and nothing short, mixed or foreign is taken from it.

Whatever it does, nobody comes to the trap at the addresses that are not public, and nothing is left
on the disk. What it costs in time, memory and disk, `test_hostile_host_costs.py` says.
"""

import socket
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.domain.audio_format import Defect
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError
from tests.support import probing
from tests.support.audio_files import audio_file
from tests.support.hostile_host import NAME, PUBLIC, PUBLIC_6, Internet, internet
from tests.support.loopback import answer, redirect

URL = f"https://{NAME}/one.mp3"
OTHER = f"https://{NAME}/two.mp3"
MP3 = b"\xff\xfb\x90\x64" + bytes(range(256)) * 400

METADATA = (
    *("169.254.169.254", "::ffff:169.254.169.254", "::ffff:0:169.254.169.254", "::a9fe:a9fe"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b:1::a9fe:a9fe", "2002:a9fe:a9fe::1", "fd00:ec2::254"),
    *("fe80::a9fe:a9fe", "fe80::1%eth0", "2001:0:5db8:d822:0:3fff:5601:5601", "169.254.170.2"),
)
INSIDE = ("127.0.0.1", "10.0.0.7", "192.168.1.1", "172.31.0.9", "100.64.0.1", "0.0.0.7", "::1")


@pytest.fixture
def net(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Internet]:
    """Make the internet; in the end, see that nothing was reached and nothing is left."""
    with internet(tmp_path, monkeypatch) as made:
        yield made
        assert made.trapped() == 0
        assert {*made.dialled} <= {PUBLIC, PUBLIC_6}
        assert [*made.folder.iterdir()] == []


def reason(net: Internet, *urls: str, **options: object) -> str:
    with pytest.raises(FailedFetchError) as failed:
        net.fetch(*(urls or (URL,)), **options)
    return failed.value.reason


def test_the_trap_is_where_everything_leads_that_is_not_public(net: Internet) -> None:
    with socket.create_connection(("169.254.169.254", 80)):
        assert net.trapped() == 1
    net.dialled.clear()


def test_a_good_file_of_the_host_is_fetched(net: Internet) -> None:
    net.host.answers["/one.mp3"] = answer(MP3)

    for address in (PUBLIC, PUBLIC_6):
        net.names[NAME] = [address]
        assert net.fetch(URL) == MP3
    assert net.dialled == [PUBLIC, PUBLIC_6]


# --- It reaches nothing


@pytest.mark.parametrize("address", [*METADATA, *INSIDE])
def test_a_name_that_means_an_address_inside_is_not_dialled(net: Internet, address: str) -> None:
    for answers in ([address], [PUBLIC, address], [address, PUBLIC_6]):
        net.names[NAME] = answers
        with pytest.raises(ForbiddenAddressError):
            net.fetch(URL)
    assert net.dialled == []


@pytest.mark.parametrize("address", [*METADATA, *INSIDE])
def test_an_address_that_stands_in_the_link_is_not_dialled(net: Internet, address: str) -> None:
    literal = f"[{address}]" if ":" in address else address
    for url in (f"https://{literal}/", f"http://{literal}/latest/meta-data/"):
        net.host.answers["/one.mp3"] = redirect(url)
        for start in (url, URL):
            with pytest.raises(ForbiddenAddressError):
                net.fetch(start)
    assert {*net.dialled} == {PUBLIC}
    assert net.asked == [NAME, NAME]


def test_a_redirect_to_a_name_that_means_an_address_inside_is_refused(net: Internet) -> None:
    net.names["intern.example.test"] = ["64:ff9b::a9fe:a9fe"]
    net.host.answers["/one.mp3"] = redirect("https://intern.example.test/")

    with pytest.raises(ForbiddenAddressError):
        net.fetch(URL)
    assert net.dialled == [PUBLIC]


@pytest.mark.parametrize("where", ["https://{}:{}/", "http://{}:{}/", "http://{}/", "ftp://{}/"])
def test_no_other_port_and_no_other_scheme_is_spoken(net: Internet, where: str) -> None:
    for host in (NAME, "127.0.0.1"):
        url = where.format(host, net.trap_port)
        net.host.answers["/one.mp3"] = redirect(url)
        for start in (url, URL):
            with pytest.raises(ForbiddenAddressError):
                net.fetch(start)


def test_a_name_that_changes_between_check_and_use_is_asked_once(net: Internet) -> None:
    net.host.answers["/one.mp3"] = answer(MP3)

    def turncoat(name: str, _: int) -> Sequence[str]:
        net.asked.append(name)
        return [PUBLIC] if len(net.asked) == 1 else ["127.0.0.1"]

    assert net.fetch(URL, resolve=turncoat) == MP3
    assert (net.asked, net.dialled) == ([NAME], [PUBLIC])

    net.asked.clear()
    net.host.answers["/one.mp3"] = redirect(OTHER)
    with pytest.raises(ForbiddenAddressError):
        net.fetch(URL, resolve=turncoat)
    assert net.asked == [NAME, NAME]


def test_of_a_chain_three_redirects_are_followed_and_each_is_checked(net: Internet) -> None:
    hops = {f"/{hop}": redirect(f"https://{NAME}/{hop + 1}") for hop in range(4)}
    net.host.answers |= {**hops, "/4": answer(MP3)}

    assert net.fetch(f"https://{NAME}/1") == MP3
    assert net.asked == [NAME] * 4
    assert reason(net, f"https://{NAME}/0") == "too_many_redirects"
    assert len(net.dialled) == 4 + 4


@pytest.mark.parametrize("listed", [("*.example.test",), ("other.test", NAME)])
def test_where_an_operator_names_the_hosts_no_other_is_asked(
    net: Internet, listed: tuple[str, ...]
) -> None:
    fetcher = HttpxFetcher(
        allow_loopback=False, resolve=net.resolve, audio_hosts={"sunoapi": listed, "apiin": ()}
    )
    net.host.answers |= {"/one.mp3": answer(MP3), "/two.mp3": redirect("https://b.test/")}
    with fetcher.fetch(URL, provider="sunoapi") as fetched:
        assert fetched.size_bytes == len(MP3)

    strangers = ("https://b.test/", "https://example.test/", f"https://{NAME}.b.test/", OTHER)
    for url in (*strangers, "https://notexample.test/"):
        with (
            pytest.raises(FailedFetchError, match="unlisted_host"),
            fetcher.fetch(url, provider="sunoapi"),
        ):
            pytest.fail("it was fetched")

    assert net.asked == [NAME, NAME]
    with fetcher.fetch(URL, provider="apiin") as fetched:
        assert fetched.size_bytes == len(MP3)


# --- What is kept is what was sent, whole and from one answer


def test_less_than_was_announced_is_no_file(net: Internet) -> None:
    net.host.answers["/one.mp3"] = answer(MP3, headers={"Content-Length": str(len(MP3) + 1)})

    assert reason(net) == "short"


def test_of_more_than_was_announced_the_rest_is_known_to_be_missing(net: Internet) -> None:
    song = audio_file("mp3 cbr")
    half = len(song) // 2
    net.host.answers["/one.mp3"] = answer(song, headers={"Content-Length": str(half)})

    kept = net.fetch(URL)

    assert kept == song[:half]
    assert Defect.TRUNCATED in probing.found(kept).defects


def test_of_content_that_changes_nothing_is_mixed(net: Internet) -> None:
    other = MP3[::-1].replace(MP3[:4][::-1], b"") + b"another song"
    other = b"ID3\x04" + other
    net.host.answers["/one.mp3"] = answer(MP3 * 2, headers={"Content-Length": "999999"})
    net.host.answers["/two.mp3"] = answer(other)

    # Half of one answer, and then another: by another address, and by another try.
    assert net.fetch(URL, OTHER) == other
    assert reason(net) == "short"
    net.host.answers["/one.mp3"] = answer(other)
    with HttpxFetcher(allow_loopback=False, resolve=net.resolve).fetch(URL) as fetched:
        assert fetched.path.read_bytes() == other
        assert fetched.sha256 == sha256(other).hexdigest()
    assert all("range" not in seen.headers for seen in net.host.requests)


def test_a_part_that_nobody_asked_for_is_no_file(net: Internet) -> None:
    net.host.answers["/one.mp3"] = answer(MP3, 206, {"Content-Range": "bytes 0-9/10"})

    assert reason(net) == "http_206"
