"""What a request to infery may hold: every limit, and what would have no effect."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cliphook.domain.request import (
    Image,
    MusicRequest,
    Operation,
    PersonaKind,
    Sound,
    Stems,
    VocalGender,
    asked_fields,
)
from tests.support.infery_requests import (
    ALL,
    CLIP,
    COVERED,
    DESCRIBED,
    EXTENDED,
    EXTENDED_UPLOAD,
    FILE,
    KEPT,
    MIX,
    PARTED,
    PERSONA,
    PICTURED,
    PLAYED,
    PRO,
    SOUNDED,
    SUNG,
    SUNO,
    TEXTS,
    VOICED,
    WORDED,
    row,
    wrong,
)

# In code points; those of the prompt are for a request without texts of its own, and with such.
LIMITS = {"title": 100, "style": 1000, "lyrics": 5000}
PROMPTS = (500, 5000)
PICTURE = Image("image/png", data="aGVsbG8=")


@pytest.mark.parametrize("request_", ALL)
def test_a_documented_request_breaks_no_rule(request_: MusicRequest) -> None:
    assert wrong(request_) == []


@pytest.mark.parametrize("letter", ["x", "é", "🎵", "\u0301"])
@pytest.mark.parametrize("name", LIMITS)
def test_a_text_may_be_as_long_as_its_limit(name: str, letter: str) -> None:
    longest: dict[str, Any] = {name: letter * LIMITS[name]}
    longer: dict[str, Any] = {name: letter * (LIMITS[name] + 1)}

    assert wrong(MusicRequest(**longest)) == []
    assert wrong(MusicRequest(**longer)) == [name]


@pytest.mark.parametrize("request_", [DESCRIBED, COVERED, EXTENDED_UPLOAD, SOUNDED, WORDED])
def test_a_description_may_have_500_characters(request_: MusicRequest) -> None:
    plain, custom = PROMPTS

    assert wrong(replace(request_, prompt="🎵" * plain)) == []
    assert wrong(replace(request_, prompt="🎵" * (plain + 1))) == ["prompt"]
    assert row().models[SUNO].limits["prompt"] == plain
    assert row().models[SUNO].limits["custom.prompt"] == custom


@pytest.mark.parametrize("request_", [SUNG, EXTENDED, PLAYED, VOICED])
def test_beside_texts_of_its_own_it_may_have_5000(request_: MusicRequest) -> None:
    _, custom = PROMPTS

    assert wrong(replace(request_, prompt="x" * custom)) == []
    assert wrong(replace(request_, prompt="x" * (custom + 1))) == ["prompt"]


@pytest.mark.parametrize("model", [CLIP, PRO])
def test_what_lyria_is_told_has_the_limit_of_the_other(model: str) -> None:
    assert wrong(MusicRequest(prompt="x" * 5000), model) == []
    assert wrong(MusicRequest(prompt="x" * 5001), model) == ["prompt"]
    assert wrong(MusicRequest(prompt=" "), model) == ["prompt"]
    assert row().models[model].limits == {"prompt": 5000}


def test_ten_pictures_may_inspire_and_no_more() -> None:
    assert wrong(replace(PICTURED, images=(PICTURE,) * 10), PRO) == []
    assert wrong(replace(PICTURED, images=(PICTURE,) * 11), PRO) == ["images"]


@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (MusicRequest(), ["prompt"]),
        (MusicRequest(prompt="\n"), ["prompt"]),
        (MusicRequest(lyrics=" "), ["prompt"]),
        (MusicRequest(instrumental=True), ["prompt"]),
        (MusicRequest(lyrics="La"), []),
        (MusicRequest(style="Rock"), []),
        (MusicRequest(title="One", prompt="Loud"), []),
        (replace(COVERED, prompt=None), ["prompt"]),
        (replace(EXTENDED, lyrics=None, style=None, title=None), ["prompt"]),
        (replace(EXTENDED_UPLOAD, prompt=None), ["prompt"]),
        (replace(EXTENDED_UPLOAD, prompt=None, keep_source_settings=True), []),
        (replace(PLAYED, style=None, title=None), ["prompt"]),
        (replace(SOUNDED, prompt=None), ["prompt"]),
        (replace(WORDED, prompt=None), ["prompt"]),
    ],
)
def test_something_must_be_said(request_: MusicRequest, names: list[str]) -> None:
    assert wrong(request_) == names


@pytest.mark.parametrize("request_", [EXTENDED, KEPT, COVERED, EXTENDED_UPLOAD, PLAYED, VOICED])
def test_a_source_must_be_named(request_: MusicRequest) -> None:
    assert wrong(replace(request_, source=None)) == ["source"]
    assert wrong(replace(PARTED, source=None)) == ["source"]


def test_what_cannot_be_heard_in_instrumental_music_is_refused() -> None:
    played = MusicRequest(style="Rock", instrumental=True)

    assert wrong(played) == []
    assert wrong(replace(played, lyrics="La")) == ["lyrics"]
    assert wrong(replace(played, vocal_gender=VocalGender.MALE)) == ["vocal_gender"]


@pytest.mark.parametrize("request_", [KEPT, replace(EXTENDED_UPLOAD, keep_source_settings=True)])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        *((name, value) for name, value in {**TEXTS, **MIX}.items()),
        ("persona_id", "persona-1"),
        ("instrumental", True),
        ("vocal_gender", VocalGender.FEMALE),
    ],
)
def test_who_keeps_the_settings_of_the_source_brings_none(
    request_: MusicRequest, name: str, value: object
) -> None:
    fields: dict[str, Any] = {name: value}

    assert wrong(replace(request_, **fields)) == [name]
    assert wrong(replace(request_, prompt="Softer", continue_at_s=Decimal(30))) == []


def test_a_persona_is_for_requests_with_texts_of_their_own() -> None:
    assert wrong(replace(DESCRIBED, **PERSONA)) == ["persona_id", "persona_kind"]
    assert wrong(replace(SUNG, persona_id=None)) == ["persona_id"]
    assert wrong(MusicRequest(style="Rock", persona_kind=PersonaKind.STYLE)) == ["persona_id"]


@pytest.mark.parametrize(("seconds", "names"), [(29, ["duration_s"]), (30, []), (180, [])])
def test_a_duration_is_from_30_to_180_seconds(seconds: int, names: list[str]) -> None:
    assert wrong(replace(DESCRIBED, duration_s=seconds)) == names
    assert wrong(replace(DESCRIBED, duration_s=181)) == ["duration_s"]


@pytest.mark.parametrize(
    ("tempo_bpm", "names"),
    [(0, ["sound.tempo_bpm"]), (1, []), (300, []), (301, ["sound.tempo_bpm"])],
)
def test_a_tempo_is_from_1_to_300(tempo_bpm: int, names: list[str]) -> None:
    assert wrong(replace(SOUNDED, sound=Sound(tempo_bpm=tempo_bpm))) == names


@pytest.mark.parametrize(("seconds", "names"), [("0", ["continue_at_s"]), ("0.001", [])])
def test_a_song_goes_on_after_its_beginning(seconds: str, names: list[str]) -> None:
    assert wrong(replace(EXTENDED, continue_at_s=Decimal(seconds))) == names


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (DESCRIBED, "custom_mode"),
        (DESCRIBED, "model"),
        (DESCRIBED, "operation"),
        (DESCRIBED, "prompt"),
        (PLAYED, "tags"),
        (PARTED, "audio_id"),
        (PARTED, "separation_type"),
        (KEPT, "default_param_flag"),
        (COVERED, "upload_url"),
    ],
)
def test_free_options_do_not_speak_over_the_fields(request_: MusicRequest, name: str) -> None:
    options = {"infery": f'{{"{name}": 1, "seed": 7}}'}

    assert wrong(replace(request_, provider_options=options)) == [f"provider_options.infery.{name}"]


@pytest.mark.parametrize(
    ("model", "operation", "request_"),
    [
        # What would not reach infery, or would mean nothing there.
        (SUNO, Operation.EXTEND, replace(EXTENDED, source=FILE)),
        (SUNO, Operation.SEPARATE, replace(PARTED, source=FILE)),
        (SUNO, Operation.GENERATE, PICTURED),
        (SUNO, Operation.GENERATE, replace(DESCRIBED, stems=Stems.TWO)),
        (SUNO, Operation.COVER, replace(COVERED, duration_s=60)),
        (SUNO, Operation.ADD_INSTRUMENTAL, replace(PLAYED, lyrics="La")),
        (SUNO, Operation.LYRICS, replace(WORDED, style="Rock")),
        (SUNO, Operation.SEPARATE, replace(PARTED, prompt="Quietly")),
        (CLIP, Operation.GENERATE, PICTURED),
        (PRO, Operation.GENERATE, MusicRequest(prompt="A tune", duration_s=60)),
        (PRO, Operation.GENERATE, MusicRequest(prompt="A tune", instrumental=True)),
        (SUNO, Operation.GENERATE, replace(DESCRIBED, provider_options={"suno": "{}"})),
    ],
)
def test_what_would_have_no_effect_is_nothing_that_a_model_can_do(
    model: str, operation: Operation, request_: MusicRequest
) -> None:
    assert not {*asked_fields(request_)} <= row().models[model].abilities[operation]


def test_lyria_can_generate_and_no_more() -> None:
    models = row().models

    assert {*models[SUNO].abilities} == {*Operation}
    assert {*models[CLIP].abilities} == {*models[PRO].abilities} == {Operation.GENERATE}
    assert [model.family for model in models.values()] == ["suno-v4", "lyria-3-clip", "lyria-3-pro"]
