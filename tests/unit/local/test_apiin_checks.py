"""A request to apiin is accepted up to each documented limit, in one of its two shapes alone."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.apiin_checks import Rules, Source, check_cover, check_create, check_extend
from local.simulators.apiin_facts import ApiinSwitches, models, price
from local.simulators.reading import read_body

# What the pages say: prompt, style. Where only 5000 "for v4-5" is said, v5 has 3000.
LIMITS = {
    "suno": {
        "suno-v3-5": (3000, 200),
        "suno-v4-0": (3000, 200),
        "suno-v4-0-vip": (3000, 200),
        "suno-v4-0-pro": (3000, 200),
        "suno-v4-5": (5000, 1000),
        "suno-v5-0": (3000, 1000),
    },
    "chirp": {
        "chirp-v3-5": (3000, 200),
        "chirp-v4-0": (3000, 200),
        "chirp-v4-5": (5000, 1000),
        "chirp-v4-5-plus": (5000, 1000),
        "chirp-v5": (3000, 1000),
        "chirp-v5-5": (3000, 1000),
    },
}
MODELS = [(enum, model) for enum, listed in LIMITS.items() for model in listed]
# As the page shows it.
CUSTOM = {
    "model": "suno-v4-5",
    "prompt": "Verse 1: Walking down the street",
    "style": "pop, upbeat, electronic, 120 bpm",
    "title": "Summer Dreams",
    "make_instrumental": False,
}
INSPIRED = {"gpt_description_prompt": "A song about the sea"}
EXTEND = {"origin_task_id": "gen1ksv", "extend_audio_index": 1}
COVER = {"audio_id": "aud1"}
OWN_WORDS = {"custom_mode": True, "prompt": "[Verse]"}


def rules(enum: str = "suno", *, strict: bool = True, seconds: float = 30.0) -> Rules:
    """Hold against a provider that has one task, gen1ksv, and one audio, aud1."""
    listed = models(ApiinSwitches(model_enum=enum))  # type: ignore[arg-type]
    source = Source(next(iter(listed)), seconds)
    return Rules(
        models=listed,
        strict=strict,
        task=lambda task, _index: source if task == "gen1ksv" else None,
        audio=lambda audio: source if audio == "aud1" else None,
    )


def read(body: object) -> Any:
    return read_body(json.dumps(body).encode())


def wrong(body: object, *, check: Any = check_create, **which: Any) -> str | None:
    """Hold a body against the rules: what is wrong with it, or None."""
    said: str | None = check(read(body), rules(**which))
    return said


def test_both_shapes_are_accepted_as_the_page_shows_them() -> None:
    assert wrong(CUSTOM) is None
    assert wrong(INSPIRED) is None
    assert wrong({"prompt": "x"}) is None


@pytest.mark.parametrize("name", ["prompt", "style", "title", "tags"])
def test_the_two_shapes_do_not_mix(name: str) -> None:
    assert wrong(INSPIRED | {name: "x"})
    assert wrong(INSPIRED | {name: ""}, strict=False)


@pytest.mark.parametrize(
    "body",
    [{}, {"style": "pop"}, {"prompt": ""}, {"prompt": " "}, {"prompt": None}, {"tags": "metal"},
     {"gpt_description_prompt": ""}, {"gpt_description_prompt": "\n"}],
)  # fmt: skip
def test_each_shape_has_words_of_its_own_that_it_needs(body: dict[str, Any]) -> None:
    assert wrong({"model": "suno-v5-0"} | body)


@pytest.mark.parametrize(("enum", "model"), MODELS)
@pytest.mark.parametrize("letter", ["x", "é", "🎵"])
def test_limits_count_code_points(enum: str, model: str, letter: str) -> None:
    prompt, style = LIMITS[enum][model]
    limits = {"prompt": prompt, "style": style, "title": 80}

    for name, most in limits.items():
        body = CUSTOM | {"model": model}
        assert wrong(body | {name: letter * most}, enum=enum) is None
        assert wrong(body | {name: letter * (most + 1)}, enum=enum)


@pytest.mark.parametrize(("enum", "model"), MODELS)
def test_a_description_has_400_characters_whatever_the_model(enum: str, model: str) -> None:
    def described(length: int) -> str | None:
        body = {"model": model, "gpt_description_prompt": "🎵" * length}
        return wrong(body, enum=enum)

    assert described(400) is None
    assert described(401)


def test_what_v5_takes_is_a_setting() -> None:
    longer = models(ApiinSwitches(v5_prompt_max="5000"))

    assert longer["suno-v5-0"].prompt_max == 5000
    assert longer["suno-v4-0"].prompt_max == 3000


def test_tags_have_no_published_limit() -> None:
    assert wrong(CUSTOM | {"tags": "x" * 10_000}) is None


@pytest.mark.parametrize("enum", LIMITS)
def test_the_names_of_models_are_those_in_force_and_no_other(enum: str) -> None:
    other = {"suno": "chirp-v4-5", "chirp": "suno-v4-5"}[enum]

    assert {*models(ApiinSwitches(model_enum=enum))} == {*LIMITS[enum]}  # type: ignore[arg-type]
    assert wrong(INSPIRED | {"model": other}, enum=enum)
    assert wrong(INSPIRED | {"model": ""}, enum=enum)
    assert wrong(INSPIRED, enum=enum) is None


def test_a_request_without_a_model_has_the_limits_of_v3_5() -> None:
    assert wrong({"prompt": "x" * 3001})
    assert wrong({"prompt": "x", "style": "x" * 201})


@pytest.mark.parametrize(
    ("name", "value"),
    [("make_instrumental", "false"), ("make_instrumental", 1), ("make_instrumental", None),
     ("model", None), ("model", ["suno-v4-5"]), ("prompt", 7), ("style", []), ("title", None),
     ("tags", {}), ("callback_url", None), ("callback_url", True)],
)  # fmt: skip
def test_a_field_of_another_type_is_refused(name: str, value: object) -> None:
    assert wrong(CUSTOM | {name: value})


@pytest.mark.parametrize("url", ["", "x", "/callback", "ftp://a.test/b", "https://", "http://[x/b"])
def test_the_callback_address_is_a_url_if_there_is_one(url: str) -> None:
    assert wrong(CUSTOM | {"callback_url": url})
    assert wrong(CUSTOM | {"callback_url": "https://example.test/c"}) is None


@pytest.mark.parametrize(
    ("check", "body"), [(check_create, CUSTOM), (check_extend, EXTEND), (check_cover, COVER)]
)
def test_a_field_nobody_documents_is_refused_unless_lenient(
    check: Callable[..., str | None], body: dict[str, Any]
) -> None:
    for name in ("callBackUrl", "negative_tags", "customMode"):
        assert wrong(body | {name: "x"}, check=check)
        assert wrong(body | {name: "x"}, check=check, strict=False) is None


@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"{", b"\xff{}", b'{"a": NaN}'])
@pytest.mark.parametrize("check", [check_create, check_extend, check_cover])
def test_a_body_that_is_no_json_object_is_refused(
    raw: bytes, check: Callable[..., str | None]
) -> None:
    assert check(read_body(raw), rules())


def test_an_extension_needs_a_finished_track_and_no_more() -> None:
    assert wrong(EXTEND, check=check_extend) is None
    for name in EXTEND:
        left = {key: value for key, value in EXTEND.items() if key != name}
        assert wrong(left, check=check_extend)
        assert wrong(EXTEND | {name: None}, check=check_extend)
    assert wrong(EXTEND | {"origin_task_id": "gen2ksv"}, check=check_extend)
    for index in (2, -1, "1", True, 0.5):
        assert wrong(EXTEND | {"extend_audio_index": index}, check=check_extend)


@pytest.mark.parametrize(("start", "sound"), [(0, False), (0.1, True), (29, True), (30, False)])
def test_an_extension_starts_within_its_original(start: float, *, sound: bool) -> None:
    body = EXTEND | OWN_WORDS | {"extensionStartTime": start}

    assert (wrong(body, check=check_extend) is None) is sound


def test_an_extension_has_the_limits_of_the_model_of_its_original() -> None:
    body = EXTEND | OWN_WORDS

    assert wrong(body | {"prompt": "x" * 3000, "style": "x" * 200}, check=check_extend) is None
    assert wrong(body | {"prompt": "x" * 3001}, check=check_extend)
    assert wrong(body | {"style": "x" * 201}, check=check_extend)
    assert wrong(body | {"title": "x" * 81}, check=check_extend)


@pytest.mark.parametrize(("check", "body"), [(check_extend, EXTEND), (check_cover, COVER)])
def test_words_of_ones_own_need_custom_mode_and_custom_mode_needs_a_prompt(
    check: Callable[..., str | None], body: dict[str, Any]
) -> None:
    assert wrong(body | OWN_WORDS | {"style": "pop", "title": "x"}, check=check) is None
    assert wrong(body | {"custom_mode": True}, check=check)
    assert wrong(body | {"custom_mode": True, "prompt": " "}, check=check)
    for name in ("prompt", "style", "title"):
        assert wrong(body | {name: "x"}, check=check)
        assert wrong(body | {"custom_mode": False, name: "x"}, check=check)


@pytest.mark.parametrize(
    ("seconds", "sound"), [(5.9, False), (6.0, True), (60.0, True), (60.1, False)]
)
def test_a_cover_is_made_of_6_to_60_seconds(seconds: float, *, sound: bool) -> None:
    assert (wrong(COVER, check=check_cover, seconds=seconds) is None) is sound


def test_a_cover_needs_an_audio_that_is_there() -> None:
    for audio in ("aud2", "", None, 7):
        assert wrong({"audio_id": audio}, check=check_cover)
    assert wrong({}, check=check_cover)


def test_a_generation_costs_5_to_12_credits() -> None:
    prices = {name: price(name) for _, name in MODELS}

    assert min(prices.values()) == prices["suno-v3-5"] == 5
    assert max(prices.values()) == prices["suno-v5-0"] == 12


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
names = st.sampled_from(
    [*CUSTOM, *EXTEND, *COVER, *OWN_WORDS, *INSPIRED, "tags", "callback_url", "extensionStartTime"]
)


@given(changes=st.dictionaries(names, json_values), raw=st.binary())
def test_whatever_is_sent_there_is_an_answer(changes: dict[str, Any], raw: bytes) -> None:
    for check, body in ((check_create, CUSTOM), (check_extend, EXTEND), (check_cover, COVER)):
        for sent in (raw, json.dumps(body | changes).encode()):
            said = check(read_body(sent), rules())
            assert said is None or said
