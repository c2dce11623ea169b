"""Whatever a file holds, a walk along it ends, keeps next to nothing, and never looks far."""

import tracemalloc
from collections.abc import Iterator

import pytest

from cliphook.adapters.audio.tape import LOOK_MAX_BYTES
from cliphook.domain.audio_format import Defect
from tests.support.audio_files import audio_file
from tests.support.hostile_files import HOSTILE_FILES
from tests.support.probing import chunked, found, found_in
from tests.support.watched_walks import check_looks

# What a walk may keep, with all that it looks at: eight looks.
KEPT_MAX_BYTES = 8 * LOOK_MAX_BYTES
CHUNK_BYTES = 65_536

FILES = pytest.mark.parametrize("name", HOSTILE_FILES)
ENDLESS = pytest.mark.parametrize("name", ["mp3 cbr", "wav piped", "ogg opus", "flac piped"])


@FILES
def test_a_walk_looks_at_each_byte_a_few_times_at_most(name: str) -> None:
    content = HOSTILE_FILES[name]()

    check_looks(content)


@FILES
def test_a_walk_keeps_next_to_nothing(name: str) -> None:
    content = HOSTILE_FILES[name]()[: 9 * CHUNK_BYTES]

    assert kept_bytes([*chunked(content, CHUNK_BYTES)]) <= KEPT_MAX_BYTES


@FILES
def test_no_hostile_file_is_taken_for_a_good_one(name: str) -> None:
    file = found(HOSTILE_FILES[name]())

    assert file.defects or name == "mp3 of the shortest frames"


@ENDLESS
def test_music_without_an_end_is_walked_along_in_the_same_memory(name: str) -> None:
    content = audio_file(name, 1.3)

    assert kept_bytes(endless(content, 2)) <= KEPT_MAX_BYTES


@ENDLESS
def test_music_without_an_end_is_no_whole_file(name: str) -> None:
    # Whoever stops listening, stops somewhere.
    file = found_in([*endless(audio_file(name, 1.3), 4), b"\xff"])

    assert file.duration_s is not None
    assert file.defects or name == "wav piped"


@pytest.mark.parametrize("name", ["ogg of empty packets", "flac of heads"])
def test_a_file_with_more_in_it_than_any_music_has_is_given_up(name: str) -> None:
    assert Defect.UNDECODABLE in found(HOSTILE_FILES[name]()).defects


def endless(content: bytes, megabytes: int) -> Iterator[bytes]:
    """Go on after the end from the middle, with as many bytes as are asked for."""
    yield content
    middle = content[len(content) // 2 :]
    for _ in range(megabytes * 1_000_000 // len(middle)):
        yield middle


def kept_bytes(chunks: "list[bytes] | Iterator[bytes]") -> int:
    """Tell how much memory is taken at most while a file passes by, without its chunks."""
    kept = 0
    chunks = [*chunks]
    tracemalloc.start()
    try:
        found_in(chunks)
        kept = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    return kept
