"""A tagged copy is made once, of what the archive has, and the archive is only read."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import BinaryIO

import pytest

from cliphook.application.tag_clip import tag_clip
from cliphook.domain.clip import COPY_BYTES_MAX, Clip
from cliphook.domain.errors import (
    OversizedClipError,
    UnarchivedClipError,
    UnavailableStoreError,
    UnknownResourceError,
    UntaggableClipError,
)
from cliphook.domain.job import Job
from cliphook.domain.report import ClipArchived, ClipLost
from cliphook.domain.tags import Tags
from tests.support.fakes import FakeCopies, Trace
from tests.support.makers import at, completed, passport, told

SOUND = b"some music"
KEPT = replace(passport(), size_bytes=len(SOUND))
JOB = told(ClipArchived("one", KEPT, at(90)), job=completed())


@dataclass
class House:
    """Copies beside an archive of one file, and what was said of whatever was copied."""

    minutes: int = 0
    trace: Trace = field(default_factory=Trace)
    said: list[Tags] = field(default_factory=list[Tags])
    copies: FakeCopies = field(init=False)

    def __post_init__(self) -> None:
        self.copies = FakeCopies(lambda: at(100) + timedelta(minutes=self.minutes), self.trace)
        self.copies.archive[KEPT.key] = SOUND

    def write(self, source: BinaryIO, tags: Tags) -> BinaryIO:
        self.said.append(tags)
        return io.BytesIO(f"{tags.title}:".encode() + source.read())

    def tag(
        self,
        job: Job = JOB,
        name: str = "one",
        write: Callable[[BinaryIO, Tags], BinaryIO | None] | None = None,
    ) -> str:
        return tag_clip(job, job.clips[name], copies=self.copies, write=write or self.write)


def with_clip(**changes: object) -> Job:
    clip: Clip = replace(JOB.clips["one"], **changes)  # type: ignore[arg-type]
    return replace(JOB, clips={**JOB.clips, "one": clip})


def test_a_copy_lies_where_it_is_said_to_and_the_archive_is_as_it_was() -> None:
    house = House()

    key = house.tag()

    assert house.copies.files == {key: b"Iron Man:" + SOUND}
    assert house.copies.archive == {KEPT.key: SOUND}
    assert [tags.job_id for tags in house.said] == [JOB.id]


def test_a_copy_that_lies_there_is_not_made_again() -> None:
    house = House()
    key = house.tag()

    house.minutes = 11 * 60
    assert house.tag() == key

    assert len(house.said) == 1


def test_a_copy_that_may_go_while_somebody_fetches_it_is_made_again() -> None:
    house = House()
    key = house.tag()

    house.minutes = 12 * 60
    assert house.tag() == key

    assert len(house.said) == 2


def test_whatever_is_said_otherwise_is_another_copy() -> None:
    house = House()
    other = replace(KEPT, sha256="cd" * 32)

    keys = {
        house.tag(),
        house.tag(with_clip(title=(12, "Steel Man"))),
        house.tag(with_clip(lyrics=(12, "La la"))),
        house.tag(with_clip(passport=other)),
    }

    assert len(keys) == 4


def test_of_a_clip_that_is_not_archived_there_is_no_copy() -> None:
    lost = told(ClipLost("two", "http_404", at(95)), job=JOB)

    for job in (JOB, lost):
        with pytest.raises(UnarchivedClipError):
            House().tag(job, "two")


def test_of_a_text_there_is_nothing_to_hear_and_so_no_copy() -> None:
    with pytest.raises(UnknownResourceError):
        House().tag(with_clip(passport=None, is_text=True))


@pytest.mark.parametrize(("more", "is_copied"), [(0, True), (1, False)])
def test_a_file_may_be_as_long_as_the_limit_and_no_longer(more: int, *, is_copied: bool) -> None:
    house = House()
    job = with_clip(passport=replace(KEPT, size_bytes=COPY_BYTES_MAX + more))

    if is_copied:
        assert house.tag(job) in house.copies.files
    else:
        with pytest.raises(OversizedClipError):
            house.tag(job)
        assert house.trace.calls == []


def test_a_file_that_holds_no_tags_is_not_copied() -> None:
    house = House()

    with pytest.raises(UntaggableClipError):
        house.tag(write=lambda *_: None)

    assert house.copies.files == {}


def test_a_copy_is_closed_whatever_becomes_of_it() -> None:
    house = House()
    made: list[BinaryIO] = []

    def write(source: BinaryIO, tags: Tags) -> BinaryIO:
        made.append(house.write(source, tags))
        house.copies.has_time = False
        return made[0]

    with pytest.raises(UnavailableStoreError):
        house.tag(write=write)

    assert [copy.closed for copy in made] == [True]
