"""What a song of the suno format may hold: every field, limit and rule of custom mode or not."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.request import MusicRequest, Operation, PersonaKind, Source, VocalGender

# Title, style and custom prompt, in code points: providers.md 4.1 has where they come from.
LIMITS = {
    ("sunoapi", "V4"): (80, 200, 3000),
    ("sunoapi", "V4_5"): (100, 1000, 5000),
    ("sunoapi", "V4_5PLUS"): (100, 1000, 5000),
    ("sunoapi", "V4_5ALL"): (80, 1000, 5000),
    ("sunoapi", "V5"): (100, 1000, 5000),
    ("apikley", "V4"): (80, 200, 3000),
    ("apikley", "V4_5"): (80, 1000, 5000),
    ("apikley", "V4_5PLUS"): (80, 1000, 5000),
    ("apikley", "V4_5ALL"): (80, 1000, 5000),
    ("apikley", "V5"): (80, 1000, 5000),
}
SUNG = MusicRequest(lyrics="[Verse]\nNight city lights", style="Rock", title="Iron Man")
PLAYED = MusicRequest(style="Rock", title="Iron Man", instrumental=True)
DESCRIBED = MusicRequest(prompt="A short relaxing piano tune")
# Whatever else the format has a place for, beside lyrics, style and title.
MORE: dict[str, Any] = {
    "negative_style": "Heavy metal",
    "vocal_gender": VocalGender.FEMALE,
    "style_weight": Decimal("0.65"),
    "weirdness": Decimal(0),
    "audio_weight": Decimal(1),
    "persona_id": "persona-1",
}
SOURCE = Source(url="https://files.gateway.test/source.mp3")
# What follows the rules of a song: by itself, after an example, and before its end.
SONGS: dict[Operation, dict[str, Any]] = {
    Operation.GENERATE: {},
    Operation.COVER: {"source": SOURCE},
    Operation.EXTEND_UPLOAD: {"source": SOURCE, "continue_at_s": Decimal(60)},
}

every = pytest.mark.parametrize(("provider", "model"), LIMITS)
both = pytest.mark.parametrize("provider", ["sunoapi", "apikley"])
songs = pytest.mark.parametrize("operation", SONGS)


def song(operation: Operation, request: MusicRequest = DESCRIBED, **changes: Any) -> MusicRequest:
    """Make the same song another way."""
    return replace(request, operation=operation, **(SONGS[operation] | changes))


def wrong(request: MusicRequest, provider: str, model: str = "V5") -> list[str]:
    """Name the fields of a request that break a rule."""
    return [error.field for error in PROVIDERS[provider].check(request, model)]


@both
def test_every_model_is_in_the_table_of_limits(provider: str) -> None:
    assert {(provider, model) for model in PROVIDERS[provider].models} <= LIMITS.keys()


@every
@songs
@pytest.mark.parametrize("request_", [SUNG, PLAYED, DESCRIBED])
def test_a_documented_request_breaks_no_rule(
    provider: str, model: str, operation: Operation, request_: MusicRequest
) -> None:
    assert wrong(song(operation, request_), provider, model) == []


@every
@songs
@pytest.mark.parametrize("letter", ["x", "é", "🎵", "\u0301"])
def test_a_text_may_be_as_long_as_its_limit(
    provider: str, model: str, operation: Operation, letter: str
) -> None:
    title, style, lyrics = LIMITS[provider, model]
    longest: dict[str, Any] = {
        "title": letter * title,
        "style": letter * style,
        "lyrics": letter * lyrics,
    }

    assert wrong(song(operation, MusicRequest(**longest)), provider, model) == []
    for name, text in longest.items():
        request = MusicRequest(**(longest | {name: text + letter}))
        assert wrong(song(operation, request), provider, model) == [name]


@every
@songs
def test_a_description_may_have_500_characters(
    provider: str, model: str, operation: Operation
) -> None:
    assert wrong(song(operation, prompt="🎵" * 500), provider, model) == []
    assert wrong(song(operation, prompt="🎵" * 501), provider, model) == ["prompt"]


@both
def test_a_message_says_how_long_a_text_is_and_may_be(provider: str) -> None:
    (error,) = PROVIDERS[provider].check(MusicRequest(prompt="x" * 501), "V5")

    assert "501" in error.message
    assert "500" in error.message


@both
@songs
@pytest.mark.parametrize(
    ("request_", "names"),
    [
        (MusicRequest(), ["prompt"]),
        (MusicRequest(instrumental=True), ["prompt"]),
        (MusicRequest(lyrics="La"), ["style", "title"]),
        (MusicRequest(style="Rock"), ["lyrics", "title"]),
        (MusicRequest(title="One"), ["lyrics", "style"]),
        (MusicRequest(title="One", instrumental=True), ["style"]),
        (MusicRequest(style="Rock", instrumental=True), ["title"]),
        (replace(SUNG, prompt="A tune"), ["prompt"]),
        (replace(SUNG, prompt=""), ["prompt"]),
        (replace(PLAYED, prompt="A tune"), ["prompt"]),
        (replace(SUNG, instrumental=True), ["lyrics"]),
        (MusicRequest(prompt="A tune", title="One"), ["prompt", "lyrics", "style"]),
        (MusicRequest(title="x" * 101, style="y" * 1001), ["lyrics", "style", "title"]),
    ],
)
def test_what_is_missing_or_out_of_place_is_named(
    provider: str, operation: Operation, request_: MusicRequest, names: list[str]
) -> None:
    assert wrong(song(operation, request_), provider) == names


@both
@pytest.mark.parametrize("blank", ["", " ", "\n\t", "\u3000"])
def test_a_blank_text_is_none(provider: str, blank: str) -> None:
    for name in ("lyrics", "style", "title"):
        assert wrong(MusicRequest(**{**_texts(SUNG), name: blank}), provider) == [name]
    assert wrong(MusicRequest(prompt=blank), provider) == ["prompt"]
    assert wrong(replace(PLAYED, lyrics=blank), provider) == ["lyrics"]


@both
@songs
@pytest.mark.parametrize("name", MORE)
def test_what_only_custom_mode_reads_is_refused_outside_it(
    provider: str, operation: Operation, name: str
) -> None:
    changes = {name: MORE[name]}

    assert wrong(song(operation, SUNG, **changes), provider) == []
    assert wrong(song(operation, PLAYED, **changes), provider) == []
    assert wrong(song(operation, DESCRIBED, **changes), provider) == [name]


@both
def test_every_rule_that_is_broken_is_named(provider: str) -> None:
    request = MusicRequest(prompt="x" * 501, **MORE, persona_kind=PersonaKind.STYLE)

    assert wrong(request, provider) == ["prompt", *MORE, "persona_kind"]


@both
def test_a_kind_of_persona_needs_a_persona(provider: str) -> None:
    kind = PersonaKind.VOICE

    assert wrong(replace(SUNG, persona_kind=kind), provider) == ["persona_id"]
    assert wrong(replace(SUNG, persona_kind=kind, persona_id="persona-1"), provider) == []


def _texts(request: MusicRequest) -> dict[str, Any]:
    return {name: getattr(request, name) for name in ("lyrics", "style", "title")}
