"""A request to infery is accepted up to each documented limit, and refused beyond it."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.infery_checks import Choices, check
from local.simulators.infery_switches import InferySwitches
from local.simulators.reading import read_body

SUNO = "suno-v4"
CLIP = "lyria-3-clip-preview"
PRO = "lyria-3-pro-preview"
PLAIN = {"model": SUNO, "prompt": "Upbeat indie folk about a sunrise coastal drive"}
CUSTOM = PLAIN | {"custom_mode": True, "title": "Coast", "style": "folk", "lyrics": "[Verse] Salt"}
UPLOAD = {"upload_url": "http://127.0.0.1/a.mp3"}
# The least that each operation asks for, by its own page.
LEAST: dict[str, dict[str, Any]] = {
    "generate": {},
    "extend": {"audio_id": "a1"},
    "upload_cover": UPLOAD,
    "upload_extend": UPLOAD,
    "add_instrumental": UPLOAD,
    "add_vocals": UPLOAD,
    "sounds": {},
    "vocal_removal": {"audio_id": "a1", "task_id": "t1"},
    "lyrics": {},
}
# And what the provider behind it asks for beside that.
UPSTREAM: dict[str, dict[str, Any]] = {
    "extend": {"default_param_flag": True},
    "upload_extend": {"default_param_flag": False, "continue_at": 10},
    "add_instrumental": {"title": "A", "negative_tags": "metal", "tags": "piano"},
    "add_vocals": {"title": "A", "negative_tags": "metal", "style": "folk"},
    "vocal_removal": {"separation_type": "split_stem"},
}
# Fields that belong to some operations only, with a value each.
OWN: dict[str, tuple[object, set[str]]] = {
    "audio_id": ("a1", {"extend", "vocal_removal"}),
    "task_id": ("t1", {"vocal_removal"}),
    "upload_url": (
        "http://127.0.0.1/a.mp3",
        {"upload_cover", "upload_extend", "add_instrumental", "add_vocals"},
    ),
    "continue_at": (12.5, {"extend", "upload_extend"}),
    "default_param_flag": (True, {"extend", "upload_extend"}),
    "separation_type": ("separate_vocal", {"vocal_removal"}),
    "tags": ("piano", {"add_instrumental"}),
    "sound_loop": (True, {"sounds"}),
    "sound_tempo": (120, {"sounds"}),
    "sound_key": ("Am", {"sounds"}),
}
PICTURE = {"data": base64.b64encode(b"\xff\xd8\xff picture").decode(), "mime_type": "image/jpeg"}

operations = pytest.mark.parametrize("operation", LEAST)


def refused(body: object, *, strict: bool = True, **own: Any) -> tuple[int, str] | None:
    """Hold a body against the rules: status and code of the refusal, or None."""
    choices = Choices(InferySwitches(**own), strict=strict)
    problem = check(read_body(json.dumps(body).encode()), choices)
    return (problem.status, problem.code) if problem else None


def ask(operation: str, **more: object) -> dict[str, Any]:
    return PLAIN | {"operation": operation} | LEAST[operation] | more


INVALID = (400, "invalid_value")
MISSING = (400, "missing_required_parameter")
TYPE = (400, "invalid_type")
TOO_LONG = (400, "string_above_max_length")


@pytest.mark.parametrize(
    "body",
    [PLAIN, CUSTOM, PLAIN | {"model": CLIP}, PLAIN | {"model": PRO},
     PLAIN | {"duration_seconds": 60}],
)  # fmt: skip
def test_a_documented_request_is_accepted(body: dict[str, Any]) -> None:
    assert refused(body) is None


@pytest.mark.parametrize("name", ["model", "prompt"])
def test_a_model_and_a_prompt_are_required_of_everybody(name: str) -> None:
    for operation in LEAST:
        body = {key: value for key, value in ask(operation).items() if key != name}
        assert refused(body) == MISSING
        assert refused(body | {name: None}) == TYPE


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


@pytest.mark.parametrize(
    ("model", "wav", "images", "operations"),
    [(SUNO, True, False, True), (CLIP, False, True, False), (PRO, True, True, False)],
)
def test_models_differ_in_formats_images_and_operations(
    model: str, *, wav: bool, images: bool, operations: bool
) -> None:
    body = PLAIN | {"model": model}

    assert refused(body | {"response_format": "mp3"}) is None
    assert (refused(body | {"response_format": "wav"}) is None) is wav
    assert refused(body | {"response_format": "ogg"}) == INVALID
    assert (refused(body | {"images": [PICTURE]}) is None) is images
    assert (refused(body | {"operation": "sounds"}) is None) is operations
    assert refused(body | {"operation": "generate"}) is None


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


@pytest.mark.parametrize("model", [CLIP, PRO])
def test_fields_of_suno_are_refused_for_lyria_unless_lenient(model: str) -> None:
    for name, value in {"instrumental": True, "title": "A", "style_weight": 0.5}.items():
        body = PLAIN | {"model": model, name: value}
        assert refused(body) == INVALID
        assert refused(body, strict=False) is None


@operations
def test_an_operation_needs_its_fields_unless_the_switch_is_off(operation: str) -> None:
    assert refused(ask(operation)) is None
    for name in LEAST[operation]:
        for body in (ask(operation, **{name: ""}), _without(ask(operation), name)):
            assert refused(body) == MISSING
            assert refused(body, strict_operation_fields=False) is None


@operations
def test_an_operation_may_need_what_the_provider_behind_needs(operation: str) -> None:
    whole = ask(operation, **UPSTREAM.get(operation, {}))

    assert refused(whole, upstream_operation_fields=True) is None
    for name in UPSTREAM.get(operation, {}):
        assert refused(_without(whole, name)) is None
        assert refused(_without(whole, name), upstream_operation_fields=True) == MISSING


@pytest.mark.parametrize("operation", ["generate", "upload_cover"])
def test_custom_mode_may_need_style_title_and_words_to_sing(operation: str) -> None:
    words = {name: CUSTOM[name] for name in ("custom_mode", "title", "style", "lyrics")}
    whole = ask(operation, **words, prompt="")

    assert refused(whole, upstream_operation_fields=True) is None
    for name in ("title", "style", "lyrics"):
        assert refused(_without(whole, name)) is None
        assert refused(_without(whole, name), upstream_operation_fields=True) == MISSING
    unsung = _without(whole, "lyrics")
    for other in ({"instrumental": True}, {"prompt": "[Verse] Salt"}):
        assert refused(unsung | other, upstream_operation_fields=True) is None


@operations
@pytest.mark.parametrize("name", OWN)
def test_an_operation_takes_no_field_of_another_unless_the_switch_is_off(
    operation: str, name: str
) -> None:
    value, owners = OWN[name]
    body = ask(operation, **{name: value})

    assert refused(body) == (None if operation in owners else INVALID)
    assert refused(body, strict_operation_fields=False) is None


@pytest.mark.parametrize("name", ["title", "style", "lyrics", "persona_id"])
def test_fields_of_custom_mode_are_refused_outside_of_it_unless_lenient(name: str) -> None:
    for operation in ("generate", "upload_cover"):
        body = ask(operation, **{name: "x"})
        assert refused(body) == INVALID
        assert refused(body | {name: ""}) is None
        assert refused(body | {"custom_mode": True}) is None
        assert refused(body, strict=False) is None
    # Where there is no such mode, they are free.
    assert refused(ask("add_vocals", **{name: "x"})) is None


@operations
def test_a_prompt_may_be_empty_where_it_describes_nothing(operation: str) -> None:
    described = operation in {"generate", "sounds", "lyrics"}

    for prompt in ("", "  "):
        assert refused(ask(operation, prompt=prompt)) == (INVALID if described else None)
    assert refused(CUSTOM | {"prompt": ""}) is None


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


def _without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}
