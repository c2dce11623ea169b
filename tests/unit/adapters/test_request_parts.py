"""The parts of a request that are no plain texts: sources, pictures, prices, options, sounds."""

import json
from decimal import Decimal

import pytest

from cliphook.adapters.api_request import read_request, show_request
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.request import MusicRequest, Routing, Sound
from tests.support.market import choose

CLIP = "clip_01KAJ5T1W0000000000000000C"
FILE = "file_01KAJ5T1W0000000000000000F"
URL = "https://audio.test/a.mp3"


def read(body: object) -> MusicRequest:
    return read_request(json.dumps(body).encode(), choose=choose)


def wrong(body: object) -> dict[str, str]:
    """Say what is wrong with a body, field by field."""
    with pytest.raises(InvalidRequestError) as caught:
        read(body)
    return {error.field: error.message for error in caught.value.errors}


@pytest.mark.parametrize("source", [{"clip_id": CLIP}, {"file_id": FILE}, {"url": URL}])
def test_a_source_is_one_thing(source: dict[str, str]) -> None:
    assert show_request(read({"source": source}))["source"] == source
    for other in ({"clip_id": CLIP}, {"file_id": FILE}, {"url": URL}):
        if other != source:
            assert wrong({"source": source | other}).keys() >= {"source"}


@pytest.mark.parametrize(
    ("source", "field"),
    [
        ({}, "source"),
        ({"clip_id": None}, "source"),
        ({"clip_id": FILE}, "source.clip_id"),
        ({"clip_id": CLIP + "\n"}, "source.clip_id"),
        ({"clip_id": CLIP[:-1]}, "source.clip_id"),
        ({"file_id": CLIP}, "source.file_id"),
        ({"url": ""}, "source.url"),
        ({"url": "https://a.test/" + "x" * 2034}, "source.url"),
        ({"path": "/etc/passwd"}, "source.path"),
    ],
)
def test_another_source_is_none(source: dict[str, object], field: str) -> None:
    assert field in wrong({"source": source})


def test_a_picture_is_bytes_or_a_file_of_a_kind_that_is_known() -> None:
    inline = {"mime_type": "image/jpeg", "data": "AAAA"}
    upload = {"mime_type": "image/webp", "file_id": FILE}

    assert len(read({"images": [inline, upload] * 5}).images) == 10
    assert "images" in wrong({"images": [inline] * 11})
    assert "images.0" in wrong({"images": [inline | upload]})
    assert "images.0" in wrong({"images": [{"mime_type": "image/png"}]})
    assert "images.0.mime_type" in wrong({"images": [inline | {"mime_type": "image/svg+xml"}]})
    assert "images.1.data" in wrong({"images": [inline, inline | {"data": "a picture"}]})


def test_a_picture_s_bytes_are_not_shown_again() -> None:
    request = read({"images": [{"mime_type": "image/jpeg", "data": "AAAA"}]})

    assert show_request(request)["images"] == [{"mime_type": "image/jpeg"}]


@pytest.mark.parametrize("price", ["0", "12", "12.5", "0.0001", "1000000"])
def test_a_price_is_an_amount_as_a_text(price: str) -> None:
    assert read({"routing": {"max_price": price}}).routing.max_price == Decimal(price)


@pytest.mark.parametrize(
    "price",
    [
        12,
        12.5,
        "",
        "-1",
        "1e3",
        "NaN",
        "1,5",
        "0.00001",
        "1000000.0001",
        " 1",
        "\N{ARABIC-INDIC DIGIT ONE}",
    ],
)
def test_another_price_is_none(price: object) -> None:
    assert "routing.max_price" in wrong({"routing": {"max_price": price}})


def test_free_options_are_objects_and_not_endless() -> None:
    most = {"a": "x" * (16_384 - len('{"a": ""}'))}

    assert read({"provider_options": {"suno": most}}).provider_options.keys() == {"suno"}
    longer = {"a": most["a"] + "x"}
    assert "provider_options.suno" in wrong({"provider_options": {"suno": longer}})
    assert "provider_options.suno" in wrong({"provider_options": {"suno": []}})
    many = {f"n{number}": {"a": 1} for number in range(6)}
    assert "provider_options" in wrong({"provider_options": many})


@pytest.mark.parametrize("tempo", [0, 301, 1.5, "120", True])
def test_a_tempo_is_a_whole_number_up_to_300(tempo: object) -> None:
    sound = read({"sound": {"tempo_bpm": 300, "loop": False}}).sound

    assert sound == Sound(loop=False, tempo_bpm=300)
    assert "sound.tempo_bpm" in wrong({"sound": {"tempo_bpm": tempo}})


def test_five_providers_can_be_named_and_no_more() -> None:
    assert read({"routing": {"providers": ["a"] * 5}}).routing == Routing(("a",) * 5)
    assert "routing.providers" in wrong({"routing": {"providers": ["a"] * 6}})
    assert "routing.providers.1" in wrong({"routing": {"providers": ["a", ""]}})
