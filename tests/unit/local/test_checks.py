"""A create is accepted up to each documented limit, and refused beyond it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.reading import read_body
from local.simulators.scenario import Refusal
from local.simulators.suno_checks import Rules, check
from tests.unit.local.playing import FACTS

TITLES = {
    "sunoapi": {"V4": 80, "V4_5": 100, "V4_5PLUS": 100, "V4_5ALL": 80, "V5": 100, "V5_5": 100},
    "apikley": {"V4": 80, "V4_5": 80, "V4_5PLUS": 80, "V4_5ALL": 80, "V5": 80},
}
INVALID = {"sunoapi": 400, "apikley": 422}
TOO_LONG = {"sunoapi": 413, "apikley": 422}
MODELS = [(provider, model) for provider, models in TITLES.items() for model in models]
CUSTOM = {
    "customMode": True,
    "instrumental": False,
    "model": "V5",
    "callBackUrl": "https://example.test/callback",
    "prompt": "[Verse] Night city lights",
    "style": "Rock",
    "title": "Iron Man",
}
PLAIN = {
    "customMode": False,
    "instrumental": False,
    "model": "V5",
    "callBackUrl": "https://example.test/callback",
    "prompt": "A short relaxing piano tune",
}

both = pytest.mark.parametrize("provider", FACTS)


def verdict(provider: str, body: object, **settings: Any) -> int | None:
    """Hold a body against a provider's rules: the code of the refusal, or None."""
    rules = Rules(FACTS[provider], **settings)
    refusal = check(read_body(json.dumps(body).encode()), rules)
    return refusal.code if refusal else None


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in body.items() if key != name}


@both
def test_a_documented_request_is_accepted(provider: str) -> None:
    assert verdict(provider, CUSTOM) is None
    assert verdict(provider, PLAIN) is None


@pytest.mark.parametrize(("provider", "model"), MODELS)
@pytest.mark.parametrize("letter", ["x", "é", "🎵"])
def test_limits_count_code_points(provider: str, model: str, letter: str) -> None:
    prompt, style = (3000, 200) if model == "V4" else (5000, 1000)
    limits = {"prompt": prompt, "style": style, "title": TITLES[provider][model]}

    for name, most in limits.items():
        body = CUSTOM | {"model": model}
        assert verdict(provider, body | {name: letter * most}) is None
        assert verdict(provider, body | {name: letter * (most + 1)}) == TOO_LONG[provider]


@both
def test_a_plain_prompt_has_500_characters(provider: str) -> None:
    assert verdict(provider, PLAIN | {"prompt": "🎵" * 500}) is None
    assert verdict(provider, PLAIN | {"prompt": "🎵" * 501}) == TOO_LONG[provider]


def test_every_model_of_a_provider_is_known_and_no_other() -> None:
    assert {name: {*facts.models} for name, facts in FACTS.items()} == {
        name: {*models} for name, models in TITLES.items()
    }
    assert verdict("apikley", CUSTOM | {"model": "V5_5"}) == 422
    assert verdict("sunoapi", CUSTOM | {"model": "V3_5"}) == 400


@both
@pytest.mark.parametrize("instrumental", [True, False])
def test_custom_mode_needs_style_and_title(provider: str, *, instrumental: bool) -> None:
    body = CUSTOM | {"instrumental": instrumental}

    for name in ("style", "title"):
        assert verdict(provider, without(body, name)) == INVALID[provider]
        assert verdict(provider, body | {name: " "}) == INVALID[provider]


@both
def test_custom_mode_needs_a_prompt_unless_it_is_instrumental(provider: str) -> None:
    assert verdict(provider, without(CUSTOM, "prompt")) == INVALID[provider]
    assert verdict(provider, CUSTOM | {"prompt": ""}) == INVALID[provider]
    for body in (without(CUSTOM, "prompt"), CUSTOM | {"prompt": ""}):
        assert verdict(provider, body | {"instrumental": True}) is None


@both
@pytest.mark.parametrize("instrumental", [True, False])
def test_plain_mode_needs_a_prompt_and_nothing_of_custom_mode(
    provider: str, *, instrumental: bool
) -> None:
    body = PLAIN | {"instrumental": instrumental}

    assert verdict(provider, body) is None
    assert verdict(provider, without(body, "prompt")) == INVALID[provider]
    for name in ("style", "title", "personaId"):
        assert verdict(provider, body | {name: ""}) is None
        assert verdict(provider, body | {name: "x"}) == INVALID[provider]
        assert verdict(provider, body | {name: "x"}, strict=False) is None


@both
@pytest.mark.parametrize("name", ["customMode", "instrumental", "model", "callBackUrl"])
def test_what_is_required_must_be_there(provider: str, name: str) -> None:
    assert verdict(provider, without(CUSTOM, name)) == INVALID[provider]
    assert verdict(provider, CUSTOM | {name: None}) == INVALID[provider]
    assert verdict(provider, CUSTOM | {name: ""}) == INVALID[provider]


