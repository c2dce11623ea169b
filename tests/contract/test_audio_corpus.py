"""
Our reading of audio files is held against how they were made, against ffprobe, and against FFmpeg.

No expected value here is one that we have told ourselves.
"""

import tempfile
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from cliphook.adapters.audio_types import HEAD_BYTES, sniff
from cliphook.domain.audio_format import AudioFormat, Defect
from tests.support import probing
from tests.support.audio_files import LENGTH_S, RECIPES, audio_file
from tests.support.damaged_files import DAMAGED_FILES
from tests.support.ffmpeg import Probed, packet_positions
from tests.support.tones import ADTS, encoded, tone

MADE_S = Decimal(str(LENGTH_S))

# We tell milliseconds, ffprobe microseconds.
ROUNDING_S = Decimal("0.001")
# Samples of the longest frame that the encoders of these files write. FFmpeg decodes the last frame
# of some codecs to its end, and of a file that is cut as much as it can guess.
FRAME_SAMPLES = {
    "mp3": 1152,
    "mp2": 1152,
    "aac": 1024,
    "alac": 4096,
    "opus": 2880,
    "vorbis": 2048,
    "flac": 4608,
}
# Around a hole, a decoder needs some frames to find its feet: three of an MP3, whose frames borrow
# bits from the ones before.
FRAMES_LOST = 3
# A bit rate is bytes by time, and tools differ about the encoder's padding; a file's own also has
# what is around the music, if no picture.
RATE_SHARE = 0.01
OVERHEAD_SHARE = 0.05

KINDS = pytest.mark.parametrize("name", RECIPES)
DAMAGES = pytest.mark.parametrize("name", DAMAGED_FILES)
CUT = [name for name, file in DAMAGED_FILES.items() if name.endswith(" cut") and file.plays]
MISJUDGED = [name for name, recipe in RECIPES.items() if recipe.misjudged]


@cache
def found(name: str) -> AudioFormat:
    return probing.found(audio_file(name))


@cache
def judged(name: str) -> tuple[Probed, Decimal]:
    told, decoded_s = probing.judged(audio_file(name))

    assert told is not None
    assert decoded_s is not None

    return told, decoded_s


def frame_s(file: AudioFormat) -> Decimal:
    """Tell how long a frame is; samples that are not coded have none."""
    return Decimal(FRAME_SAMPLES.get(str(file.codec), 0)) / Decimal(file.sample_rate_hz or 1)


def test_the_corpus_has_thirty_files_and_as_many_that_are_damaged() -> None:
    assert len(RECIPES) >= 30
    assert len(DAMAGED_FILES) >= 30


@KINDS
def test_a_file_plays_for_as_long_as_it_was_made_to(name: str) -> None:
    file = found(name)
    padding_s = RECIPES[name].padding_frames * frame_s(file)

    assert file.duration_s is not None
    assert -ROUNDING_S <= file.duration_s - MADE_S <= padding_s + ROUNDING_S


@KINDS
def test_a_whole_file_has_no_defect(name: str) -> None:
    assert found(name).held_against(MADE_S).defects == frozenset()


@KINDS
def test_ffprobe_tells_the_same_kind(name: str) -> None:
    file, (told, _) = found(name), judged(name)

    assert (file.codec, file.sample_rate_hz, file.channels) == (
        told.codec,
        told.sample_rate_hz,
        told.channels,
    )


@pytest.mark.parametrize("name", [name for name in RECIPES if name not in MISJUDGED])
def test_ffprobe_tells_the_same_duration(name: str) -> None:
    told, _ = judged(name)

    assert told.duration_s is not None
    assert abs((found(name).duration_s or 0) - told.duration_s) <= ROUNDING_S


@pytest.mark.parametrize("name", MISJUDGED)
def test_who_is_not_asked_for_a_duration_would_be_wrong(name: str) -> None:
    told, decoded_s = judged(name)

    assert told.duration_s is None or abs(told.duration_s - decoded_s) > ROUNDING_S


@KINDS
def test_ffmpeg_decodes_as_much(name: str) -> None:
    file, (_, decoded_s) = found(name), judged(name)

    assert abs((file.duration_s or 0) - decoded_s) <= frame_s(file) + ROUNDING_S


@pytest.mark.parametrize("name", [name for name in RECIPES if "bare" not in name])
def test_ffprobe_tells_the_same_bit_rate(name: str) -> None:
    file, (told, _) = found(name), judged(name)

    if told.stream_bit_rate_bps:
        assert file.bit_rate_bps == pytest.approx(told.stream_bit_rate_bps, rel=RATE_SHARE)
    elif told.file_bit_rate_bps and "picture" not in name:
        assert file.bit_rate_bps == pytest.approx(told.file_bit_rate_bps, rel=OVERHEAD_SHARE)


@DAMAGES
def test_a_bad_file_is_caught_as_what_it_is(name: str) -> None:
    damage = DAMAGED_FILES[name]

    assert probing.found(damage.make()).defects == damage.defects


@DAMAGES
def test_of_a_bad_file_counts_what_can_be_heard(name: str) -> None:
    damage = DAMAGED_FILES[name]
    file = probing.found(damage.make())
    _, decoded_s = probing.judged(damage.make())

    if damage.plays:
        assert file.duration_s is not None
        assert decoded_s is not None
        assert abs(file.duration_s - decoded_s) <= FRAMES_LOST * frame_s(file) + ROUNDING_S
    else:
        assert file.duration_s is None
        assert decoded_s is None


@pytest.mark.parametrize("name", CUT)
def test_a_file_that_was_cut_is_not_what_its_provider_claimed(name: str) -> None:
    file = probing.found(DAMAGED_FILES[name].make()).held_against(MADE_S)

    assert Defect.DURATION_MISMATCH in file.defects


# Where nothing says how much there should be, a cut between two frames leaves a shorter file that
# is whole. An MP3 whose head counts its frames, a FLAC that counts its samples, and an Ogg, whose
# last page says that it is the last, are caught by themselves.
def frames_of(name: str) -> bytes:
    """Keep the first half of a file, up to where a packet begins."""
    whole = audio_file(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "music"
        path.write_bytes(whole)
        return whole[: min(place for place in packet_positions(path) if place > len(whole) // 2)]


def fragments_of(name: str) -> bytes:
    """Keep some fragments of an MP4."""
    whole = audio_file(name)
    return whole[: whole.index(b"moof", len(whole) // 2) - 4]


@pytest.mark.parametrize(
    ("name", "cut"),
    [
        ("mp3 cbr bare", frames_of),
        ("mp3 vbr bare", frames_of),
        ("flac piped", frames_of),
        ("m4a fragments", fragments_of),
    ],
)
def test_only_the_claim_tells_that_whole_frames_are_missing(
    name: str, cut: Callable[[str], bytes]
) -> None:
    file = probing.found(cut(name))

    assert file.defects == frozenset()
    assert file.held_against(MADE_S).defects == {Defect.DURATION_MISMATCH}


@pytest.mark.parametrize("name", ["mp3 cbr", "mp3 vbr", "flac", "ogg flac"])
def test_a_file_that_says_how_much_it_is_needs_no_claim(name: str) -> None:
    assert Defect.TRUNCATED in probing.found(frames_of(name)).defects


def test_aac_without_a_container_is_nothing_that_is_kept() -> None:
    assert sniff(encoded(tone(1, -20), ADTS)[:HEAD_BYTES]) is None
