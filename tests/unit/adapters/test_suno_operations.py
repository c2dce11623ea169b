"""Which operations of the suno format there are, what they need, and what they cannot honour."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.providers.provider import Material
from cliphook.adapters.providers.table import PROVIDERS, make_table
from cliphook.domain.ids import ClipId
from cliphook.domain.request import MusicRequest, Operation, Sound, Source, Stems
from tests.support.makers import TASK

EARLIER = Source(clip_id=ClipId("clip_1"))
LINKED = Source(url="https://files.gateway.test/source.mp3")
TEXTS: dict[str, Any] = {"lyrics": "[Verse]\nLa", "style": "Rock", "title": "Iron Man"}

# The least that each operation can be asked with, besides songs as in test_suno_rules.
LEAST: dict[Operation, dict[str, Any]] = {
    Operation.EXTEND: TEXTS | {"source": EARLIER, "continue_at_s": Decimal("0.01")},
    Operation.ADD_INSTRUMENTAL: {"source": LINKED, "style": "Rock", "title": "Iron Man"}
    | {"negative_style": "Heavy metal"},
    Operation.ADD_VOCALS: TEXTS | {"source": LINKED, "negative_style": "Heavy metal"},
    Operation.SOUNDS: {"prompt": "Rain on tin"},
    Operation.SEPARATE: {"source": EARLIER},
    Operation.LYRICS: {"prompt": "A quiet night"},
    Operation.COVER: {"source": LINKED, "prompt": "As a waltz"},
    Operation.EXTEND_UPLOAD: {"source": LINKED, "prompt": "Slower", "continue_at_s": Decimal(60)},
}
KEPT = MusicRequest(Operation.EXTEND, source=EARLIER, keep_source_settings=True)
UPLOADED = MusicRequest(
    Operation.EXTEND_UPLOAD,
    source=LINKED,
    prompt="Slower",
    continue_at_s=Decimal(60),
    keep_source_settings=True,
)

MIXED = {"negative_style", "vocal_gender", "style_weight", "weirdness", "audio_weight"}
SONG = {"prompt", "lyrics", "style", "title", "instrumental", "persona_id", "persona_kind", *MIXED}
ANY = {"source.clip_id", "source.file_id", "source.url"}
# What sunoapi's newest model honours, but for its own free options.
ABLE: dict[Operation, set[str]] = {
    Operation.GENERATE: SONG,
    Operation.COVER: SONG | ANY,
    Operation.EXTEND_UPLOAD: SONG | ANY | {"continue_at_s", "keep_source_settings"},
    Operation.EXTEND: SONG - {"prompt", "instrumental"}
    | {"source.clip_id", "continue_at_s", "keep_source_settings"},
    Operation.ADD_INSTRUMENTAL: MIXED | ANY | {"style", "title"},
    Operation.ADD_VOCALS: MIXED | ANY | {"lyrics", "style", "title"},
    Operation.SOUNDS: {"prompt", "sound.loop", "sound.tempo_bpm", "sound.key"},
    Operation.SEPARATE: {"source.clip_id", "stems"},
    Operation.LYRICS: {"prompt"},
}
EVERY_MODEL = {"V5", "V4_5PLUS", "V4_5ALL", "V4_5", "V4"}
MODELS = dict.fromkeys(Operation, EVERY_MODEL) | {
    Operation.ADD_INSTRUMENTAL: {"V5", "V4_5PLUS"},
    Operation.ADD_VOCALS: {"V5", "V4_5PLUS"},
    Operation.SOUNDS: {"V5"},
}

# Where the format knows no prompt, neither sung nor described.
UNPROMPTED = {Operation.ADD_INSTRUMENTAL, Operation.SEPARATE}

both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])


def asked(operation: Operation, **changes: Any) -> MusicRequest:
    return MusicRequest(operation, **(LEAST[operation] | changes))


def wrong(request: MusicRequest, provider: str = "sunoapi") -> list[str]:
    """Name the fields of a request that break a rule."""
    return [error.field for error in PROVIDERS[provider].check(request, "V5")]


@both
@pytest.mark.parametrize("operation", Operation)
def test_an_operation_is_for_the_models_that_are_documented(
    provider: str, operation: Operation
) -> None:
    models = PROVIDERS[provider].models

    assert {name for name in models if operation in models[name].abilities} == MODELS[operation]


@both
@pytest.mark.parametrize("operation", Operation)
def test_a_field_is_honoured_where_it_has_a_place(provider: str, operation: Operation) -> None:
    unknown = set[str]() if provider == "sunoapi" else {"persona_kind"}
    for name, model in PROVIDERS[provider].models.items():
        if name in MODELS[operation]:
            lost = unknown if name == "V5" else {"persona_kind"}
            expected = ABLE[operation] - lost | {f"provider_options.{provider}"}
            assert model.abilities[operation] == expected


def test_an_operator_may_take_back_what_is_only_assumed_of_apikley() -> None:
    row = make_table({"apikley": {"assumed_operations": ["cover"]}})["apikley"]

    expected = {Operation.GENERATE, Operation.EXTEND, Operation.LYRICS, Operation.COVER}
    assert row.models["V5"].abilities.keys() == expected


@both
@pytest.mark.parametrize("operation", LEAST)
def test_what_an_operation_needs_is_enough_and_needed(provider: str, operation: Operation) -> None:
    assert wrong(asked(operation), provider) == []
    for name in LEAST[operation]:
        assert wrong(asked(operation, **{name: None}), provider) == [name]


@pytest.mark.parametrize(
    ("operation", "name", "length"),
    [
        (Operation.EXTEND, "lyrics", 5000),
        (Operation.EXTEND, "style", 1000),
        (Operation.EXTEND, "title", 100),
        (Operation.ADD_INSTRUMENTAL, "style", 1000),
        (Operation.ADD_INSTRUMENTAL, "title", 100),
        (Operation.ADD_VOCALS, "lyrics", 5000),
        (Operation.ADD_VOCALS, "style", 1000),
        (Operation.ADD_VOCALS, "title", 100),
        (Operation.SOUNDS, "prompt", 500),
        (Operation.LYRICS, "prompt", 200),
    ],
)
def test_a_text_may_be_as_long_as_its_limit_and_no_longer(
    operation: Operation, name: str, length: int
) -> None:
    assert wrong(asked(operation, **{name: "🎵" * length})) == []
    assert wrong(asked(operation, **{name: "🎵" * (length + 1)})) == [name]


@both
def test_what_is_told_of_the_limits_is_what_is_checked(provider: str) -> None:
    for model in PROVIDERS[provider].models.values():
        assert (model.limits["sounds.prompt"], model.limits["lyrics.prompt"]) == (500, 200)


@pytest.mark.parametrize(
    ("tempo_bpm", "is_fine"), [(0, False), (1, True), (300, True), (301, False), (None, True)]
)
def test_a_tempo_is_up_to_300(tempo_bpm: int | None, *, is_fine: bool) -> None:
    request = asked(Operation.SOUNDS, sound=Sound(tempo_bpm=tempo_bpm, key="Am"))

    assert wrong(request) == ([] if is_fine else ["sound.tempo_bpm"])


@pytest.mark.parametrize("operation", [Operation.EXTEND, Operation.EXTEND_UPLOAD])
@pytest.mark.parametrize("value", ["0", "-1", "-0.01"])
def test_music_goes_on_after_it_has_begun(operation: Operation, value: str) -> None:
    assert wrong(asked(operation, continue_at_s=Decimal(value))) == ["continue_at_s"]


@pytest.mark.parametrize("request_", [KEPT, UPLOADED])
def test_the_settings_of_the_source_are_enough(request_: MusicRequest) -> None:
    assert wrong(request_) == []


@pytest.mark.parametrize("request_", [KEPT, UPLOADED])
@pytest.mark.parametrize("name", ["lyrics", "style", "title", *sorted(MIXED), "persona_id"])
def test_nothing_else_has_an_effect_beside_the_settings_of_the_source(
    request_: MusicRequest, name: str
) -> None:
    assert wrong(replace(request_, **{name: Decimal(1)})) == [name]  # type: ignore[arg-type]


def test_a_clip_goes_on_where_it_would_if_its_settings_are_kept() -> None:
    assert wrong(replace(KEPT, continue_at_s=Decimal(60))) == ["continue_at_s"]


def test_stems_need_no_number_and_a_sound_no_properties() -> None:
    assert wrong(asked(Operation.SEPARATE, stems=Stems.ALL)) == []
    assert wrong(asked(Operation.SOUNDS, sound=Sound())) == []


@both
@pytest.mark.parametrize(
    ("operation", "name"),
    [
        *[(operation, "callBackUrl") for operation in Operation],
        *[(operation, "prompt") for operation in Operation if operation not in UNPROMPTED],
        (Operation.GENERATE, "customMode"),
        (Operation.GENERATE, "personaModel"),
        (Operation.EXTEND, "audioId"),
        (Operation.EXTEND, "defaultParamFlag"),
        (Operation.COVER, "uploadUrl"),
        (Operation.ADD_INSTRUMENTAL, "tags"),
        (Operation.SOUNDS, "soundTempo"),
        (Operation.SEPARATE, "type"),
        (Operation.SEPARATE, "taskId"),
    ],
)
def test_free_options_do_not_speak_over_a_request(
    provider: str, operation: Operation, name: str
) -> None:
    request = MusicRequest(operation, **LEAST.get(operation, {"prompt": "A tune"}))
    spoken_over = {provider: f'{{"{name}": 1, "grabLyrics": true}}'}

    found = wrong(replace(request, provider_options=spoken_over), provider)

    assert found == [f"provider_options.{provider}.{name}"]


@both
@pytest.mark.parametrize("operation", Operation)
def test_a_clip_is_gone_on_from_by_its_id_at_the_provider(
    provider: str, operation: Operation
) -> None:
    check = PROVIDERS[provider].check_source
    assert check
    clip = Material(task_id=TASK, provider_clip_id="e2310c55-6b7a-4d0f-9a6e-1f028cadc7dc")
    needs_id = operation in {Operation.EXTEND, Operation.SEPARATE}
    nameless = ("vocal", "backing_vocals", "woodwinds", "lyrics-0", None)

    assert check(clip, operation) is None
    for name in nameless:
        error = check(replace(clip, provider_clip_id=name), operation)
        assert (error and error.field) == ("source.clip_id" if needs_id else None)


@both
def test_a_clip_is_taken_apart_by_its_task(provider: str) -> None:
    check = PROVIDERS[provider].check_source
    assert check
    clip = Material(provider_clip_id="e2310c55-6b7a-4d0f-9a6e-1f028cadc7dc")

    assert check(clip, Operation.SEPARATE)
    assert check(clip, Operation.EXTEND) is None
