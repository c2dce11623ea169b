"""A walk sees what it asks for, however the file comes, and is told where it ends."""

from collections.abc import Iterator

import pytest

from cliphook.adapters.audio.tape import LOOK_MAX_BYTES, TO_THE_END, CutShortError, Tape, Walk
from cliphook.domain.audio_format import AudioFormat

NOTHING = AudioFormat(None, None)
LETTERS = b"abcdefghijklmnopqrstuvwxyz"


class Asker:
    """A walk that asks for what it was told to, and remembers what it saw."""

    def __init__(self, *looks: tuple[int, int]) -> None:
        self.seen: list[bytes | int] = []
        self._looks = looks

    def walk(self) -> Walk[AudioFormat]:
        for step, size in self._looks:
            try:
                self.seen.append((yield step, size))
            except CutShortError as cut:
                self.seen.append(cut.missing_bytes)
        return NOTHING


def letters(size_bytes: int) -> Iterator[bytes]:
    """Cut the letters into chunks of a size."""
    return (LETTERS[at : at + size_bytes] for at in range(0, len(LETTERS), size_bytes))


@pytest.mark.parametrize("size_bytes", [1, 2, 3, 7, 25, 26, 100])
def test_a_walk_sees_what_it_asks_for(size_bytes: int) -> None:
    asker = Asker((0, 3), (0, 5), (2, 1), (10, 0), (1, 4))
    tape = Tape(asker.walk())

    for chunk in letters(size_bytes):
        tape.feed(chunk)

    assert asker.seen == [b"abc", b"abcde", b"c", b"", b"nopq"]
    assert tape.end() == NOTHING


def test_a_walk_sees_less_at_the_end() -> None:
    asker = Asker((20, 10), (6, 10), (0, 1))
    tape = Tape(asker.walk())

    tape.feed(LETTERS)
    tape.end()

    assert asker.seen == [b"uvwxyz", b"", b""]


def test_a_walk_is_told_how_much_is_missing_of_what_it_steps_over() -> None:
    asker = Asker((24, 0), (5, 1), (0, 1), (1, 1))
    tape = Tape(asker.walk())

    tape.feed(LETTERS)
    tape.end()

    assert asker.seen == [b"", 3, b"", 1]


def test_a_step_to_the_end_tells_how_far_that_is() -> None:
    asker = Asker((2, 1), (TO_THE_END, 0))
    tape = Tape(asker.walk())

    for chunk in letters(5):
        tape.feed(chunk)
    tape.end()

    assert asker.seen == [b"c", TO_THE_END - 24]


def test_what_comes_after_a_walk_has_found_enough_is_ignored() -> None:
    asker = Asker((0, 1))
    tape = Tape(asker.walk())

    tape.feed(LETTERS)
    tape.feed(LETTERS)

    assert asker.seen == [b"a"]
    assert tape.end() == NOTHING


def test_a_chunk_may_be_longer_than_what_can_be_looked_at() -> None:
    asker = Asker((0, LOOK_MAX_BYTES), (LOOK_MAX_BYTES * 3, 2))
    tape = Tape(asker.walk())

    tape.feed(bytes(LOOK_MAX_BYTES * 3) + LETTERS)
    tape.end()

    assert asker.seen == [bytes(LOOK_MAX_BYTES), b"ab"]
