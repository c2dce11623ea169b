"""
What we hear in the files of the corpus is held against FFmpeg's own `ebur128`, on the same files.

The FFmpeg that is asked is another build than the one that listens for us. That loudness and peaks
are those of the standard, files whose measures are known by definition show.
"""

import io
import tempfile
from pathlib import Path

import pytest

from cliphook.adapters.sound.listen import listen
from cliphook.domain.sound import Sound
from tests.support.audio_files import LENGTH_S, RECIPES, audio_file
from tests.support.ffmpeg import loudness

# It tells tenths: half of one for its rounding, and as much for decoders that differ.
LOUDNESS_LU = 0.1
TRUE_PEAK_DB = 0.1
# What encoders put before and behind music without saying so: three frames of the lowest rate.
PADDING_S = 0.16


@pytest.mark.parametrize("name", RECIPES)
def test_a_file_is_as_loud_as_ffmpeg_says(name: str) -> None:
    content = audio_file(name)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "music"
        path.write_bytes(content)
        lufs, dbtp = loudness(path)

    sound = listen(io.BytesIO(content))

    assert isinstance(sound, Sound)
    assert sound.loudness_lufs == pytest.approx(lufs, abs=LOUDNESS_LU)
    assert sound.true_peak_dbtp == pytest.approx(dbtp, abs=TRUE_PEAK_DB)
    assert sound.duration_s == pytest.approx(LENGTH_S, abs=PADDING_S)
