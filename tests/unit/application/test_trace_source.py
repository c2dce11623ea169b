"""What a request starts from: found when the request comes, or named as what stands in the way."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cliphook.application.ports import JobRef
from cliphook.application.record import record
from cliphook.application.trace_source import Archives, trace_source
from cliphook.domain.change import begin
from cliphook.domain.errors import FieldError, InvalidRequestError
from cliphook.domain.file import KEPT, TYPES, File, file_key
from cliphook.domain.ids import AccountId, ClipId, FileId
from cliphook.domain.plan import Lineage
from cliphook.domain.report import Accepted, ClipArchived, Progress, Report, Via
from cliphook.domain.request import Image, MusicRequest, Operation, Source
from cliphook.domain.status import Stage
from tests.support.fake_files import FakeFiles, FakeFileShelf
from tests.support.fakes import FakeJobs, FakeLibrary, FakeTable
from tests.support.makers import (
    ACCOUNT,
    JOB,
    TASK,
    accepted,
    at,
    claimed,
    new_job,
    passport,
    progressed,
    said_clip,
)

OTHER = AccountId("acct_01KAJ5T1W0000000000000000B")
NOBODYS = ClipId("clip_01KAJ5T1W0000000000000000C")
BODY = b"ID3 reference"
FOUND = progressed(Stage.COMPLETE, said_clip("one"), said_clip("two", 1), via=Via.POLL)
LYRICS = MusicRequest(operation=Operation.LYRICS, prompt="A calm piano", model="sunoapi/V5")


class House:
    """An account with one job, some files, and a guard against addresses."""

    def __init__(self) -> None:
        self.table = FakeTable()
        self.jobs = FakeJobs(self.table)
        self.files = FakeFiles()
        self.shelf = FakeFileShelf()
        self.checked: list[str] = []

    def make(self, *reports: Report, request: MusicRequest | None = None) -> None:
        """Make the job, and tell it a story."""
        job = new_job(request=request) if request else new_job()
        self.jobs.add(begin(job), None)
        for report in reports:
            record(JobRef(ACCOUNT, JOB), report, jobs=self.jobs)

    def clip(self, name: str = "one") -> ClipId:
        return self.table.jobs[JobRef(ACCOUNT, JOB)].clips[name].id

    def upload(
        self, kind: str = "audio/mpeg", number: int = 1, body: bytes | None = BODY
    ) -> FileId:
        """Promise a file and bring its bytes, if there are any."""
        file_id = FileId(f"file_{number:026d}")
        key = file_key(ACCOUNT, file_id, TYPES[kind])
        file = File(file_id, ACCOUNT, "tune", kind, len(BODY), key, at(0), at(0) + KEPT)
        self.files.add(file)
        if body is not None:
            self.shelf.objects[key] = body
        return file_id

    def trace(
        self,
        source: Source | None = None,
        *images: Image,
        account_id: AccountId = ACCOUNT,
        after: timedelta = timedelta(0),
    ) -> Lineage | None:
        def check_url(url: str) -> FieldError | None:
            self.checked.append(url)
            return FieldError("source.url", "is not https") if url.startswith("http:") else None

        archives = Archives(FakeLibrary(self.table), self.files, self.shelf, check_url)
        request = MusicRequest(source=source, images=images)
        return trace_source(request, account_id, at(0) + after, archives=archives)

    def errors(self, *asked: Source | Image | None, **kinds: object) -> list[tuple[str, str]]:
        with pytest.raises(InvalidRequestError) as caught:
            self.trace(*asked, **kinds)  # type: ignore[arg-type]
        return [(error.field, error.message) for error in caught.value.errors]


@pytest.fixture
def house() -> House:
    return House()


def test_a_request_that_starts_from_its_words_has_no_lineage(house: House) -> None:
    assert house.trace() is None
    assert house.trace(None, Image("image/png", data="AAAA")) is None


def test_a_clip_is_known_by_what_its_provider_calls_it(house: House) -> None:
    house.make(claimed(), accepted(), FOUND)

    assert house.trace(Source(clip_id=house.clip("two"))) == Lineage(
        provider="sunoapi",
        model="V5",
        task_id=TASK,
        provider_clip_id="two",
        index=1,
        url="https://files.example.test/two.mp3",
    )


def test_a_clip_that_is_kept_is_known_by_where_it_lies_with_us(house: House) -> None:
    house.make(claimed(), accepted(), FOUND, ClipArchived("one", passport("one"), at(200)))

    lineage = house.trace(Source(clip_id=house.clip("one")))

    assert lineage
    assert lineage.key == "clips/one.mp3"


def test_a_clip_that_came_inside_an_answer_has_no_address_and_no_task(house: House) -> None:
    inline = replace(said_clip("one", audio=False), passport=passport("one"))
    answer = Accepted(1, None, at(50), Progress(None, Stage.COMPLETE, (inline,)))
    house.make(claimed(), answer)

    lineage = house.trace(Source(clip_id=house.clip("one")))

    assert lineage
    assert (lineage.key, lineage.url, lineage.task_id) == ("clips/one.mp3", None, None)


def test_a_clip_of_another_account_is_none(house: House) -> None:
    house.make(claimed(), accepted(), FOUND)

    for clip_id, account_id in ((house.clip(), OTHER), (NOBODYS, ACCOUNT)):
        assert house.errors(Source(clip_id=clip_id), account_id=account_id) == [
            ("source.clip_id", "is no clip of this account")
        ]


def test_a_clip_that_only_a_callback_named_has_no_audio_yet(house: House) -> None:
    house.make(claimed(), accepted(), progressed(Stage.FIRST, said_clip("one")))

    assert house.errors(Source(clip_id=house.clip())) == [
        ("source.clip_id", "has no audio, or none yet")
    ]


def test_lyrics_are_no_audio(house: House) -> None:
    house.make(claimed(), accepted(), FOUND, request=LYRICS)

    assert house.errors(Source(clip_id=house.clip())) == [
        ("source.clip_id", "has no audio, or none yet")
    ]


def test_a_file_is_known_by_where_it_lies(house: House) -> None:
    file_id = house.upload()

    lineage = house.trace(Source(file_id=file_id))

    assert lineage == Lineage(key=f"files/{ACCOUNT}/{file_id}.mp3")


@pytest.mark.parametrize("body", [None, BODY[:-1], BODY + b"!"])
def test_a_file_is_of_use_once_all_of_it_is_there(house: House, body: bytes | None) -> None:
    file_id = house.upload(body=body)

    assert house.errors(Source(file_id=file_id)) == [("source.file_id", "is not uploaded yet")]


def test_a_file_of_another_account_is_none_and_so_is_an_expired_one(house: House) -> None:
    source = Source(file_id=house.upload())
    none = [("source.file_id", "is no file of this account")]

    assert house.errors(source, account_id=OTHER) == none
    assert house.errors(source, after=KEPT) == none
    assert house.errors(Source(file_id=FileId("file_of_nobody"))) == none


def test_a_picture_is_no_music_and_music_no_picture(house: House) -> None:
    picture, music = house.upload("image/png", 1), house.upload("audio/wav", 2)

    assert house.errors(Source(file_id=picture)) == [
        ("source.file_id", "is no file of the kind audio/*")
    ]
    assert house.errors(None, Image("image/png", file_id=music)) == [
        ("images.0.file_id", "is no file of the kind image/*")
    ]


def test_pictures_are_found_by_their_place_whatever_else_a_request_starts_from(
    house: House,
) -> None:
    house.make(claimed(), accepted(), FOUND)
    picture, music = house.upload("image/png", 1), house.upload("audio/mpeg", 2)
    images = (Image("image/png", data="AAAA"), Image("image/png", file_id=picture))
    keys = (None, f"files/{ACCOUNT}/{picture}.png")

    for source in (
        None,
        Source(file_id=music),
        Source(clip_id=house.clip()),
        Source(url="https://a.test/b.mp3"),
    ):
        lineage = house.trace(source, *images)
        assert lineage
        assert lineage.picture_keys == keys


def test_an_address_goes_through_the_guard(house: House) -> None:
    fine, wrong = "https://a.test/b.mp3", "http://a.test/b.mp3"

    assert house.trace(Source(url=fine)) == Lineage(url=fine)
    assert house.errors(Source(url=wrong)) == [("source.url", "is not https")]
    assert house.checked == [fine, wrong]


def test_all_that_stands_in_the_way_is_named_at_once(house: House) -> None:
    gone = Image("image/png", file_id=FileId("file_of_nobody"))

    found = house.errors(Source(url="http://a.test/b.mp3"), gone, gone)

    assert [field for field, _ in found] == [
        "source.url",
        "images.0.file_id",
        "images.1.file_id",
    ]
