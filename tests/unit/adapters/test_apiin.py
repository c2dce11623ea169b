"""What apiin is asked: one of two shapes, and every field in its place."""

import json
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from cliphook.adapters.providers.provider import Arrival, Call, Callbacks
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage
from tests.support.apiin_requests import (
    APIIN,
    DESCRIBED,
    EXTENDED,
    KEPT,
    PLAYED,
    SUNG,
    URL,
    body,
    call,
    wrong,
)

FIELDS = ("prompt", "lyrics", "style", "title", "negative_style", "instrumental")


def test_the_row_says_what_is_documented() -> None:
    facts = APIIN.facts

    assert APIIN.base_url == "https://apiin.one"
    assert (facts.arrival, facts.callbacks) == (Arrival.PUSH, Callbacks.OPTIONAL)
    assert (facts.id_field_submit, facts.id_field_callback) == ("task_id", None)
    assert facts.stages == set(Stage)
    assert facts.poll_gap_s == 5
    assert facts.lookup
    assert facts.callback_signature is None
    assert facts.upload is None


def test_the_models_are_known_by_their_families_and_the_newest_is_preferred() -> None:
    families = {name: model.family for name, model in APIIN.models.items()}

    assert list(families.items()) == [
        ("suno-v5-0", "suno-v5"),
        ("suno-v4-5", "suno-v4.5"),
        ("suno-v4-0", "suno-v4"),
        ("suno-v4-0-pro", "suno-v4-pro"),
        ("suno-v4-0-vip", "suno-v4-vip"),
        ("suno-v3-5", "suno-v3.5"),
    ]
    for model in APIIN.models.values():
        assert model.clips == 2
        assert model.abilities.keys() == {Operation.GENERATE, Operation.EXTEND}


def test_a_poll_names_the_task() -> None:
    for operation in (Operation.GENERATE, Operation.EXTEND):
        assert APIIN.write_poll("gen1ksv", operation) == Call(
            "GET", "/api/v1/audio/music/feed", query={"task_id": "gen1ksv"}
        )


def test_a_description_is_written_in_the_one_shape() -> None:
    assert call(DESCRIBED) == Call(
        "POST",
        "/api/v1/audio/music",
        body={
            "model": "suno-v5-0",
            "make_instrumental": False,
            "gpt_description_prompt": "A slow shanty about low water",
            "callback_url": URL,
        },
    )
    assert body(replace(DESCRIBED, instrumental=True))["make_instrumental"] is True


def test_lyrics_are_written_in_the_other_shape() -> None:
    assert body(replace(SUNG, negative_style="metal"), "suno-v4-0-vip") == {
        "model": "suno-v4-0-vip",
        "make_instrumental": False,
        "prompt": "[Verse]\nThe tide",
        "style": "shanty",
        "title": "Low Water",
        # In a request, tags are what to avoid.
        "tags": "metal",
        "callback_url": URL,
    }


def test_what_was_not_asked_for_is_not_written() -> None:
    assert body(MusicRequest(lyrics="La")).keys() == {
        "model",
        "make_instrumental",
        "prompt",
        "callback_url",
    }


def test_instrumental_music_has_its_description_where_others_have_lyrics() -> None:
    assert body(PLAYED) == {
        "model": "suno-v5-0",
        "make_instrumental": True,
        "prompt": "A slow shanty",
        "style": "shanty",
        "callback_url": URL,
    }


def test_an_extension_names_its_source_by_task_and_place() -> None:
    request = replace(
        EXTENDED,
        style="shanty",
        title="Low Water II",
        negative_style="metal",
        continue_at_s=Decimal("92.5"),
    )

    assert call(request) == Call(
        "POST",
        "/api/v1/audio/music/extend",
        body={
            "origin_task_id": "gen1ksv",
            "extend_audio_index": 1,
            "custom_mode": True,
            "prompt": "[Verse]\nThe ebb",
            "style": "shanty",
            "title": "Low Water II",
            "tags": "metal",
            "extensionStartTime": 92.5,
            "callback_url": URL,
        },
    )


def test_an_extension_that_keeps_the_settings_says_nothing_but_its_source() -> None:
    assert body(KEPT) == {
        "origin_task_id": "gen1ksv",
        "extend_audio_index": 1,
        "custom_mode": False,
        "callback_url": URL,
    }


@pytest.mark.parametrize("request_", [DESCRIBED, SUNG, PLAYED, EXTENDED, KEPT])
def test_free_options_are_written_beside_our_fields(request_: MusicRequest) -> None:
    free = replace(request_, provider_options={"apiin": '{"seed": 7, "more": {"a": [1]}}'})

    assert wrong(free) == []
    assert body(free) == {**body(request_), "seed": 7, "more": {"a": [1]}}


@pytest.mark.parametrize("request_", [DESCRIBED, SUNG, PLAYED, EXTENDED, KEPT])
def test_free_options_never_speak_over_our_fields(request_: MusicRequest) -> None:
    # Nor over those of the other shape, or both would be sent.
    shapes = {"gpt_description_prompt", "prompt", "style", "title", "tags"}
    foreign = shapes if request_.operation is Operation.GENERATE else set[str]()

    for name in body(request_).keys() | foreign:
        free = replace(request_, provider_options={"apiin": json.dumps({name: "x"})})
        assert wrong(free) == [f"provider_options.apiin.{name}"]


def asking(*told: Any) -> MusicRequest:
    return MusicRequest(**dict(zip(FIELDS, told, strict=True)))


def test_a_request_that_is_in_order_has_exactly_one_shape() -> None:
    texts = (None, " ", "La la")
    in_order = [
        request
        for told in product(texts, texts, texts, texts, texts, (False, True))
        if not wrong(request := asking(*told))
    ]

    assert len(in_order) > 50
    for request in in_order:
        written = body(request)
        custom = {"prompt", "style", "title", "tags"} & written.keys()
        assert ("gpt_description_prompt" in written) is not bool(custom)
        assert written.get("prompt", written.get("gpt_description_prompt")) == "La la"
        asked = {getattr(request, name) for name in FIELDS[:5]} - {None}
        assert asked <= {*written.values()}
