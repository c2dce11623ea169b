"""A damaged file is heard as far as it goes, and however it is damaged, the answer is a value."""

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cliphook.adapters.sound.listen import listen
from cliphook.domain.sound import Reason, Sound, Undecodable
from tests.support.tones import CODECS, M4A, WAV, Codec, encoded, tone

TONE = tone(1, -23)
FILES = {codec.name: encoded(TONE, codec) for codec in CODECS}


@pytest.mark.parametrize("share", [0.3, 0.5, 0.9])
@pytest.mark.parametrize("codec", [c for c in CODECS if c is not M4A], ids=lambda c: c.name)
def test_a_file_cut_short_is_heard_up_to_the_cut(codec: Codec, share: float) -> None:
    whole = encoded(np.tile(tone(1, -23), (10, 1)), codec)

    heard = listen(io.BytesIO(whole[: int(len(whole) * share)]))

    sound = heard.before if isinstance(heard, Undecodable) else heard
    assert sound is not None
    assert sound.duration_s == pytest.approx(10 * share, abs=1.1)


def test_a_file_without_its_index_is_no_audio() -> None:
    file = FILES[M4A.name]

    assert listen(io.BytesIO(file[: file.index(b"moov")])) == Undecodable(Reason.NOT_AUDIO)


@pytest.mark.parametrize("form", [b"\x55\x11", b"\xff\xfe", b"\x02\0"], ids=["?", "??", "ADPCM"])
def test_a_wav_in_a_form_that_nobody_decodes_is_no_audio(form: bytes) -> None:
    wav = bytearray(FILES[WAV.name])
    at = wav.index(b"fmt ") + 8
    wav[at : at + 2] = form

    assert listen(io.BytesIO(bytes(wav))) == Undecodable(Reason.NOT_AUDIO)


def test_an_error_of_the_file_itself_is_not_hidden() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell() > 100_000:
                raise ConnectionResetError
            return super().read(size)

    with pytest.raises(ConnectionResetError):
        listen(Broken(encoded(tone(5, -23), WAV)))


@given(content=st.binary(max_size=4096), name=st.sampled_from(sorted(FILES)))
def test_arbitrary_bytes_after_a_good_beginning_are_survived(content: bytes, name: str) -> None:
    file = FILES[name]

    heard = listen(io.BytesIO(file[:1000] + content), patience_s=5)

    assert isinstance(heard, Sound | Undecodable)


@given(
    changes=st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=8)), max_size=12),
    part=st.sampled_from([2_000, 1_000_000]),
    name=st.sampled_from(sorted(FILES)),
)
def test_a_file_with_changed_bytes_is_survived(
    changes: list[tuple[float, bytes]], part: int, name: str
) -> None:
    file = bytearray(FILES[name])
    for place, content in changes:
        at = int(place * min(part, len(file)))
        file[at : at + len(content)] = content

    heard = listen(io.BytesIO(bytes(file)), patience_s=5)

    assert isinstance(heard, Sound | Undecodable)
    if isinstance(heard, Sound):
        assert heard.duration_s < 60
        assert heard.peaks.length <= 400
