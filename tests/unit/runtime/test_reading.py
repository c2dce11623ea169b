"""Pages that fit into an answer, and what a downloaded clip is called."""

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from cliphook.domain.change import begin
from cliphook.domain.ids import ClipId, JobId
from cliphook.domain.report import ClipArchived, Progress
from cliphook.domain.request import MusicRequest
from cliphook.runtime.clip_reading import ClipReading
from cliphook.runtime.reading import Reading
from tests.support.fakes import FakeJobs, FakeLibrary, FakeTable
from tests.support.makers import ACCOUNT, at, new_job, passport
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]


@dataclass
class Signed:
    """Signs nothing, and remembers under which names."""

    names: list[str] = field(default_factory=list[str])

    def link(self, key: str, file_name: str, _: str) -> str:
        self.names.append(file_name)
        return f"https://bucket.test/{key}"


def test_a_page_that_would_be_too_large_ends_sooner_and_goes_on_from_there() -> None:
    table = FakeTable()
    jobs = FakeJobs(table)
    lyrics = "\N{HIRAGANA LETTER A}" * 500_000
    for number in range(5):
        job_id = JobId(f"job_01KAJ5T1W00000000000000{number:03}")
        jobs.add(begin(new_job(id=job_id, request=MusicRequest(lyrics=lyrics))), None)
    reading = Reading(FakeLibrary(table), "")

    seen: list[str] = []
    cursor = None
    while len(seen) < 5:
        query = {"limit": "5"} | ({"cursor": cursor} if cursor else {})
        page: Any = reading.list_jobs(ACCOUNT, query)
        assert len(json.dumps(page, ensure_ascii=False).encode()) <= 3.2e6
        assert page["data"]
        seen += [job["id"] for job in page["data"]]
        cursor = page["next_cursor"]

    assert seen == sorted(set(seen), reverse=True)
    assert cursor is None


def named(title: str) -> tuple[str, ClipId]:
    """Archive a clip of that title; tell what it is called when somebody fetches it."""
    table = FakeTable()
    word = SUNOAPI.whole.word
    assert isinstance(word, Progress)
    one = replace(word.clips[0], title=title)
    whole = replace(SUNOAPI.whole, word=replace(word, clips=(one,)))
    kept = ClipArchived(one.provider_clip_id, replace(passport(), key="a/b.flac"), at(50))
    first, *later = SUNOAPI.story(*SUNOAPI.opening, whole, kept)
    jobs = FakeJobs(table)
    jobs.add(first, None)
    for change in later:
        assert jobs.commit(change, None)
    signed = Signed()
    clip_id = later[-1].job.results[0].id
    ClipReading(FakeLibrary(table), signed, "").audio_link(ACCOUNT, clip_id, {})
    (name,) = signed.names
    return name, clip_id


TITLES = {
    "Iron Man": "Iron Man.flac",
    "a.b-c_d 1": "a.b-c_d 1.flac",
    'x"; filename="evil.exe': "x filenameevil.exe.flac",
    "line\r\nbreak: 1": "linebreak 1.flac",
    "../../etc/passwd": "....etcpasswd.flac",
    "Käfer ♪": "Käfer.flac",
    "Ka\N{COMBINING DIAERESIS}fer": "Käfer.flac",
    "日本": "日本.flac",
    "हिन्दी": "हिन्दी.flac",
    "a\N{RIGHT-TO-LEFT OVERRIDE}gpj": "agpj.flac",
    "x" * 200: "x" * 80 + ".flac",
    "\N{DESERET CAPITAL LETTER LONG I}" * 200: "\N{DESERET CAPITAL LETTER LONG I}" * 60 + ".flac",
}


@pytest.mark.parametrize(("title", "name"), TITLES.items())
def test_a_file_is_called_by_its_title(title: str, name: str) -> None:
    assert named(title)[0] == name


@pytest.mark.parametrize("title", ["♪♪♪", "  ", "/"])
def test_a_title_of_which_nothing_is_left_gives_way_to_the_id(title: str) -> None:
    name, clip_id = named(title)

    assert name == f"{clip_id}.flac"
