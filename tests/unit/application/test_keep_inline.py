"""Audio that came inside an answer lies on the shelf before anybody hears of it."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path

import pytest

from cliphook.application.keep_clip import Examine, Examined, Keeper
from cliphook.application.keep_inline import LAST_PATIENCE_S, PATIENCE_S, PatientShelf, keep_inline
from cliphook.application.ports import Fetched
from cliphook.domain.clips import find_clip
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.job import JobError
from cliphook.domain.passport import Passport
from cliphook.domain.report import Accepted, Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.status import Stage, Status
from tests.support.examining import walk_only
from tests.support.fakes import FakeShelf, Moment
from tests.support.makers import ACCOUNT, JOB, at, claimed, new_job, said_clip, told

MUSIC = b"ID3 music"
MORE = b"ID3 more of it"


@dataclass
class House:
    """A shelf, some files beside an answer, and how long was waited."""

    folder: Path
    shelf: FakeShelf = field(default_factory=FakeShelf)
    waits: list[float] = field(default_factory=list)
    # How often the shelf still fails, and for what.
    failures: int = 0
    failing: str = "shelf.put"
    examine: Examine = walk_only

    def __post_init__(self) -> None:
        self.shelf = FakeShelf(hook=self._fail)

    def file(self, body: bytes) -> Fetched:
        path = self.folder / sha256(body).hexdigest()
        path.write_bytes(body)
        return Fetched(path, path.name, len(body), "audio/mpeg", "mp3")

    def keep[W](self, word: W, *files: Fetched | None, is_only_chance: bool = False) -> W:
        return keep_inline(
            new_job(),
            word,
            files,
            at=at(50),
            keeper=Keeper(
                PatientShelf(self.shelf, self.waits.append, iter(PATIENCE_S)), self.examine
            ),
            is_only_chance=is_only_chance,
        )

    def clips(self, *clips: ReportedClip, files: tuple[Fetched | None, ...]) -> list[ReportedClip]:
        return [*self.keep(Progress(None, Stage.COMPLETE, clips), *files).clips]

    def _fail(self, name: str, moment: Moment) -> None:
        if (name, moment) == (self.failing, Moment.BEFORE) and self.failures:
            self.failures -= 1
            raise UnavailableStoreError


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


def inline(index: int, name: str = "one") -> ReportedClip:
    return replace(said_clip(name, index), audio_url=f"inline:{index}")


def key_of(name: str, body: bytes) -> str:
    clip = find_clip(new_job(), name)
    return f"clips/{ACCOUNT}/{JOB}/{clip.id}/{sha256(body).hexdigest()}.mp3"


def test_each_clip_gets_the_file_that_it_names_and_its_passport(house: House) -> None:
    files = (house.file(MUSIC), house.file(MORE))

    one, two = house.clips(inline(1, "one"), inline(0, "two"), files=files)

    assert house.shelf.files == {key_of("one", MORE): MORE, key_of("two", MUSIC): MUSIC}
    assert (one.audio_url, two.audio_url) == (None, None)
    digest = sha256(MORE).hexdigest()
    expected = Passport(key_of("one", MORE), digest, len(MORE), "audio/mpeg", at(50))
    assert one.passport
    assert replace(one.passport, findings=None) == expected


def test_what_a_clip_says_besides_stays(house: House) -> None:
    (clip,) = house.clips(inline(0), files=(house.file(MUSIC),))

    assert replace(clip, passport=None, audio_url="inline:0") == inline(0)


def test_the_job_has_the_clip_under_the_key_where_it_lies(house: House) -> None:
    word = house.keep(Progress(None, Stage.COMPLETE, (inline(0),)), house.file(MUSIC))

    job = told(claimed(), Accepted(1, None, at(50), word))

    assert job.status is Status.ARCHIVED
    assert [clip.passport and clip.passport.key for clip in job.results] == [*house.shelf.files]


def test_a_file_that_is_no_audio_leaves_its_clip_without_any(house: House) -> None:
    one, two = house.clips(inline(0, "one"), inline(1, "two"), files=(None, house.file(MORE)))

    assert (one.audio_url, one.passport) == (None, None)
    assert two.passport
    assert [*house.shelf.files] == [key_of("two", MORE)]


@pytest.mark.parametrize("link", ["inline:1", "inline:", "inline:x", "inline:-1", "inline:9" * 9])
def test_a_mark_that_leads_to_no_file_leaves_its_clip_without_audio(
    house: House, link: str
) -> None:
    stray = replace(inline(0), audio_url=link)

    (clip,) = house.clips(stray, files=(house.file(MUSIC),))

    assert (clip.audio_url, clip.passport) == (None, None)
    assert house.shelf.files == {}


def test_a_link_is_left_as_it_is(house: House) -> None:
    assert house.clips(said_clip(), files=(house.file(MUSIC),)) == [said_clip()]
    assert house.shelf.files == {}


@pytest.mark.parametrize("word", [Silence(), Failure(None, JobError("content_policy", "No."))])
def test_a_word_without_clips_is_left_as_it_is(house: House, word: Word) -> None:
    assert house.keep(word, house.file(MUSIC)) == word
    assert house.shelf.files == {}


def test_a_shelf_that_is_down_for_a_while_is_waited_for(house: House) -> None:
    house.failures = len(PATIENCE_S)

    house.clips(inline(0), files=(house.file(MUSIC),))

    assert house.waits == [*PATIENCE_S]
    assert [*house.shelf.files.values()] == [MUSIC]


def test_all_files_of_an_answer_wait_no_longer_than_one(house: House) -> None:
    house.failures = 100
    word = Progress(None, Stage.COMPLETE, (inline(0), inline(1, "two")))

    house.keep(word, house.file(MUSIC), house.file(MORE), is_only_chance=True)

    assert house.waits == [*PATIENCE_S]


def test_where_nobody_can_be_asked_again_the_shelf_is_waited_for_as_long_as_there_is_time() -> None:
    # Of the worker's fifteen minutes a provider may take ten, and the files have to be sent.
    assert 100 < sum(LAST_PATIENCE_S) < 150


def test_a_shelf_that_stays_down_is_said_so_and_nothing_is_claimed_to_be_kept(house: House) -> None:
    house.failures = len(PATIENCE_S) + 1

    with pytest.raises(UnavailableStoreError):
        house.clips(inline(0), files=(house.file(MUSIC),))

    assert house.shelf.files == {}


@pytest.mark.parametrize("source", ["https://files.example.test/one.mp3", None])
def test_of_a_word_that_will_not_come_again_what_can_be_downloaded_is(
    house: House, source: str | None
) -> None:
    house.failures = len(PATIENCE_S) + 1
    word = Progress(None, Stage.COMPLETE, (replace(inline(0), source_url=source), inline(1, "two")))
    files = (house.file(MUSIC), house.file(MORE))

    one, two = house.keep(word, *files, is_only_chance=True).clips

    assert (one.audio_url, one.source_url, one.passport) == (source, None, None)
    assert two.passport
    assert [*house.shelf.files] == [key_of("two", MORE)]


def drawn(file: Fetched) -> Examined:
    return replace(walk_only(file), waveform={"version": 2, "data": [-1, 1]})


def test_music_that_comes_only_once_is_not_lost_for_its_waveform(house: House) -> None:
    house.examine, house.failing, house.failures = drawn, "shelf.put_document", 100
    word = Progress(None, Stage.COMPLETE, (inline(0), inline(1, "two")))

    one, two = house.keep(word, house.file(MUSIC), house.file(MORE), is_only_chance=True).clips

    assert house.shelf.files == {key_of("one", MUSIC): MUSIC, key_of("two", MORE): MORE}
    for clip in (one, two):
        assert clip.passport
        assert clip.passport.findings
        assert clip.passport.findings.peaks_key is None
    assert house.waits == [*PATIENCE_S]


def test_a_waveform_that_can_be_had_by_asking_again_is_not_given_up(house: House) -> None:
    house.examine, house.failing, house.failures = drawn, "shelf.put_document", 100

    with pytest.raises(UnavailableStoreError):
        house.clips(inline(0), files=(house.file(MUSIC),))


def test_to_keep_an_answer_again_changes_nothing(house: House) -> None:
    files = (house.file(MUSIC),)
    once = house.clips(inline(0), files=files)
    lying = dict(house.shelf.files)

    assert house.clips(inline(0), files=files) == once
    assert house.shelf.files == lying
