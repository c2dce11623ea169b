"""A request with several mistakes is told all of them at once, whatever kinds they are of."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cliphook.adapters.api_request import read_request
from cliphook.domain.errors import FieldError, InvalidRequestError
from cliphook.domain.request import MusicRequest
from tests.support.market import choose
from tests.support.twisting import garbled, twisted


def wrong(body: object) -> set[str]:
    """Name the wrong fields of a body, as its sender is told them by one provider's rules."""
    if isinstance(body, dict):
        body = {"model": "sunoapi/V5"} | body
    with pytest.raises(InvalidRequestError) as caught:
        choose(read_request(json.dumps(body).encode(), choose=choose))
    names = [error.field for error in caught.value.errors]
    assert len(names) == len(set(names))
    assert all(error.message[0].isalpha() for error in caught.value.errors)
    assert not any(error.message.startswith("Value error") for error in caught.value.errors)
    return set(names)


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ({"vocal_gender": "x"}, {"vocal_gender", "prompt"}),
        ({"prompt": "x" * 501, "nonsense": 1}, {"prompt", "nonsense"}),
        ({"prompt": "x" * 501, "duration_s": "30"}, {"prompt", "duration_s"}),
        ({"prompt": "A tune", "model": "V9", "weirdness": 2}, {"model", "weirdness"}),
        ({"prompt": "A tune", "model": 9, "persona_kind": "voice"}, {"model", "persona_kind"}),
        ({"prompt": "A tune", "operation": "remix", "duration_s": 30}, {"operation", "duration_s"}),
        (
            {"prompt": "A tune", "routing": {"providers": ["nobody"], "fallback": 1}},
            {"routing.providers", "routing.fallback"},
        ),
        (
            {"prompt": "A tune", "metadata": {"a": 1, "b": ""}, "output_format": "wav"},
            {"metadata.a", "output_format"},
        ),
        (
            {"style": "y" * 1001, "title": "x" * 101, "lyrics": "", "style_weight": 0.123},
            {"style", "title", "lyrics", "style_weight"},
        ),
        ([1], {"body"}),
    ],
)
def test_mistakes_of_shape_do_not_hide_broken_rules(body: object, names: set[str]) -> None:
    assert wrong(body) == names


@pytest.mark.parametrize(
    ("body", "names"),
    [
        # A title of the wrong kind is still one: this is custom mode, and only lyrics are missing.
        ({"title": 5, "style": "Rock"}, {"title", "lyrics"}),
        ({"title": 5, "style": "Rock", "lyrics": "La"}, {"title"}),
        ({"title": 5, "style": "Rock", "lyrics": "La", "persona_id": "p"}, {"title"}),
        ({"lyrics": 5, "persona_id": "p"}, {"lyrics", "style", "title"}),
        ({"style": 5, "persona_id": "p"}, {"lyrics", "style", "title"}),
        ({"title": 5, "persona_id": "p"}, {"lyrics", "style", "title"}),
        ({"prompt": ["A tune"]}, {"prompt"}),
        ({"prompt": "A", "source": {"url": 5}, "operation": "cover"}, {"source.url"}),
        ({"prompt": "A", "source": {}, "operation": "cover"}, {"source"}),
        ({"prompt": 5, "style_weight": 0.5}, {"prompt", "style_weight"}),
        # Whether lyrics are needed, or in the way, is for `instrumental` to say.
        ({"title": "One", "style": "Rock", "instrumental": "yes"}, {"instrumental"}),
        (
            {"title": "One", "style": "Rock", "lyrics": "La", "instrumental": "no"},
            {"instrumental"},
        ),
    ],
)
def test_a_wrong_field_makes_no_other_look_wrong(body: object, names: set[str]) -> None:
    assert wrong(body) == names


GOOD: list[dict[str, Any]] = [
    {"prompt": "A calm piano", "model": "suno-v5", "metadata": {"order": "17"}},
    {
        "lyrics": "[Verse]",
        "style": "Rock",
        "title": "Iron Man",
        "weirdness": 0.5,
        "vocal_gender": "m",
        "routing": {"providers": ["apikley"], "max_price": None},
    },
    {
        "operation": "cover",
        "model": "stratizon/suno-5.5",
        "prompt": "As a waltz",
        "source": {"url": "https://audio.test/a.mp3"},
        "provider_options": {"suno": {"mood": [1, 0.5]}},
    },
]
bodies = st.sampled_from([json.dumps(body).encode() for body in GOOD])


@pytest.mark.parametrize("body", GOOD)
def test_a_good_request_is_taken(body: dict[str, Any]) -> None:
    request = read_request(json.dumps(body).encode(), choose=choose)

    assert choose(request).options


@settings(max_examples=1000)
@given(body=twisted(bodies) | twisted(bodies) | garbled(bodies) | st.binary(max_size=32))
def test_any_body_is_a_request_or_told_what_is_wrong(body: bytes) -> None:
    told: tuple[FieldError, ...] = ()
    try:
        request = read_request(body, choose=choose)
    except InvalidRequestError as error:
        told = error.errors
    else:
        assert isinstance(request, MusicRequest)
        with suppress(InvalidRequestError):
            choose(request)
        return
    assert told
    assert all(error.field and error.message for error in told)
