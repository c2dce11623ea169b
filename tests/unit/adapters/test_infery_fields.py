"""How requests to infery are written, operation by operation."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.providers.provider import Call
from cliphook.domain.request import MusicRequest, Operation, OutputFormat, asked_fields
from tests.support.infery_requests import (
    ALL,
    AUDIO_ID,
    CLIP,
    COVERED,
    DESCRIBED,
    EXTENDED,
    EXTENDED_UPLOAD,
    KEPT,
    MIXED,
    PARTED,
    PARTED_ALL,
    PICTURED,
    PLAYED,
    PRO,
    SOUNDED,
    SUNG,
    SUNO,
    TASK_ID,
    TEXTS,
    URL,
    VOICED,
    WORDED,
    body,
    call,
    row,
)

WRITTEN: list[tuple[MusicRequest, dict[str, Any]]] = [
    (
        DESCRIBED,
        {
            "operation": "generate",
            "custom_mode": False,
            "prompt": "Upbeat indie folk",
            "instrumental": False,
        },
    ),
    (
        SUNG,
        {
            "operation": "generate",
            "custom_mode": True,
            # There is none, and infery cannot do without.
            "prompt": "Indie folk, Coast Road",
            **TEXTS,
            **MIXED,
            "instrumental": False,
            "vocal_gender": "f",
            "persona_id": "persona-1",
            "persona_model": "voice_persona",
            "duration_seconds": 60,
            "response_format": "wav",
        },
    ),
    (
        EXTENDED,
        {
            "operation": "extend",
            "custom_mode": True,
            "audio_id": AUDIO_ID,
            "continue_at": 30.5,
            "default_param_flag": False,
            "prompt": "Indie folk, Coast Road",
            **TEXTS,
            **MIXED,
            "instrumental": False,
        },
    ),
    (
        KEPT,
        {
            "operation": "extend",
            "custom_mode": False,
            "audio_id": AUDIO_ID,
            "default_param_flag": True,
            "prompt": "The rest of the song",
            "instrumental": False,
        },
    ),
    (
        COVERED,
        {
            "operation": "upload_cover",
            "custom_mode": False,
            "upload_url": URL,
            "prompt": "As a waltz",
            "instrumental": True,
        },
    ),
    (
        EXTENDED_UPLOAD,
        {
            "operation": "upload_extend",
            "custom_mode": False,
            "upload_url": URL,
            "continue_at": 12,
            "default_param_flag": False,
            "prompt": "Softer",
            "instrumental": False,
        },
    ),
    (
        PLAYED,
        {
            "operation": "add_instrumental",
            "custom_mode": True,
            "upload_url": URL,
            "prompt": "Strings, Coast Road",
            "tags": "Strings",
            "title": "Coast Road",
            **MIXED,
        },
    ),
    (
        VOICED,
        {
            "operation": "add_vocals",
            "custom_mode": True,
            "upload_url": URL,
            "prompt": "A calm voice",
            **TEXTS,
            "vocal_gender": "m",
        },
    ),
    (
        SOUNDED,
        {
            "operation": "sounds",
            "prompt": "Rain on tin",
            "sound_loop": True,
            "sound_tempo": 90,
            "sound_key": "Am",
        },
    ),
    (
        PARTED,
        {
            "operation": "vocal_removal",
            "audio_id": AUDIO_ID,
            "task_id": TASK_ID,
            "separation_type": "separate_vocal",
            "prompt": "The parts of the song",
        },
    ),
    (
        PARTED_ALL,
        {
            "operation": "vocal_removal",
            "audio_id": AUDIO_ID,
            "task_id": TASK_ID,
            "separation_type": "split_stem",
            "response_format": "wav",
            "prompt": "The parts of the song",
        },
    ),
    (WORDED, {"operation": "lyrics", "prompt": "A ferry at dawn"}),
]


@pytest.mark.parametrize(("request_", "expected"), WRITTEN)
def test_a_request_is_written_with_what_it_asks_and_nothing_else(
    request_: MusicRequest, expected: dict[str, Any]
) -> None:
    written = call(request_)

    assert written == Call("POST", "/v1/music/generations", body={"model": "suno-v4", **expected})


def test_every_operation_is_written_somewhere_here() -> None:
    assert {request.operation for request, _ in WRITTEN} == {*Operation}
    assert [*ALL] == [request for request, _ in WRITTEN]


@pytest.mark.parametrize("request_", ALL)
def test_what_is_asked_is_among_what_the_model_can_do(request_: MusicRequest) -> None:
    able = row().models[SUNO].abilities[request_.operation]

    assert {*asked_fields(request_)} <= able


@pytest.mark.parametrize("model", [CLIP, PRO])
def test_lyria_is_told_in_words_and_pictures(model: str) -> None:
    request = PICTURED if model == PRO else replace(PICTURED, output_format=OutputFormat.MP3)

    expected = {
        "model": model,
        "prompt": "What you see",
        "images": [{"data": "aGVsbG8=", "mime_type": "image/png"}],
    }
    assert body(request, model) == expected | ({"response_format": "wav"} if model == PRO else {})
    assert body(MusicRequest(prompt="A tune"), model) == {"model": model, "prompt": "A tune"}
    assert {*asked_fields(request)} <= row().models[model].abilities[Operation.GENERATE]


@pytest.mark.parametrize(
    ("fields", "prompt"),
    [
        ({"lyrics": "La"}, "A song"),
        ({"style": "Rock"}, "Rock"),
        ({"title": "One"}, "One"),
        ({"style": "Rock", "title": " "}, "Rock"),
        ({"style": "Rock", "prompt": "\n"}, "Rock"),
        ({"style": "Rock", "prompt": "Loud"}, "Loud"),
    ],
)
def test_a_request_without_a_prompt_is_given_one(fields: dict[str, Any], prompt: str) -> None:
    written = body(MusicRequest(**fields))

    assert written["prompt"] == prompt
    assert written["custom_mode"] is True


def test_white_space_is_no_text() -> None:
    written = body(MusicRequest(prompt="A tune", lyrics=" ", style="\n", title=""))

    assert written["custom_mode"] is False
    assert written.keys().isdisjoint({"lyrics", "style", "title"})


def test_free_options_stand_beside_the_fields() -> None:
    options = {"infery": '{"seed": 7, "tags": "loud"}', "suno": '{"seed": 8}'}

    written = body(replace(DESCRIBED, provider_options=options))

    assert written["seed"] == 7
    assert written["tags"] == "loud"
    assert written["prompt"] == "Upbeat indie folk"


def test_a_weight_keeps_its_decimals() -> None:
    assert body(replace(DESCRIBED, weirdness=Decimal("0.07")))["weirdness_constraint"] == 0.07
