"""What a request to apiin may hold: every field, limit and rule, of every model."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cliphook.domain.request import MusicRequest, Operation, Source
from tests.support.apiin_requests import (
    APIIN,
    DESCRIBED,
    EXTENDED,
    KEPT,
    MATERIAL,
    PLAYED,
    SUNG,
    body,
    wrong,
)

# Lyrics and style, in code points. 5000 characters are documented "for v4-5", and nothing for v5.
LIMITS = {
    "suno-v5-0": (3000, 1000),
    "suno-v4-5": (5000, 1000),
    "suno-v4-0": (3000, 200),
    "suno-v4-0-pro": (3000, 200),
    "suno-v4-0-vip": (3000, 200),
    "suno-v3-5": (3000, 200),
}
every = pytest.mark.parametrize("model", LIMITS)

# A request for each field that can be honoured, with a value that must turn up in what is written.
HONOURED: dict[Operation, dict[str, tuple[MusicRequest, str]]] = {
    Operation.GENERATE: {
        "prompt": (DESCRIBED, "A slow shanty about low water"),
        "lyrics": (SUNG, "The tide"),
        "style": (SUNG, "shanty"),
        "title": (SUNG, "Low Water"),
        "instrumental": (PLAYED, '"make_instrumental": true'),
        "negative_style": (replace(SUNG, negative_style="metal"), "metal"),
        "provider_options.apiin": (
            replace(SUNG, provider_options={"apiin": '{"seed": 7}'}),
            '"seed": 7',
        ),
    },
    Operation.EXTEND: {
        "source.clip_id": (EXTENDED, "gen1ksv"),
        "lyrics": (EXTENDED, "The ebb"),
        "style": (replace(EXTENDED, style="shanty"), "shanty"),
        "title": (replace(EXTENDED, title="II"), "II"),
        "negative_style": (replace(EXTENDED, negative_style="metal"), "metal"),
        "continue_at_s": (replace(EXTENDED, continue_at_s=Decimal("9.25")), "9.25"),
        "keep_source_settings": (KEPT, '"custom_mode": false'),
        "provider_options.apiin": (
            replace(KEPT, provider_options={"apiin": '{"seed": 7}'}),
            '"seed": 7',
        ),
    },
}


@every
def test_a_field_that_can_be_honoured_reaches_the_provider(model: str) -> None:
    assert {
        operation: set(fields) for operation, fields in APIIN.models[model].abilities.items()
    } == {operation: fields.keys() for operation, fields in HONOURED.items()}

    for fields in HONOURED.values():
        for request, trace in fields.values():
            assert wrong(request, model) == []
            assert trace in json.dumps(body(request, model), ensure_ascii=False).replace("\\n", " ")


@every
@pytest.mark.parametrize("letter", ["x", "é", "🎵"])
def test_limits_count_code_points(model: str, letter: str) -> None:
    lyrics, style = LIMITS[model]
    longest: dict[str, Any] = {
        "lyrics": letter * lyrics,
        "style": letter * style,
        "title": letter * 80,
    }

    assert APIIN.models[model].limits == {
        "prompt": 400,
        "lyrics": lyrics,
        "style": style,
        "title": 80,
    }
    for base in (MusicRequest(), EXTENDED):
        assert wrong(replace(base, **longest), model) == []
        for name, text in longest.items():
            assert wrong(replace(base, **{**longest, name: text + letter}), model) == [name]


@every
def test_a_description_may_have_400_characters_and_a_detailed_prompt_as_many_as_lyrics(
    model: str,
) -> None:
    most = LIMITS[model][0]

    assert wrong(MusicRequest(prompt="🎵" * 400), model) == []
    assert wrong(MusicRequest(prompt="🎵" * 401), model) == ["prompt"]
    assert wrong(replace(PLAYED, prompt="🎵" * most), model) == []
    assert wrong(replace(PLAYED, prompt="🎵" * (most + 1)), model) == ["prompt"]


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (MusicRequest(), ["prompt"]),
        (MusicRequest(prompt=" \n"), ["prompt"]),
        (MusicRequest(instrumental=True), ["prompt"]),
        (replace(DESCRIBED, negative_style="metal"), ["negative_style"]),
        (MusicRequest(style="shanty"), ["lyrics"]),
        (MusicRequest(title="One"), ["lyrics"]),
        (MusicRequest(lyrics=" "), ["lyrics"]),
        (replace(SUNG, prompt="A tune"), ["prompt"]),
        (replace(SUNG, instrumental=True), ["lyrics", "prompt"]),
        (replace(PLAYED, prompt=None), ["prompt"]),
        (replace(PLAYED, lyrics="La"), ["lyrics"]),
        (MusicRequest(title="x" * 81, style="y" * 1001), ["lyrics", "style", "title"]),
        (replace(EXTENDED, lyrics=None), ["lyrics"]),
        (replace(EXTENDED, source=None), ["source.clip_id"]),
        (replace(EXTENDED, source=Source(url="https://a.test")), ["source.clip_id"]),
        (replace(KEPT, source=None), ["source.clip_id"]),
        (replace(EXTENDED, continue_at_s=Decimal(0)), ["continue_at_s"]),
        (replace(EXTENDED, continue_at_s=Decimal("0.01")), []),
        (
            replace(
                EXTENDED,
                keep_source_settings=True,
                style="a",
                title="b",
                negative_style="c",
                continue_at_s=Decimal(5),
            ),
            ["lyrics", "style", "title", "negative_style", "continue_at_s"],
        ),
    ],
)
def test_what_is_missing_or_out_of_place_is_named(request_: MusicRequest, names: list[str]) -> None:
    assert wrong(request_) == names


def test_a_clip_is_extended_only_by_a_task_and_one_of_two_places() -> None:
    assert APIIN.check_source

    for index in (0, 1):
        known = replace(MATERIAL, index=index)
        assert APIIN.check_source(known, Operation.EXTEND) is None
    for unknown in (replace(MATERIAL, task_id=None), replace(MATERIAL, index=2)):
        error = APIIN.check_source(unknown, Operation.EXTEND)
        assert error is not None
        assert error.field == "source.clip_id"
        assert APIIN.check_source(unknown, Operation.GENERATE) is None
