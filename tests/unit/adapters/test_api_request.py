"""A client's request is read strictly, and every wrong field of it is named at once."""

import json
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.api_request import read_request, show_request
from cliphook.domain.errors import InvalidRequestError, OversizedBodyError
from cliphook.domain.ids import ClipId, FileId
from cliphook.domain.request import (
    Image,
    MusicRequest,
    Operation,
    OutputFormat,
    PersonaKind,
    Routing,
    Sound,
    Source,
    Stems,
    VocalGender,
)
from tests.support.market import choose

# What names every field, each with a value that is not the one it has by itself.
FULL: dict[str, Any] = {
    "operation": "extend",
    "model": "sunoapi/V5",
    "routing": {"providers": ["sunoapi", "apikley"], "fallback": False, "max_price": "12.5000"},
    "prompt": "A calm piano",
    "lyrics": "[Verse]\n\tNight\r\ncity lights 🎵",
    "style": "Rock",
    "title": "Iron Man",
    "instrumental": True,
    "negative_style": "Heavy metal",
    "vocal_gender": "f",
    "style_weight": 0.65,
    "weirdness": 1,
    "audio_weight": 0.1,
    "persona_id": "persona-1",
    "persona_kind": "voice_persona",
    "duration_s": 30,
    "output_format": "wav",
    "images": [{"mime_type": "image/png", "file_id": "file_01KAJ5T1W0000000000000000F"}],
    "source": {"clip_id": "clip_01KAJ5T1W0000000000000000C"},
    "continue_at_s": 12.5,
    "keep_source_settings": True,
    "stems": "all",
    "sound": {"loop": True, "tempo_bpm": 120, "key": "Am"},
    "provider_options": {"sunoapi": {"duration": 30, "more": {"a": [0.5, None]}}},
    "metadata": {"order": "17", "note": ""},
}
WEIGHTS = ("style_weight", "weirdness", "audio_weight")


def read(body: object) -> MusicRequest:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_request(raw, choose=choose)


def wrong(body: object) -> dict[str, str]:
    """Say what is wrong with a body, field by field."""
    with pytest.raises(InvalidRequestError) as caught:
        read(body)
    return {error.field: error.message for error in caught.value.errors}


def with_value(name: str, value: str) -> bytes:
    """Write a good request in which one field has a value in raw JSON."""
    return f'{{"prompt": "A tune", "{name}": {value}}}'.encode()


def test_every_field_is_read_as_it_was_written() -> None:
    assert read(FULL) == MusicRequest(
        operation=Operation.EXTEND,
        model="sunoapi/V5",
        routing=Routing(("sunoapi", "apikley"), fallback=False, max_price=Decimal("12.5000")),
        prompt="A calm piano",
        lyrics="[Verse]\n\tNight\r\ncity lights 🎵",
        style="Rock",
        title="Iron Man",
        instrumental=True,
        negative_style="Heavy metal",
        vocal_gender=VocalGender.FEMALE,
        style_weight=Decimal("0.65"),
        weirdness=Decimal(1),
        audio_weight=Decimal("0.1"),
        persona_id="persona-1",
        persona_kind=PersonaKind.VOICE,
        duration_s=30,
        output_format=OutputFormat.WAV,
        images=(Image("image/png", file_id=FileId("file_01KAJ5T1W0000000000000000F")),),
        source=Source(ClipId("clip_01KAJ5T1W0000000000000000C")),
        continue_at_s=Decimal("12.5"),
        keep_source_settings=True,
        stems=Stems.ALL,
        sound=Sound(loop=True, tempo_bpm=120, key="Am"),
        provider_options={"sunoapi": '{"duration": 30, "more": {"a": [0.5, null]}}'},
        metadata={"order": "17", "note": ""},
    )
    assert FULL.keys() | {"callback_url"} == set(MusicRequest.__slots__)


def test_what_is_not_written_is_not_asked_for() -> None:
    assert read({}) == MusicRequest()


def test_a_request_is_shown_as_it_was_written() -> None:
    assert json.loads(json.dumps(show_request(read(FULL)))) == FULL
    assert "lyrics" not in show_request(read({"prompt": "A tune"}))


@pytest.mark.parametrize("name", ["provider", "Prompt", "callBackUrl", "status", "account_id", ""])
def test_an_unknown_field_is_refused(name: str) -> None:
    assert wrong({"prompt": "A tune", name: None}).keys() == {name}


def test_an_unknown_field_inside_another_is_named_with_it() -> None:
    errors = wrong({"prompt": "A tune", "routing": {"providers": [], "retries": 2}})

    assert errors.keys() == {"routing.retries"}


