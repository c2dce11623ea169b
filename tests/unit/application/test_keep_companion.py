"""A cover is kept as audio is: the file first, then the word for it, as often as ordered."""

from dataclasses import replace

import pytest

from cliphook.application.keep_companion import keep_companion
from cliphook.application.record import record
from cliphook.domain.change import begin
from cliphook.domain.clip import Clip
from cliphook.domain.companion import Companion, Part
from cliphook.domain.companions import companion_of
from cliphook.domain.errors import FailedFetchError
from cliphook.domain.report import Via
from cliphook.domain.status import Stage
from tests.support.fakes import (
    Crash,
    CrashError,
    FakeFetcher,
    FakeJobs,
    FakeShelf,
    FakeTable,
    Moment,
)
from tests.support.makers import accepted, at, claimed, new_job, progressed, said_clip

COVER = "https://files.example.test/one.jpeg"
ELSEWHERE = "https://elsewhere.example.test/one.jpeg"
PICTURE = b"\xff\xd8\xff\xe0 a picture"


class Archive:
    """An archive that is asked to keep the cover of the one clip of a job."""

    def __init__(self, shelf: FakeShelf | None = None) -> None:
        self.jobs = FakeJobs(FakeTable())
        self.fetcher = FakeFetcher()
        self.fetcher.files = {COVER: PICTURE, ELSEWHERE: b"another"}
        self.shelf = shelf or FakeShelf()
        self.ref = self.jobs.add(begin(new_job()), None)
        for report in (
            claimed(),
            accepted(),
            progressed(Stage.COMPLETE, replace(said_clip(), image_url=ELSEWHERE)),
        ):
            record(self.ref, report, jobs=self.jobs)

    def complete(self, url: str | None = COVER) -> None:
        said = replace(said_clip(), image_url=url)
        record(self.ref, progressed(Stage.COMPLETE, said, via=Via.POLL), jobs=self.jobs)

    @property
    def clip(self) -> Clip:
        job = self.jobs.load(self.ref)
        assert job
        return job.results[0]

    @property
    def cover(self) -> Companion:
        return companion_of(self.clip, Part.IMAGE)

    def keep(self, part: Part = Part.IMAGE, *, is_last_try: bool = False) -> None:
        keep_companion(
            self.ref,
            self.clip.id,
            part,
            jobs=self.jobs,
            fetcher=self.fetcher,
            shelf=self.shelf,
            clock=lambda: at(100),
            is_last_try=is_last_try,
        )


@pytest.fixture
def archive() -> Archive:
    return Archive()


def test_a_cover_that_only_a_callback_named_is_never_fetched(archive: Archive) -> None:
    archive.keep()
    archive.complete(None)
    archive.keep()

    assert archive.shelf.files == {}


def test_nothing_is_fetched_before_the_end_of_its_job(archive: Archive) -> None:
    said = replace(said_clip(), image_url=COVER)
    record(archive.ref, progressed(Stage.FIRST, said, via=Via.POLL), jobs=archive.jobs)

    archive.keep()

    assert archive.shelf.files == {}


def test_nothing_is_fetched_that_its_provider_has_not_made_yet(archive: Archive) -> None:
    archive.complete()

    archive.keep(Part.WAV)
    archive.keep(Part.TIMED_LYRICS)

    assert archive.shelf.files == {}


def test_a_crash_between_the_file_and_the_word_for_it_is_made_up_for() -> None:
    archive = Archive(FakeShelf(Crash("shelf.put", Moment.AFTER)))
    archive.complete()
    with pytest.raises(CrashError):
        archive.keep()
    assert archive.cover == Companion()

    archive.keep()

    assert archive.cover.file
    assert archive.shelf.files == {archive.cover.file.key: PICTURE}


def test_a_file_that_could_not_be_put_is_not_said_to_be_kept() -> None:
    archive = Archive(FakeShelf(Crash("shelf.put", Moment.BEFORE)))
    archive.complete()

    with pytest.raises(CrashError):
        archive.keep(is_last_try=True)

    assert archive.cover == Companion()


def test_only_the_last_try_gives_a_cover_up(archive: Archive) -> None:
    archive.complete()
    archive.fetcher.files = {}

    with pytest.raises(FailedFetchError, match="http_404"):
        archive.keep()
    assert archive.cover == Companion()
    with pytest.raises(FailedFetchError, match="http_404"):
        archive.keep(is_last_try=True)

    assert archive.cover == Companion(loss=(at(100), "http_404"))


def test_a_cover_that_was_given_up_is_kept_when_it_is_ordered_again(archive: Archive) -> None:
    archive.complete()
    archive.fetcher.files = {}
    with pytest.raises(FailedFetchError):
        archive.keep(is_last_try=True)
    archive.fetcher.files = {COVER: PICTURE}

    archive.keep()

    assert archive.cover.file
