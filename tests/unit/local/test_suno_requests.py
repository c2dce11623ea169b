"""Every further operation of the suno format is held to its own page: fields, limits, sources."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.simulators.reading import read_body
from local.simulators.suno_fields import FIELDS
from local.simulators.suno_requests import ASKS, Rules, check
from tests.unit.local.playing import FACTS
from tests.unit.local.suno_bodies import INVALID, SOUND, TOO_LONG, WORDS, sound, verdict

both = pytest.mark.parametrize("provider", FACTS)
every = pytest.mark.parametrize("name", SOUND)


@both
@every
def test_what_a_page_shows_is_accepted(provider: str, name: str) -> None:
    assert verdict(provider, name, sound(provider, name)) is None


@both
@every
def test_what_is_required_must_be_there_and_say_something(provider: str, name: str) -> None:
    body = sound(provider, name)

    for field, value in body.items():
        left = {key: kept for key, kept in body.items() if key != field}
        assert verdict(provider, name, left) == INVALID[provider]
        assert verdict(provider, name, body | {field: None}) == INVALID[provider]
        if isinstance(value, str):
            for empty in ("", " "):
                assert verdict(provider, name, body | {field: empty}) == INVALID[provider]


@both
@every
def test_a_field_nobody_documents_is_refused_unless_lenient(provider: str, name: str) -> None:
    body = sound(provider, name) | {"callbackUrl": "x"}

    assert verdict(provider, name, body) == INVALID[provider]
    assert verdict(provider, name, body, strict=False) is None


@both
@every
def test_a_field_of_another_type_is_refused(provider: str, name: str) -> None:
    for field in (*ASKS[name].required, *ASKS[name].optional):
        others: tuple[object, ...] = (
            [],
            {},
            "" if field in {"continueAt", "soundTempo"} else 7.125,
        )
        for other in others:
            body = sound(provider, name) | {field: other}
            assert verdict(provider, name, body) == INVALID[provider], (field, other)


@both
@pytest.mark.parametrize("raw", [b"", b"[]", b"null", b"{"])
def test_a_body_that_is_no_json_object_is_refused(provider: str, raw: bytes) -> None:
    wrong = check(read_body(raw), ASKS["lyrics"], Rules(FACTS[provider]))

    assert wrong
    assert wrong.code == INVALID[provider]


def test_sunoapi_needs_no_more_for_an_extension_of_an_upload_and_apikley_does() -> None:
    body = SOUND["upload_extend"]

    assert verdict("sunoapi", "upload_extend", body) is None
    for name in ("instrumental", "continueAt"):
        left = {key: value for key, value in sound("apikley", "upload_extend").items()
                if key != name}  # fmt: skip
        assert verdict("apikley", "upload_extend", left) == 422


@both
def test_words_of_ones_own_are_told_all_of_them(provider: str) -> None:
    told = WORDS | {"defaultParamFlag": True, "continueAt": 12.5}
    for name in ("extend", "upload_extend"):
        body = sound(provider, name) | told
        assert verdict(provider, name, body) is None
        for field in (*WORDS, "continueAt"):
            left = {key: value for key, value in body.items() if key != field}
            unsung = name == "upload_extend" and field == "prompt" and left.get("instrumental")
            assert verdict(provider, name, left) == (None if unsung else INVALID[provider])
    unsung = sound(provider, "upload_extend") | told | {"instrumental": True, "prompt": ""}
    assert verdict(provider, "upload_extend", unsung) is None


@both
@pytest.mark.parametrize(("at", "fits"), [(0, False), (0.5, True), (29.9, True), (30, False)])
def test_what_is_longer_goes_on_from_within_its_source(
    provider: str, at: float, *, fits: bool
) -> None:
    expected = None if fits else INVALID[provider]
    told = WORDS | {"defaultParamFlag": True, "continueAt": at}

    assert verdict(provider, "extend", sound(provider, "extend") | told) == expected
    upload = sound(provider, "upload_extend") | told
    assert verdict(provider, "upload_extend", upload, upload_s=30.0) == expected


@both
def test_an_extension_has_the_model_of_its_source(provider: str) -> None:
    body = sound(provider, "extend")

    assert verdict(provider, "extend", body | {"model": "V4_5"}) == INVALID[provider]
    assert verdict(provider, "extend", body | {"audioId": "a2"}) == INVALID[provider]


@both
@pytest.mark.parametrize("name", ["vocal_removal", "wav"])
def test_a_track_belongs_to_its_task(provider: str, name: str) -> None:
    for other in ({"taskId": "t2"}, {"audioId": "a2"}):
        assert verdict(provider, name, sound(provider, name) | other) == INVALID[provider]


@both
@pytest.mark.parametrize("name", [name for name in SOUND if "uploadUrl" in ASKS[name].required])
def test_an_upload_has_eight_minutes_at_most(provider: str, name: str) -> None:
    body = sound(provider, name)

    assert verdict(provider, name, body, upload_s=480.0) is None
    assert verdict(provider, name, body, upload_s=480.5) == INVALID[provider]


@both
@pytest.mark.parametrize("name", ["upload_cover", "upload_extend"])
def test_one_model_takes_an_upload_of_one_minute(provider: str, name: str) -> None:
    body = sound(provider, name) | {"model": "V4_5ALL"}

    assert verdict(provider, name, body, upload_s=60.0) is None
    assert verdict(provider, name, body, upload_s=60.5) == INVALID[provider]


def limits() -> Iterator[tuple[str, str, str, int]]:
    """List the limits of every operation at each provider."""
    for provider, facts in FACTS.items():
        titles = {name: model.title_max for name, model in facts.models.items()}
        for name in ("extend", "upload_cover", "upload_extend", "add_vocals"):
            model = "V4_5PLUS" if name == "add_vocals" else "V5"
            yield provider, name, "title", titles[model]
            yield provider, name, "style", 1000
            yield provider, name, "prompt", 5000
        yield provider, "add_instrumental", "tags", 1000
        yield provider, "sounds", "prompt", 500
        yield provider, "lyrics", "prompt", 200


@pytest.mark.parametrize(("provider", "name", "field", "most"), [*limits()])
def test_limits_count_code_points(provider: str, name: str, field: str, most: int) -> None:
    body = sound(provider, name)

    assert verdict(provider, name, body | {field: "🎵" * most}) is None
    assert verdict(provider, name, body | {field: "🎵" * (most + 1)}) == TOO_LONG[provider]


@both
def test_a_cover_that_is_only_described_has_a_prompt_of_500(provider: str) -> None:
    body = sound(provider, "upload_cover") | {"customMode": False, "style": "", "title": ""}

    assert verdict(provider, "upload_cover", body | {"prompt": "x" * 500}) is None
    assert verdict(provider, "upload_cover", body | {"prompt": "x" * 501}) == TOO_LONG[provider]
    assert verdict(provider, "upload_cover", body | {"style": "x"}) == INVALID[provider]


@both
@pytest.mark.parametrize(
    ("name", "models"),
    [("add_instrumental", {"V4_5PLUS", "V5", "V5_5"}), ("add_vocals", {"V4_5PLUS", "V5", "V5_5"}),
     ("sounds", {"V5", "V5_5"})],
)  # fmt: skip
def test_some_operations_have_but_some_models(provider: str, name: str, models: set[str]) -> None:
    for model in ("V3_5", *FACTS[provider].models):
        fits = model in models & FACTS[provider].models.keys()
        body = sound(provider, name) | {"model": model}
        assert verdict(provider, name, body) == (None if fits else INVALID[provider])


@both
@pytest.mark.parametrize(("kind", "fits"), [("separate_vocal", True), ("all", False)])
def test_stems_are_two_or_all(provider: str, kind: str, *, fits: bool) -> None:
    body = sound(provider, "vocal_removal") | {"type": kind}

    assert verdict(provider, "vocal_removal", body) == (None if fits else INVALID[provider])


def test_only_sunoapi_takes_a_persona_model_and_only_for_v5() -> None:
    body = SOUND["extend"] | {"personaId": "p1", "personaModel": "voice_persona"}

    assert verdict("sunoapi", "extend", body) is None
    assert verdict("sunoapi", "upload_extend", SOUND["upload_extend"] | {
        "personaModel": "voice_persona", "model": "V4"}) == 400  # fmt: skip
    assert verdict("apikley", "extend", body) == 422


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


@given(
    name=st.sampled_from(sorted(SOUND)),
    changes=st.dictionaries(st.sampled_from(sorted(FIELDS)), json_values),
    lenient=st.booleans(),
)
def test_whatever_is_sent_there_is_an_answer(
    name: str, changes: dict[str, Any], *, lenient: bool
) -> None:
    for provider, facts in FACTS.items():
        codes = {verdict.code for verdict in facts.refusals.values()}
        body = sound(provider, name) | changes
        assert verdict(provider, name, body, strict=not lenient) in codes | {None}
