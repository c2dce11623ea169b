"""A request to infery is accepted up to each documented limit, and refused beyond it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.infery_checks import Choices, check
from local.simulators.infery_switches import InferySwitches
from local.simulators.reading import read_body
from tests.unit.local.infery_requests import (
    CLIP,
    CUSTOM,
    INVALID,
    LEAST,
    OWN,
    PICTURE,
    PLAIN,
    PRO,
    SUNO,
    TOO_LONG,
    TYPE,
    ask,
    refused,
)


@pytest.mark.parametrize(
    "body",
    [PLAIN, CUSTOM, PLAIN | {"model": CLIP}, PLAIN | {"model": PRO},
     PLAIN | {"duration_seconds": 60}],
)  # fmt: skip
def test_a_documented_request_is_accepted(body: dict[str, Any]) -> None:
    assert refused(body) is None


@pytest.mark.parametrize("letter", ["x", "é", "🎵"])
def test_a_prompt_has_500_characters_and_in_custom_mode_5000(letter: str) -> None:
    for body, most in ((PLAIN, 500), (CUSTOM, 5000)):
        assert refused(body | {"prompt": letter * most}) is None
        assert refused(body | {"prompt": letter * (most + 1)}) == TOO_LONG
    assert refused(PLAIN | {"model": PRO, "prompt": letter * 5001}) is None


@pytest.mark.parametrize(("name", "most"), [("title", 100), ("style", 1000)])
def test_a_title_has_100_characters_and_a_style_1000(name: str, most: int) -> None:
    assert refused(CUSTOM | {name: "🎵" * most}) is None
    assert refused(CUSTOM | {name: "🎵" * (most + 1)}) == TOO_LONG


def test_a_model_that_nobody_has_is_not_found() -> None:
    assert refused(PLAIN | {"model": "suno-v9"}) == (404, "model_not_found")


def test_there_are_at_most_ten_images_each_of_base64_and_a_type_of_image() -> None:
    body = PLAIN | {"model": CLIP}

    assert refused(body | {"images": [PICTURE] * 10}) is None
    assert refused(body | {"images": [PICTURE] * 11}) == (400, "array_above_max_length")
    assert refused(body | {"images": [{"data": PICTURE["data"]}]}) is None
    for wrong in (
        "x", {}, {"data": ""}, {"data": "!"}, {"data": 7}, {"data": "AAAA\nAAAA"},
        {"data": "data:image/png;base64,AAAA"}, PICTURE | {"mime_type": "audio/mpeg"},
        PICTURE | {"mime_type": 7},
    ):  # fmt: skip
        assert refused(body | {"images": [wrong]}) == INVALID


@pytest.mark.parametrize("name", ["style_weight", "weirdness_constraint", "audio_weight"])
@pytest.mark.parametrize(
    ("weight", "expected"),
    [
        (0, None), (1, None), (0.005, None), (0.123456, None), (1.0, None),
        (-0.01, INVALID), (1.01, INVALID), (2, INVALID), (10**400, INVALID),
        ("0.5", TYPE), (True, TYPE), (None, TYPE), ([], TYPE),
    ],
)  # fmt: skip
def test_weights_are_numbers_from_0_to_1(
    name: str, weight: object, expected: tuple[int, str] | None
) -> None:
    assert refused(PLAIN | {name: weight}) == expected


@pytest.mark.parametrize("written", ["1e400", "1e999999999", "-1e400"])
@pytest.mark.parametrize("name", ["style_weight", "sound_tempo", "duration_seconds", "continue_at"])
def test_a_number_beyond_all_limits_is_refused_as_any_other(name: str, written: str) -> None:
    raw = json.dumps(ask("generate") | {name: "?"}).replace('"?"', written).encode()

    problem = check(read_body(raw), Choices(InferySwitches()))

    assert problem
    assert (problem.status, problem.code) == INVALID


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("sound_tempo", 1, None), ("sound_tempo", 300, None), ("sound_tempo", 120.0, None),
        ("sound_tempo", 0, INVALID), ("sound_tempo", 301, INVALID), ("sound_tempo", 120.5, TYPE),
        ("sound_tempo", True, TYPE), ("sound_tempo", "120", TYPE),
        ("sound_loop", 1, TYPE), ("sound_key", 7, TYPE),
    ],
)  # fmt: skip
def test_a_sound_has_a_loop_a_tempo_and_a_key(
    name: str, value: object, expected: tuple[int, str] | None
) -> None:
    assert refused(ask("sounds", **{name: value})) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(30, None), (180, None), (45.5, None), (29.9, INVALID), (180.1, INVALID), ("60", TYPE)],
)
def test_a_duration_is_from_30_to_180_seconds(
    seconds: object, expected: tuple[int, str] | None
) -> None:
    for model in (SUNO, CLIP, PRO):
        assert refused(PLAIN | {"model": model, "duration_seconds": seconds}) == expected


def test_a_song_continues_at_a_second_that_is_not_before_its_beginning() -> None:
    assert refused(ask("extend", continue_at=0)) is None
    assert refused(ask("extend", continue_at=61.75)) is None
    assert refused(ask("extend", continue_at=-0.1)) == INVALID
    assert refused(ask("extend", continue_at="10")) == TYPE


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("operation", [*LEAST]),
        ("vocal_gender", ["m", "f"]),
        ("persona_model", ["style_persona", "voice_persona"]),
    ],
)
def test_a_choice_is_one_of_its_words(name: str, words: list[str]) -> None:
    for word in words:
        body = ask(word) if name == "operation" else PLAIN | {name: word}
        assert refused(body) is None
    for wrong in ("other", "", words[0].upper()):
        assert refused(PLAIN | {name: wrong}) == INVALID
    assert refused(PLAIN | {name: 1}) == TYPE


def test_stems_are_two_or_all() -> None:
    for word in ("separate_vocal", "split_stem"):
        assert refused(ask("vocal_removal", separation_type=word)) is None
    assert refused(ask("vocal_removal", separation_type="split_stem_advanced")) == INVALID


def test_the_words_of_the_prose_are_taken_where_that_is_chosen() -> None:
    for word in ("male", "female", "none"):
        assert refused(PLAIN | {"vocal_gender": word}) == INVALID
        assert refused(PLAIN | {"vocal_gender": word}, prose_words=True) is None
    assert refused(PLAIN | {"vocal_gender": "other"}, prose_words=True) == INVALID


@pytest.mark.parametrize("name", ["custom_mode", "instrumental"])
def test_a_flag_is_true_or_false_and_nothing_like_it(name: str) -> None:
    for other in (1, 0, "true", [True], None):
        assert refused(PLAIN | {name: other}) == TYPE


def test_a_field_nobody_documents_is_refused_unless_lenient() -> None:
    for name in ("n", "callback_url", "vocalGender"):
        assert refused(PLAIN | {name: "x"}) == (400, "unknown_parameter")
        assert refused(PLAIN | {name: "x"}, strict=False) is None


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'{"a": NaN}', b"\xff{}", b'{"a": "\\ud800"}']
)
def test_a_body_that_is_no_json_object_is_refused(raw: bytes) -> None:
    problem = check(read_body(raw), Choices(InferySwitches()))

    assert problem
    assert (problem.status, problem.code) == (400, "invalid_json")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    changes=st.dictionaries(st.sampled_from([*CUSTOM, *OWN, "images", "operation"]), json_values),
    raw=st.binary(),
)
def test_whatever_is_sent_there_is_an_answer(changes: dict[str, Any], raw: bytes) -> None:
    for body in (raw, json.dumps(CUSTOM | changes).encode()):
        problem = check(read_body(body), Choices(InferySwitches()))
        assert problem is None or problem.status in {400, 404}
