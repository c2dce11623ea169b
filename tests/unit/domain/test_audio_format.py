"""A duration is held against what was claimed, as closely as claims are made."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.domain.audio_format import AudioFormat, Defect, seconds

MISMATCH = frozenset({Defect.DURATION_MISMATCH})


def playing(duration_s: str | None, *defects: Defect) -> AudioFormat:
    """Make a file that plays so long."""
    duration = Decimal(duration_s) if duration_s else None
    return AudioFormat("audio/mpeg", "mp3", "mp3", duration, defects=frozenset(defects))


@pytest.mark.parametrize(
    ("duration_s", "claimed_s"),
    [
        ("198.440", "198.44"),
        # Rounded to a whole second, down or up, with an encoder's padding or without.
        ("198.990", "198"),
        ("198.010", "199"),
        ("199.050", "198"),
        ("100.000", "101.5"),
        ("100.000", "98.5"),
        # From a rounded bit rate.
        ("480.000", "484.8"),
        ("480.000", "475.3"),
        ("1.000", "2.5"),
    ],
)
def test_a_claim_may_be_rounded(duration_s: str, claimed_s: str) -> None:
    file = playing(duration_s)

    assert file.held_against(Decimal(claimed_s)) == file


@pytest.mark.parametrize(
    ("duration_s", "claimed_s"),
    [
        ("100.000", "101.501"),
        ("100.000", "98.499"),
        ("480.000", "485"),
        ("480.000", "475.2"),
        ("0.100", "180"),
        ("180.000", "0.1"),
        ("1.000", "2.501"),
    ],
)
def test_a_claim_that_is_off_by_more_is_a_defect(duration_s: str, claimed_s: str) -> None:
    file = playing(duration_s, Defect.TRUNCATED).held_against(Decimal(claimed_s))

    assert file.defects == {Defect.TRUNCATED, Defect.DURATION_MISMATCH}


@pytest.mark.parametrize("claimed_s", [None, "0", "-3", "NaN", "sNaN", "Infinity"])
def test_what_is_no_length_claims_nothing(claimed_s: str | None) -> None:
    file, claimed = playing("198.440"), Decimal(claimed_s) if claimed_s else None

    assert file.held_against(claimed) == file
    assert file.off_by_s(claimed) is None


def test_nothing_is_held_against_a_file_that_does_not_play() -> None:
    file = playing(None, Defect.UNDECODABLE)

    assert file.held_against(Decimal(180)) == file
    assert file.off_by_s(Decimal(180)) is None


def test_a_file_that_is_longer_than_claimed_is_off_by_more_than_nothing() -> None:
    assert playing("198.440").off_by_s(Decimal(198)) == Decimal("0.44")
    assert playing("198.440").off_by_s(Decimal(199)) == Decimal("-0.56")


@pytest.mark.parametrize(
    ("ticks", "per_second", "duration_s"),
    [(44_100, 44_100, "1.000"), (1, 48_000, "0.000"), (1_000, 3, "333.333"), (2_000, 3, "666.667")],
)
def test_samples_become_milliseconds(ticks: int, per_second: int, duration_s: str) -> None:
    assert str(seconds(ticks, per_second)) == duration_s


@given(duration_ms=st.integers(1, 10**7), claimed_ms=st.integers(1, 10**7))
def test_a_mismatch_is_the_same_from_either_side_of_the_claim(
    duration_ms: int, claimed_ms: int
) -> None:
    claimed_s = Decimal(claimed_ms) / 1000
    mirrored_ms = 2 * claimed_ms - duration_ms
    file, mirrored = playing(str(Decimal(duration_ms) / 1000)), Decimal(mirrored_ms) / 1000

    if mirrored_ms > 0:
        other = playing(str(mirrored)).held_against(claimed_s)
        assert file.held_against(claimed_s).defects == other.defects