def test_apikley_can_insist_on_the_prompt_its_schema_requires() -> None:
    body = without(CUSTOM, "prompt") | {"instrumental": True}

    assert verdict("apikley", body, prompt_always_required=True) == 422
    assert verdict("apikley", body | {"prompt": ""}, prompt_always_required=True) is None


@both
@pytest.mark.parametrize("name", ["styleWeight", "weirdnessConstraint", "audioWeight"])
@pytest.mark.parametrize(
    ("weight", "sound"),
    [
        (0, True), (1, True), (0.0, True), (0.01, True), (0.29, True), (0.57, True), (1.0, True),
        (-0.01, False), (1.01, False), (0.005, False), (0.655, False), ("0.5", False),
        (True, False), (None, False), ([], False),
    ],
)  # fmt: skip
def test_weights_are_numbers_from_0_to_1_with_two_decimals(
    provider: str, name: str, weight: object, *, sound: bool
) -> None:
    assert verdict(provider, CUSTOM | {name: weight}) == (None if sound else INVALID[provider])


@both
def test_the_vocal_gender_is_m_or_f(provider: str) -> None:
    assert [verdict(provider, CUSTOM | {"vocalGender": word}) for word in "mf"] == [None, None]
    for word in ("male", "M", "", 1):
        assert verdict(provider, CUSTOM | {"vocalGender": word}) == INVALID[provider]


def test_only_sunoapi_takes_a_persona_model_and_only_for_v5() -> None:
    body = CUSTOM | {"personaId": "p1", "personaModel": "voice_persona"}

    assert verdict("sunoapi", body) is None
    assert verdict("sunoapi", body | {"personaModel": "other"}) == 400
    assert verdict("sunoapi", body | {"model": "V4"}) == 400
    assert verdict("apikley", body) == 422


@both
@pytest.mark.parametrize("name", ["customMode", "instrumental"])
def test_a_flag_is_true_or_false_and_nothing_like_it(provider: str, name: str) -> None:
    for other in (1, 0, "true", [True]):
        assert verdict(provider, CUSTOM | {name: other}) == INVALID[provider]


@both
@pytest.mark.parametrize("url", ["x", "/callback", "ftp://a.test/b", "https://", "http://[x/b", 7])
def test_the_callback_address_is_a_url(provider: str, url: object) -> None:
    assert verdict(provider, CUSTOM | {"callBackUrl": url}) == INVALID[provider]


@both
def test_a_field_nobody_documents_is_refused_unless_lenient(provider: str) -> None:
    for name in ("callbackUrl", "custom_mode", "duration"):
        assert verdict(provider, CUSTOM | {name: "x"}) == INVALID[provider]
        assert verdict(provider, CUSTOM | {name: "x"}, strict=False) is None


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"null", b'"x"', b"NaN", b'{"a": NaN}', b"\xff{}",
            b'{"a": "\\ud800"}', b"[" * 100_000],
)  # fmt: skip
def test_a_body_that_is_no_json_object_is_refused(raw: bytes) -> None:
    refusal = check(read_body(raw), Rules(FACTS["apikley"]))

    assert refusal
    assert refusal.code == 422


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    changes=st.dictionaries(st.sampled_from([*CUSTOM, "styleWeight", "vocalGender"]), json_values),
    raw=st.binary(),
)
def test_whatever_is_sent_there_is_an_answer(changes: dict[str, Any], raw: bytes) -> None:
    rules = Rules(FACTS["sunoapi"])
    codes = {verdict.code for verdict in rules.facts.refusals.values()}

    for body in (raw, json.dumps(CUSTOM | changes).encode()):
        refusal = check(read_body(body), rules)
        assert refusal is None or refusal.code in codes


def test_the_codes_are_the_documented_ones() -> None:
    codes = {
        name: {verdict.code for verdict in facts.refusals.values()} for name, facts in FACTS.items()
    }

    assert codes["sunoapi"] == {400, 401, 404, 405, 413, 429, 430, 455, 500}
    assert codes["apikley"] == {401, 402, 404, 409, 422, 429, 451, 455, 500}


def test_429_is_no_credits_at_sunoapi_and_too_fast_at_apikley() -> None:
    sunoapi, apikley = (FACTS[name].refusals for name in ("sunoapi", "apikley"))

    assert sunoapi[Refusal.CREDITS].code == apikley[Refusal.RATE].code == 429
    assert apikley[Refusal.CREDITS].code == 402
    assert {sunoapi[why].code for why in (Refusal.RATE, Refusal.FREQUENCY)} == {405, 430}
