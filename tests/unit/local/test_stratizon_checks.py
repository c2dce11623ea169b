"""A request to Stratizon is accepted as its page has it, and refused for all else."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.reading import read_body
from local.simulators.stratizon_checks import Rules, check
from tests.unit.local.stratizon_client import FULL, MINIMAX, SUNO

REFERENCE = SUNO | {"reference_audio": {"artifact_id": "art_1"}}
LIMITS = [
    ("minimax-music-2.6", "prompt", 2000),
    ("minimax-music-2.6", "lyrics", 3500),
    ("suno-5.5", "prompt", 5000),
    ("suno-5.5", "lyrics", 5000),
    ("suno-5.5", "title", 100),
]
KNOBS: list[tuple[str, str, list[object], list[object]]] = [
    ("suno", "style", ["lo-fi", "x" * 1000], ["x" * 1001, 7]),
    ("suno", "negative_tags", ["metal"], [["metal"]]),
    ("suno", "vocal_gender", ["m", "f"], ["male", "none", ""]),
    ("suno", "style_weight", [0, 1, 0.5, 0.333], [-0.1, 1.1, "0.5", True]),
    ("suno", "weirdness_constraint", [0.65], [2]),
    ("suno", "audio_weight", [0.65], [None]),
    ("suno", "persona_id", ["p1"], [1]),
    ("suno", "persona_model", ["style_persona", "voice_persona"], ["other"]),
    ("minimax", "is_instrumental", [True, False], [1, "true"]),
    ("minimax", "lyrics_optimizer", [True], [0]),
    ("minimax", "output_format", ["url"], ["hex", "other"]),
    ("minimax", "audio_setting", [{}], ["mp3", None]),
]
AUDIO: list[tuple[str, list[object], list[object]]] = [
    ("sample_rate", [16000, 24000, 32000, 44100], [48000, "44100", True]),
    ("bitrate", [32000, 64000, 128000, 256000], [320000, 32000.5]),
    ("format", ["mp3", "wav"], ["pcm", "ogg", 3]),
]


def status(body: object, **rules: Any) -> int | None:
    verdict = check(read_body(json.dumps(body).encode()), Rules(**rules))
    return verdict.status if verdict else None


def options(namespace: str, knobs: object) -> dict[str, Any]:
    asked = SUNO if namespace == "suno" else MINIMAX
    return asked | {"model_options": {namespace: knobs}}


def test_a_documented_request_is_accepted() -> None:
    assert [status(body) for body in (SUNO, MINIMAX, FULL)] == [None] * 3
    assert status(REFERENCE, is_reference=True) is None


@pytest.mark.parametrize("name", ["model", "prompt"])
def test_model_and_prompt_are_required(name: str) -> None:
    for missing in (None, ""):
        assert status(SUNO | {name: missing}) == 422
    assert status({key: value for key, value in SUNO.items() if key != name}) == 422
    assert status(SUNO | {"prompt": " \n"}) == 422


@pytest.mark.parametrize("model", ["suno-5", "minimax", "V5", 5, ["suno-5.5"]])
def test_no_other_model_is_known(model: object) -> None:
    assert status(SUNO | {"model": model}) == 422


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("lyrics", 7), ("lyrics", None), ("instrumental", "false"), ("instrumental", 1),
     ("title", ["x"]), ("metadata", "a1"), ("metadata", []), ("model_options", []),
     ("prompt", {"text": "x"})],
)  # fmt: skip
def test_a_field_of_another_type_is_refused(name: str, wrong: object) -> None:
    assert status(SUNO | {name: wrong}) == 422


def test_an_unknown_namespace_of_options_is_refused_even_by_the_lenient() -> None:
    body = SUNO | {"model_options": {"udio": {}}}

    assert status(body) == status(body, strict=False) == 422
    assert status(body, namespace_error_status=400) == 400


def test_the_options_of_another_model_are_refused_unless_lenient() -> None:
    body = SUNO | {"model_options": {"minimax": {"lyrics_optimizer": True}}}

    assert (status(body), status(body, strict=False)) == (422, None)


def test_options_are_objects() -> None:
    others: list[object] = [None, [], "x"]

    assert [status(options("suno", other)) for other in others] == [422] * 3


@pytest.mark.parametrize(("namespace", "knob", "right", "wrong"), KNOBS)
def test_a_knob_takes_what_its_model_takes(
    namespace: str, knob: str, right: list[object], wrong: list[object]
) -> None:
    assert [status(options(namespace, {knob: value})) for value in right] == [None] * len(right)
    assert [status(options(namespace, {knob: value})) for value in wrong] == [422] * len(wrong)


@pytest.mark.parametrize(("name", "right", "wrong"), AUDIO)
def test_an_audio_setting_is_one_of_those_there_are(
    name: str, right: list[object], wrong: list[object]
) -> None:
    def of(value: object) -> int | None:
        return status(options("minimax", {"audio_setting": {name: value}}))

    assert [of(value) for value in right] == [None] * len(right)
    assert [of(value) for value in wrong] == [422] * len(wrong)


@pytest.mark.parametrize(("model", "name", "most"), LIMITS)
@pytest.mark.parametrize("letter", ["x", "é", "🎵"])
def test_limits_count_code_points(model: str, name: str, most: int, letter: str) -> None:
    body = SUNO | {"model": model}

    assert status(body | {name: letter * most}) is None
    assert status(body | {name: letter * (most + 1)}) == 422


@pytest.mark.parametrize(
    "body",
    [SUNO | {"style": "lo-fi"}, SUNO | {"callback_url": "https://a.test"}, REFERENCE,
     options("suno", {"tempo": 90}), options("minimax", {"audio_setting": {"channels": 2}})],
)  # fmt: skip
def test_what_nobody_documents_is_refused_unless_lenient(body: dict[str, Any]) -> None:
    assert (status(body), status(body, strict=False)) == (422, None)


@pytest.mark.parametrize(
    "reference",
    [{"artifact_id": "art_1"}, {"url": "https://media.example.test/a.mp3"},
     {"url": "http://127.0.0.1:9/a.mp3"}],
)  # fmt: skip
def test_a_reference_is_an_artifact_or_an_https_address(reference: object) -> None:
    assert status(SUNO | {"reference_audio": reference}, is_reference=True) is None


@pytest.mark.parametrize(
    "reference",
    [None, "art_1", {}, {"artifact_id": "art_1", "url": "https://a.test/b"}, {"artifact_id": 7},
     {"artifact_id": None}, {"url": "http://media.example.test/a.mp3"}, {"url": "a.mp3"},
     {"url": "https://"}, {"url": "http://[x/b"}, {"url": None},
     {"artifact_id": "art_1", "name": "x"}],
)  # fmt: skip
def test_any_other_reference_is_refused(reference: object) -> None:
    assert status(SUNO | {"reference_audio": reference}, is_reference=True) == 422
    assert status(SUNO, is_reference=True) == 422


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"a": NaN}', b"\xff{}"])
def test_a_body_that_is_no_json_object_is_refused(raw: bytes) -> None:
    verdict = check(read_body(raw), Rules())

    assert verdict
    assert verdict.status == 422


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["suno", "minimax", "audio_setting", "style", "url"]) | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(
    changes=st.dictionaries(st.sampled_from([*FULL, "reference_audio"]), json_values),
    is_reference=st.booleans(),
    strict=st.booleans(),
)
def test_whatever_is_sent_there_is_an_answer(
    changes: dict[str, Any], *, is_reference: bool, strict: bool
) -> None:
    assert status(FULL | changes, is_reference=is_reference, strict=strict) in {None, 422}
