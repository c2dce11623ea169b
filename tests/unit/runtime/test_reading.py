"""What a downloaded clip is called: its title, as far as a header and a disk can bear it."""

from dataclasses import dataclass, field, replace

import pytest

from cliphook.domain.ids import ClipId
from cliphook.domain.report import ClipArchived, Progress
from cliphook.runtime.reading import Reading
from tests.support.fakes import FakeJobs, FakeLibrary, FakeTable
from tests.support.makers import ACCOUNT, at, passport
from tests.support.sample_world import SAMPLES

SUNOAPI = SAMPLES["sunoapi"]


@dataclass
class Signed:
    """Signs nothing, and remembers under which names."""

    names: list[str] = field(default_factory=list[str])

    def link(self, key: str, file_name: str) -> str:
        self.names.append(file_name)
        return f"https://bucket.test/{key}"


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
    Reading(FakeLibrary(table), signed, "").audio_link(ACCOUNT, clip_id)
    (name,) = signed.names
    return name, clip_id


TITLES = {
    "Iron Man": "Iron Man.flac",
    "a.b-c_d 1": "a.b-c_d 1.flac",
    'x"; filename="evil.exe': "x filenameevil.exe.flac",
    "line\r\nbreak: 1": "linebreak 1.flac",
    "../../etc/passwd": "....etcpasswd.flac",
    "Käfer ♪": "Kfer.flac",
    "x" * 200: "x" * 80 + ".flac",
}


@pytest.mark.parametrize(("title", "name"), TITLES.items())
def test_a_file_is_called_by_its_title(title: str, name: str) -> None:
    assert named(title)[0] == name


@pytest.mark.parametrize("title", ["♪♪♪", "  ", "日本"])
def test_a_title_of_which_nothing_is_left_gives_way_to_the_id(title: str) -> None:
    name, clip_id = named(title)

    assert name == f"{clip_id}.flac"
