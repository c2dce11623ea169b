"""Which addresses a clip is fetched from, and what becomes of one that nobody serves."""

from dataclasses import replace

import pytest

from cliphook.application.archive_clip import archive_clip
from cliphook.application.keep_clip import Examined, Keeper
from cliphook.application.ports import Fetched, JobRef
from cliphook.application.record import record
from cliphook.domain.change import begin
from cliphook.domain.clip import Clip
from cliphook.domain.errors import FailedFetchError, UnavailableStoreError
from cliphook.domain.report import Via
from cliphook.domain.status import Stage
from tests.support.examining import walk_only
from tests.support.fakes import FakeFetcher, FakeJobs, FakeShelf, FakeTable, Moment
from tests.support.makers import accepted, at, claimed, new_job, progressed, said_clip

BEST = "https://files.example.test/one.mp3"
SOURCE = "https://source.example.test/one.mp3"
ELSEWHERE = "https://elsewhere.example.test/one.mp3"
MUSIC = b"ID3 music"


class Archive:
    """An archive that is asked once to keep the one clip of a job."""

    def __init__(self, source: str | None = SOURCE) -> None:
        self.jobs = FakeJobs(FakeTable())
        self.fetcher = FakeFetcher()
        self.shelf = FakeShelf(hook=self._fail)
        # What the shelf does not do.
        self.failing = ""
        self.ref = self.jobs.add(begin(new_job()), None)
        clip = replace(said_clip(), source_url=source)
        for report in (
            claimed(),
            accepted(),
            progressed(Stage.COMPLETE, replace(clip, source_url=ELSEWHERE)),
            progressed(Stage.COMPLETE, clip, via=Via.POLL),
        ):
            record(self.ref, report, jobs=self.jobs)

    @property
    def clip(self) -> Clip:
        return _loaded(self.jobs, self.ref)

    def keep(self, *, is_last_try: bool = False) -> None:
        archive_clip(
            self.ref,
            self.clip.id,
            jobs=self.jobs,
            fetcher=self.fetcher,
            keeper=Keeper(self.shelf, drawn),
            clock=lambda: at(100),
            is_last_try=is_last_try,
        )

    def _fail(self, name: str, moment: Moment) -> None:
        if (name, moment) == (self.failing, Moment.BEFORE):
            raise UnavailableStoreError


def drawn(file: Fetched) -> Examined:
    return replace(walk_only(file), waveform={"version": 2, "data": [-1, 1]})


def _loaded(jobs: FakeJobs, ref: JobRef) -> Clip:
    job = jobs.load(ref)
    assert job
    return job.results[0]


def test_the_source_is_kept_if_the_best_address_fails() -> None:
    archive = Archive()
    archive.fetcher.files = {BEST: FailedFetchError("http_403"), SOURCE: MUSIC}

    archive.keep()

    assert MUSIC in archive.shelf.files.values()
    assert archive.clip.passport


@pytest.mark.parametrize("failing", ["shelf.put", "shelf.put_document"])
def test_what_can_be_fetched_again_is_kept_whole_or_later(failing: str) -> None:
    archive = Archive()
    archive.fetcher.files = {BEST: MUSIC}
    archive.failing = failing

    # The queue brings an order again that ends so, also after what would be its last try.
    with pytest.raises(UnavailableStoreError):
        archive.keep(is_last_try=True)
    assert (archive.clip.passport, archive.clip.loss) == (None, None)
    archive.failing = ""
    archive.keep()

    passport = archive.clip.passport
    assert passport
    assert passport.findings
    assert passport.findings.peaks_key in archive.shelf.files


@pytest.mark.parametrize("source", [SOURCE, None])
def test_a_clip_that_nobody_serves_is_lost_with_a_reason(source: str | None) -> None:
    archive = Archive(source)
    archive.fetcher.files = {BEST: FailedFetchError("http_403"), SOURCE: FailedFetchError("empty")}

    with pytest.raises(FailedFetchError, match="http_403"):
        archive.keep(is_last_try=True)

    assert archive.clip.loss == (at(100), "http_403")


def test_an_address_that_only_a_callback_named_is_never_fetched() -> None:
    archive = Archive(source=None)
    archive.fetcher.files = {ELSEWHERE: MUSIC}

    with pytest.raises(FailedFetchError):
        archive.keep()

    assert archive.shelf.files == {}
