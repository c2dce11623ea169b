"""A clip's file is kept with all that is known of it, good or bad."""

import json
from dataclasses import replace
from decimal import Decimal
from hashlib import sha256
from pathlib import Path

import pytest

from cliphook.application.keep_clip import Examined, Keeper
from cliphook.application.ports import Fetched
from cliphook.domain.audio_format import AudioFormat, Defect
from cliphook.domain.clips import clip_key, find_clip
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.passport import Passport
from cliphook.domain.sound import Reason, Undecodable
from tests.support.fakes import FakeShelf
from tests.support.hooks import Moment
from tests.support.makers import at, new_job

JOB = new_job()
CLIP = find_clip(JOB, "one")
BODY = b"ID3 some music"
DIGEST = sha256(BODY).hexdigest()
GOOD = Examined(
    AudioFormat("audio/mpeg", "mp3", "mp3", Decimal("12.5"), 48_000, 2, 192_000),
    Undecodable(Reason.TOO_SLOW),
    {"version": 2, "data": [-1, 1]},
)


@pytest.fixture
def file(tmp_path: Path) -> Fetched:
    path = tmp_path / "audio"
    path.write_bytes(BODY)
    return Fetched(path, DIGEST, len(BODY), "audio/mpeg", "mp3")


def keep(
    shelf: FakeShelf, file: Fetched, examined: Examined, *, needs_waveform: bool = True
) -> Passport:
    keeper = Keeper(shelf, lambda _: examined)
    return keeper.keep(
        JOB, CLIP, file, claimed_s=Decimal(12), at=at(9), needs_waveform=needs_waveform
    )


def test_the_file_and_its_waveform_lie_where_the_passport_says(file: Fetched) -> None:
    shelf = FakeShelf()

    passport = keep(shelf, file, GOOD)

    peaks_key = clip_key(JOB, CLIP, DIGEST, "peaks.json")
    assert shelf.files[passport.key] == BODY
    assert json.loads(shelf.files[peaks_key]) == GOOD.waveform
    assert passport.findings
    assert passport.findings.peaks_key == peaks_key
    assert (passport.sha256, passport.size_bytes) == (DIGEST, len(BODY))
    assert passport.findings.off_by_s == Decimal("0.5")


def test_a_damaged_file_is_kept_and_flagged(file: Fetched) -> None:
    shelf = FakeShelf()
    bad = AudioFormat("audio/mpeg", "mp3", defects=frozenset({Defect.TRUNCATED}))

    passport = keep(shelf, file, replace(GOOD, audio=bad, waveform=None))

    assert shelf.files == {passport.key: BODY}
    assert passport.findings
    assert passport.findings.defects == ("truncated",)
    assert passport.findings.peaks_key is None


def failing(call: str) -> FakeShelf:
    def fail(name: str, moment: Moment) -> None:
        if (name, moment) == (call, Moment.BEFORE):
            raise UnavailableStoreError

    return FakeShelf(hook=fail)


@pytest.mark.parametrize("call", ["shelf.put", "shelf.put_document"])
def test_there_is_no_passport_before_everything_is_kept(call: str, file: Fetched) -> None:
    with pytest.raises(UnavailableStoreError):
        keep(failing(call), file, GOOD)


def test_what_will_not_come_again_is_kept_without_a_waveform_sooner_than_lost(
    file: Fetched,
) -> None:
    shelf = failing("shelf.put_document")

    passport = keep(shelf, file, GOOD, needs_waveform=False)

    assert shelf.files == {passport.key: BODY}
    assert passport.findings
    assert passport.findings.peaks_key is None
    assert passport.findings.duration_s == Decimal("12.5")


def test_without_its_file_nothing_is_kept_of_what_will_not_come_again_either(
    file: Fetched,
) -> None:
    with pytest.raises(UnavailableStoreError):
        keep(failing("shelf.put"), file, GOOD, needs_waveform=False)
