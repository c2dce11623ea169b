"""Covers are JPEG, PNG or WebP by their bytes, and nothing else, whatever they are called."""

from collections.abc import Iterator

import pytest

from cliphook.adapters.file_kinds import IMAGE, TWIN, Kind
from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.adapters.image_types import JPEG, PNG, WEBP, ImageType, sniff_image
from cliphook.domain.errors import FailedFetchError
from tests.support.loopback import Loopback, answer, loopback

MIB = 1024 * 1024

PICTURES = {
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x01\x00": JPEG,
    b"\xff\xd8\xff\xe1\x1c\x45Exif\x00\x00II*\x00": JPEG,
    b"\xff\xd8\xff\xdb": JPEG,
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR": PNG,
    b"RIFF\x24\x00\x00\x00WEBPVP8 ": WEBP,
    b"RIFF\x24\x00\x00\x00WEBPVP8L": WEBP,
    b"RIFF\x24\x00\x00\x00WEBPVP8X": WEBP,
}
OTHERS = {
    "a drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>',
    "a drawing with a head": b'<?xml version="1.0"?><svg><script>alert(1)</script></svg>',
    "a drawing behind spaces": b"      \n\t   <svg onload=alert(1)>",
    "a page": b"<!doctype html><html><body>Sign in</body></html>",
    "a GIF": b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\xff\xff",
    "a BMP": b"BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00\x28\x00",
    "an AVIF": b"\x00\x00\x00\x20ftypavif\x00\x00\x00\x00",
    "a TIFF": b"II*\x00\x08\x00\x00\x00",
    "a PDF": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3",
    "music": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "a wave": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "half a head": b"\x89PNG\r\n",
    "a PNG of nothing": b"\x89PNG\r\n\x1a\n<html><script>",
    "a WebP of nothing": b"RIFF\x24\x00\x00\x00WEBP<svg",
    "nothing but a mark": b"\xff\xd8",
}


@pytest.mark.parametrize(("head", "found"), PICTURES.items())
def test_a_picture_is_known_by_how_it_begins(head: bytes, found: ImageType) -> None:
    assert sniff_image(head) == found


@pytest.mark.parametrize("head", OTHERS.values(), ids=OTHERS)
def test_what_is_no_picture_of_these_kinds_is_none(head: bytes) -> None:
    assert sniff_image(head[:16]) is None


@pytest.fixture
def host() -> Iterator[Loopback]:
    with loopback() as server:
        yield server


def reason(host: Loopback, body: bytes, kind: Kind = IMAGE) -> str:
    host.answers["/cover.jpg"] = answer(body, headers={"Content-Type": "image/jpeg"})
    fetcher = HttpxFetcher(allow_loopback=True, kind=kind)
    with pytest.raises(FailedFetchError) as caught, fetcher.fetch(host.url("/cover.jpg")):
        pytest.fail("it was fetched")
    return caught.value.reason


@pytest.mark.parametrize("body", OTHERS.values(), ids=OTHERS)
def test_no_name_and_no_header_makes_a_picture_of_it(host: Loopback, body: bytes) -> None:
    assert reason(host, body) == "not_image"


def test_a_cover_may_have_ten_mebibytes_and_no_byte_more(host: Loopback) -> None:
    body = b"\xff\xd8\xff\xe0".ljust(10 * MIB, b"\0")
    host.answers["/cover.png"] = answer(body)

    with HttpxFetcher(allow_loopback=True, kind=IMAGE).fetch(host.url("/cover.png")) as fetched:
        assert (fetched.size_bytes, fetched.content_type) == (10 * MIB, "image/jpeg")
        assert fetched.extension == "jpg"
    assert reason(host, body + b"\0") == "too_large"


def test_a_cover_of_an_endless_host_is_given_up_at_the_limit(host: Loopback) -> None:
    body = b"\xff\xd8\xff\xe0".ljust(11 * MIB, b"\0")
    host.answers["/endless"] = b"HTTP/1.0 200 OK\r\n\r\n" + body

    fetcher = HttpxFetcher(allow_loopback=True, kind=IMAGE)
    with pytest.raises(FailedFetchError, match="too_large"), fetcher.fetch(host.url("/endless")):
        pytest.fail("it was fetched")


def test_a_twin_is_a_wave_file_and_no_other_audio(host: Loopback) -> None:
    assert reason(host, b"ID3\x04".ljust(400, b"\0"), TWIN) == "not_wav"
    host.answers["/one"] = answer(b"RIFF\x24\x00\x00\x00WAVEfmt ".ljust(400, b"\0"))

    with HttpxFetcher(allow_loopback=True, kind=TWIN).fetch(host.url("/one")) as fetched:
        assert (fetched.content_type, fetched.extension) == ("audio/wav", "wav")
