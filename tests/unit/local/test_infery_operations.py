"""Infery's models and operations have fields of their own, and some that they cannot do without."""

import pytest

from tests.unit.local.infery_requests import (
    CLIP,
    CUSTOM,
    INVALID,
    LEAST,
    MISSING,
    OWN,
    PICTURE,
    PLAIN,
    PRO,
    SUNO,
    TYPE,
    UPSTREAM,
    ask,
    refused,
    without,
)

operations = pytest.mark.parametrize("operation", LEAST)


@pytest.mark.parametrize("name", ["model", "prompt"])
def test_a_model_and_a_prompt_are_required_of_everybody(name: str) -> None:
    for operation in LEAST:
        body = {key: value for key, value in ask(operation).items() if key != name}
        assert refused(body) == MISSING
        assert refused(body | {name: None}) == TYPE


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
        for body in (ask(operation, **{name: ""}), without(ask(operation), name)):
            assert refused(body) == MISSING
            assert refused(body, strict_operation_fields=False) is None


@operations
def test_an_operation_may_need_what_the_provider_behind_needs(operation: str) -> None:
    whole = ask(operation, **UPSTREAM.get(operation, {}))

    assert refused(whole, upstream_operation_fields=True) is None
    for name in UPSTREAM.get(operation, {}):
        assert refused(without(whole, name)) is None
        assert refused(without(whole, name), upstream_operation_fields=True) == MISSING


@pytest.mark.parametrize("operation", ["generate", "upload_cover"])
def test_custom_mode_may_need_style_title_and_words_to_sing(operation: str) -> None:
    words = {name: CUSTOM[name] for name in ("custom_mode", "title", "style", "lyrics")}
    whole = ask(operation, **words, prompt="")

    assert refused(whole, upstream_operation_fields=True) is None
    for name in ("title", "style", "lyrics"):
        assert refused(without(whole, name)) is None
        assert refused(without(whole, name), upstream_operation_fields=True) == MISSING
    unsung = without(whole, "lyrics")
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
