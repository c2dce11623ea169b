"""What a file may be, how it may be called, and how long it is one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from cliphook.domain.file import TYPES, file_key, is_file_id, is_filename
from cliphook.domain.ids import FileId
from tests.support.file_events import FILE, FILE_ID
from tests.support.makers import ACCOUNT, START

MIB = 1024 * 1024


@pytest.mark.parametrize(
    "name",
    ["a", "song.mp3", "Käfer ♪.wav", ".hidden", "..", "two words.ogg", "x" * 255, "🎵" * 255],
)
def test_one_name_of_up_to_255_characters_is_a_filename(name: str) -> None:
    assert is_filename(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "x" * 256, "🎵" * 256, "a/b.mp3", "/a.mp3", "../a.mp3", "a\\b.mp3", "a\0.mp3"),
        *("a\n.mp3", "a\r\n.mp3", "a\t.mp3", "a\x1b[31m.mp3", "a\x7f.mp3", "a\x85.mp3", "a\x9f"),
    ],
)
def test_a_path_or_what_cannot_be_seen_is_no_filename(name: str) -> None:
    assert not is_filename(name)


@pytest.mark.parametrize(
    ("name", "content_type", "extension", "mib"),
    [
        ("audio/mpeg", "audio/mpeg", "mp3", 100),
        ("audio/mp3", "audio/mpeg", "mp3", 100),
        ("audio/wav", "audio/wav", "wav", 100),
        ("audio/wave", "audio/wav", "wav", 100),
        ("audio/x-wav", "audio/wav", "wav", 100),
        ("audio/vnd.wave", "audio/wav", "wav", 100),
        ("audio/flac", "audio/flac", "flac", 100),
        ("audio/x-flac", "audio/flac", "flac", 100),
        ("audio/ogg", "audio/ogg", "ogg", 100),
        ("audio/mp4", "audio/mp4", "m4a", 100),
        ("audio/m4a", "audio/mp4", "m4a", 100),
        ("audio/x-m4a", "audio/mp4", "m4a", 100),
        ("image/jpeg", "image/jpeg", "jpg", 10),
        ("image/png", "image/png", "png", 10),
        ("image/webp", "image/webp", "webp", 10),
    ],
)
def test_a_kind_is_known_by_its_names(
    name: str, content_type: str, extension: str, mib: int
) -> None:
    kind = TYPES[name]

    assert (kind.content_type, kind.extension) == (content_type, extension)
    assert kind.size_max_bytes == mib * MIB


def test_there_are_no_other_kinds() -> None:
    assert len(TYPES) == 15
    assert all(TYPES[kind.content_type] is kind for kind in TYPES.values())


def test_a_key_says_whose_it_is_and_nothing_of_the_clients_words() -> None:
    key = file_key(ACCOUNT, FILE_ID, TYPES["audio/x-m4a"])

    assert key == f"files/{ACCOUNT}/{FILE_ID}.m4a"


@pytest.mark.parametrize(
    "text", ["", "file_", FILE_ID[:-1], f"{FILE_ID}0", f"{FILE_ID}\n", FILE_ID.lower(), "job_1"]
)
def test_what_we_never_wrote_is_no_id(text: str) -> None:
    assert is_file_id(FILE_ID)
    assert not is_file_id(FileId(text))


def test_a_file_is_one_until_the_instant_at_which_it_expires() -> None:
    file = replace(FILE, expires_at=START)

    assert not file.has_expired(START - timedelta(microseconds=1))
    assert file.has_expired(START)
