"""A file is promised, uploaded, found by its own account, and gone after seven days."""

from datetime import timedelta

import pytest

from cliphook.application.accept_file import accept_file
from cliphook.application.find_file import find_file, is_ready
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.file import File, Upload, is_file_id
from cliphook.domain.ids import AccountId
from tests.support.fake_files import FakeFiles, FakeFileShelf
from tests.support.file_events import AUDIO, REQUEST
from tests.support.makers import ACCOUNT, START

OTHER = AccountId("acct_01KAJ5T1W0000000000000000B")


@pytest.fixture
def files() -> FakeFiles:
    return FakeFiles()


@pytest.fixture
def shelf() -> FakeFileShelf:
    return FakeFileShelf()


def accepted(files: FakeFiles, shelf: FakeFileShelf, entropy: int = 1) -> tuple[File, Upload]:
    chance = bytes([entropy] * 10)
    return accept_file(REQUEST, ACCOUNT, files=files, shelf=shelf, now=START, entropy=chance)


def test_a_file_is_stored_as_it_was_promised(files: FakeFiles, shelf: FakeFileShelf) -> None:
    file, upload = accepted(files, shelf)

    assert find_file(ACCOUNT, file.id, files=files, now=START) == file
    assert is_file_id(file.id)
    assert (file.filename, file.content_type) == (REQUEST.filename, "audio/mpeg")
    assert (file.account_id, file.size_bytes) == (ACCOUNT, len(AUDIO))
    assert file.key == f"files/{ACCOUNT}/{file.id}.mp3"
    assert (file.created_at, file.expires_at) == (START, START + timedelta(days=7))
    assert upload.expires_at == START + timedelta(minutes=15)


def test_two_files_of_one_instant_are_two(files: FakeFiles, shelf: FakeFileShelf) -> None:
    one, other = accepted(files, shelf, 1)[0], accepted(files, shelf, 2)[0]

    assert one.id != other.id
    assert one.key != other.key


@pytest.mark.parametrize(
    ("found", "is_there"),
    [(None, False), (b"", False), (AUDIO[:-1], False), (AUDIO + b"!", False), (AUDIO, True)],
)
def test_a_file_is_ready_once_it_is_there_as_long_as_promised(
    found: bytes | None, files: FakeFiles, shelf: FakeFileShelf, *, is_there: bool
) -> None:
    file, _ = accepted(files, shelf)
    if found is not None:
        shelf.objects[file.key] = found

    assert is_ready(file, shelf=shelf) is is_there


def test_a_file_is_found_until_it_expires(files: FakeFiles, shelf: FakeFileShelf) -> None:
    file, _ = accepted(files, shelf)
    last = file.expires_at - timedelta(microseconds=1)

    assert find_file(ACCOUNT, file.id, files=files, now=last) == file
    with pytest.raises(UnknownResourceError):
        find_file(ACCOUNT, file.id, files=files, now=file.expires_at)


def test_a_file_of_another_account_is_unknown(files: FakeFiles, shelf: FakeFileShelf) -> None:
    file, _ = accepted(files, shelf)

    with pytest.raises(UnknownResourceError):
        find_file(OTHER, file.id, files=files, now=START)


@pytest.mark.parametrize("text", ["", "file_x", "x" * 3000])
def test_what_is_no_id_is_unknown_without_a_look(text: str) -> None:
    class Untouchable(FakeFiles):
        def find(self, *_: object) -> File | None:
            raise AssertionError

    with pytest.raises(UnknownResourceError):
        find_file(ACCOUNT, text, files=Untouchable(), now=START)
