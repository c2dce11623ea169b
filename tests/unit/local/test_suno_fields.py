"""A field of the suno format's further operations holds what its page says, at both ends."""

from typing import Any

import pytest

from tests.unit.local.playing import FACTS
from tests.unit.local.suno_bodies import BACK, INVALID, sound, verdict

both = pytest.mark.parametrize("provider", FACTS)


@both
@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({"soundTempo": 1}, True), ({"soundTempo": 300}, True), ({"soundTempo": None}, True),
        ({"soundTempo": 0}, False), ({"soundTempo": 301}, False), ({"soundTempo": 60.5}, False),
        ({"soundKey": "Any"}, True), ({"soundKey": "F#m"}, True), ({"soundKey": "H"}, False),
        ({"soundLoop": True, "grabLyrics": True}, True), ({"soundLoop": 1}, False),
        (BACK, True), ({"callBackUrl": "x"}, False),
    ],
)  # fmt: skip
def test_a_sound_has_a_tempo_a_key_and_a_loop(
    provider: str, change: dict[str, Any], *, fits: bool
) -> None:
    body = sound(provider, "sounds") | change

    assert verdict(provider, "sounds", body) == (None if fits else INVALID[provider])


@both
@pytest.mark.parametrize("field", ["styleWeight", "weirdnessConstraint", "audioWeight"])
@pytest.mark.parametrize(
    ("weight", "fits"),
    [(0, True), (0.29, True), (1, True), (-0.01, False), (1.01, False), (0.655, False),
     (True, False)],
)  # fmt: skip
def test_weights_are_numbers_from_0_to_1_with_two_decimals(
    provider: str, field: str, weight: float, *, fits: bool
) -> None:
    body = sound(provider, "add_vocals") | {field: weight}

    assert verdict(provider, "add_vocals", body) == (None if fits else INVALID[provider])


@both
@pytest.mark.parametrize("url", ["x", "//example.test/x", "ftp://example.test/x", "http://[x/b"])
def test_addresses_are_urls(provider: str, url: str) -> None:
    for field in ("uploadUrl", "callBackUrl"):
        body = sound(provider, "upload_cover") | {field: url}
        assert verdict(provider, "upload_cover", body) == INVALID[provider]