@pytest.mark.parametrize(
    ("name", "length_max"),
    [("model", 64), ("persona_id", 200), ("negative_style", 1000)],
)
def test_a_name_is_taken_up_to_its_longest(name: str, length_max: int) -> None:
    assert getattr(read({name: "🎵" * length_max}), name) == "🎵" * length_max
    assert getattr(read({name: "x"}), name) == "x"
    assert name in wrong({name: "🎵" * (length_max + 1)})
    assert name in wrong({name: ""})


@pytest.mark.parametrize(("least", "most"), [(1, 600)])
def test_a_duration_is_whole_seconds_within_reason(least: int, most: int) -> None:
    assert (read({"duration_s": least}).duration_s, read({"duration_s": most}).duration_s) == (
        least,
        most,
    )
    for value in (least - 1, most + 1, 30.5, 30.0, "30", True, [30]):
        assert "duration_s" in wrong({"duration_s": value})


def test_metadata_has_its_limits() -> None:
    full = {f"{number:064}": "é" * 512 for number in range(16)}

    assert read({"metadata": full}).metadata == full
    assert "metadata" in wrong({"metadata": full | {"one": "more"}})
    assert "metadata.note" in wrong({"metadata": {"note": "é" * 513}})
    assert "metadata.note" in wrong({"metadata": {"note": 17}})
    assert f"metadata.{'x' * 65}" in wrong({"metadata": {"x" * 65: ""}})
    assert "metadata." in wrong({"metadata": {"": ""}})


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize(
    "value", ["0", "1", "0.0", "0.01", "0.65", "0.99", "1.00", "0.500", "1e-2"]
)
def test_a_weight_has_at_most_two_decimals(name: str, value: str) -> None:
    assert getattr(read(with_value(name, value)), name) == Decimal(value)


@pytest.mark.parametrize("name", WEIGHTS)
@pytest.mark.parametrize(
    "value",
    [
        *("0.001", "0.655", "0.30000000000000004", "0.1000000000000000000001", "1e-3"),
        *("-0.01", "1.01", "2", "-1", "1e300", "true", "false", '"0.5"', '""', "[]", "{}"),
    ],
)
def test_another_weight_is_refused(name: str, value: str) -> None:
    assert name in wrong(with_value(name, value))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"prompt"',
        b"{",
        b"<html></html>",
        with_value("style_weight", "NaN"),
        with_value("style_weight", "Infinity"),
        with_value("style_weight", "1e999999999"),
        with_value("duration_s", "9" * 5000),
        with_value("title", '"\\ud800"'),
        with_value("\\ud800", "1"),
        with_value("title", '"\xff"').decode().encode("latin-1"),
        with_value("prompt", '"twice"'),
        with_value("metadata", '{"a": "", "a": ""}'),
        with_value("metadata", "[" * 20 + "]" * 20),
        b"[" * 60_000,
    ],
)
def test_what_is_no_single_object_of_text_is_refused_whole(body: bytes) -> None:
    assert wrong(body).keys() == {"body"}


def test_nineteen_levels_inside_a_request_are_only_a_wrong_field() -> None:
    assert wrong(with_value("metadata", "[" * 19 + "]" * 19)).keys() == {"metadata"}


def test_a_request_has_at_most_64_kibibytes() -> None:
    body = b'{"prompt": "A tune"}'

    assert read(body + b" " * (64 * 1024 - len(body))) == MusicRequest(prompt="A tune")
    with pytest.raises(OversizedBodyError):
        read(body + b" " * (64 * 1024 - len(body) + 1))
    with pytest.raises(OversizedBodyError):
        read(b"[" * (64 * 1024 + 1))


TEXTS = ("prompt", "lyrics", "style", "title", "negative_style", "persona_id", "model")


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("letter", ["\0", "\x01", "\x08", "\x0b", "\x1f", "\x7f"])
def test_a_control_character_is_no_text(name: str, letter: str) -> None:
    assert wrong({name: f"a{letter}b"})[name] == "Input should not contain control characters"


def test_metadata_holds_no_control_characters_either() -> None:
    assert "metadata.note" in wrong({"metadata": {"note": "\0"}})
    assert "metadata.\0" in wrong({"metadata": {"\0": ""}})


WRONG: tuple[object, ...] = ([], {"a": 1}, [None], "\0", -1, 10**30, {"": {}})
PAIRS = [(name, value) for name in FULL for value in WRONG if (name, value) != ("images", [])]


@pytest.mark.parametrize(("name", "value"), PAIRS)
def test_a_value_of_the_wrong_kind_is_named(name: str, value: object) -> None:
    assert any(field.split(".")[0] == name for field in wrong({name: value}))


@pytest.mark.parametrize("name", FULL)
def test_null_is_what_most_fields_are_by_themselves(name: str) -> None:
    if getattr(MusicRequest(), name) is None:
        assert read({name: None}) == MusicRequest()
    else:
        assert name in wrong({name: None})


def test_a_wrong_field_is_never_quoted() -> None:
    assert "secret" not in str(wrong({"vocal_gender": "secret", "duration_s": "secret"}).values())
