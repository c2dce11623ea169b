"""A passport says what a file is, and what is wrong with it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from cliphook.domain.audio_format import AudioFormat, Defect
from cliphook.domain.passport import judge
from cliphook.domain.sound import Peaks, Reason, Sound, Undecodable

FORMAT = AudioFormat("audio/mpeg", "mp3", "mp3", Decimal("180.5"), 48_000, 2, 192_000)
SOUND = Sound(180.5, 48_000, 2, -14.123, -0.987, 0.25, 1.5, Peaks(48_000, 9, (-1, 1)), 0)
CLAIMED = Decimal(180)


def test_a_good_file_is_described_and_has_no_defect() -> None:
    found = judge(FORMAT, SOUND, claimed_s=CLAIMED, peaks_key="a/b.json")

    assert (found.container, found.codec) == ("mp3", "mp3")
    assert (found.duration_s, found.off_by_s) == (Decimal("180.5"), Decimal("0.5"))
    assert (found.sample_rate_hz, found.channels, found.bit_rate_bps) == (48_000, 2, 192_000)
    assert (found.loudness_lufs, found.true_peak_dbtp) == (Decimal("-14.12"), Decimal("-0.99"))
    assert (found.leading_silence_s, found.trailing_silence_s) == (Decimal("0.25"), Decimal("1.5"))
    assert (found.peaks_key, found.defects) == ("a/b.json", ())


@pytest.mark.parametrize(
    ("reason", "defect"),
    [
        (Reason.NOT_AUDIO, "undecodable"),
        (Reason.DAMAGED, "undecodable"),
        (Reason.CRASHED, "undecodable"),
    ],
)
def test_what_nobody_can_hear_is_undecodable(reason: Reason, defect: str) -> None:
    found = judge(FORMAT, Undecodable(reason), claimed_s=None, peaks_key=None)

    assert found.defects == (defect,)
    assert found.loudness_lufs is None


def test_what_is_heard_up_to_a_place_is_damaged() -> None:
    found = judge(FORMAT, Undecodable(Reason.DAMAGED, SOUND), claimed_s=None, peaks_key="x")

    assert found.defects == ("damaged",)
    assert found.loudness_lufs == Decimal("-14.12")


@pytest.mark.parametrize("reason", [Reason.UNUSUAL, Reason.TOO_LONG, Reason.TOO_SLOW])
def test_that_we_did_not_listen_to_the_end_is_no_defect_of_the_file(reason: Reason) -> None:
    assert judge(FORMAT, Undecodable(reason), claimed_s=CLAIMED, peaks_key=None).defects == ()


@pytest.mark.parametrize("reason", [Reason.TOO_LONG, Reason.TOO_SLOW])
def test_what_was_heard_of_a_part_is_not_told_of_the_whole(reason: Reason) -> None:
    found = judge(FORMAT, Undecodable(reason, SOUND), claimed_s=CLAIMED, peaks_key=None)

    assert (found.loudness_lufs, found.true_peak_dbtp) == (None, None)
    assert (found.leading_silence_s, found.trailing_silence_s) == (None, None)


def test_all_that_is_wrong_is_said() -> None:
    cut = replace(FORMAT, duration_s=Decimal(90), defects=frozenset({Defect.TRUNCATED}))
    silent = replace(SOUND, duration_s=90.0, leading_silence_s=90.0, loudness_lufs=None)

    found = judge(cut, silent, claimed_s=CLAIMED, peaks_key=None)

    assert found.defects == ("duration_mismatch", "silent", "truncated")
    assert found.off_by_s == Decimal(-90)
