"""A file is asked for strictly, and every wrong field is named at once."""

import json
from typing import Any

import pytest

from cliphook.adapters.api_files import read_file_request, show_file, show_upload
from cliphook.domain.errors import InvalidRequestError, OversizedBodyError
from cliphook.domain.file import TYPES, FileRequest, Upload
from tests.support.file_events import ASKED, FILE, REQUEST
from tests.support.makers import START

MIB = 1024 * 1024


def read(**changed: Any) -> FileRequest:
    return read_file_request(json.dumps({**ASKED, **changed}).encode())


def wrong(body: bytes) -> list[str]:
    with pytest.raises(InvalidRequestError) as refused:
        read_file_request(body)
    return [error.field for error in refused.value.errors]


def wrong_fields(**changed: Any) -> list[str]:
    return wrong(json.dumps({**ASKED, **changed}).encode())


def test_a_request_is_read_as_it_was_meant() -> None:
    assert read() == REQUEST


def test_a_kind_by_another_name_or_case_is_the_same_kind() -> None:
    assert read(content_type="Audio/X-WAV").type == TYPES["audio/wav"]


@pytest.mark.parametrize(
    ("content_type", "size_max"),
    [(name, kind.size_max_bytes) for name, kind in TYPES.items()],
)
def test_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    content_type: str, size_max: int
) -> None:
    assert size_max == (100 if content_type.startswith("audio/") else 10) * MIB
    assert read(content_type=content_type, size_bytes=size_max).size_bytes == size_max
    assert read(content_type=content_type, size_bytes=1).size_bytes == 1

    assert wrong_fields(content_type=content_type, size_bytes=size_max + 1) == ["size_bytes"]
    assert wrong_fields(content_type=content_type, size_bytes=0) == ["size_bytes"]


WRONG: dict[str, tuple[Any, ...]] = {
    "filename": ("", "x" * 256, "a/b", "a\\b", "a\nb", "\0", None, 5, ["a"], {}),
    "content_type": ("", "audio", "audio/midi", "audio/mpeg; a=b", " audio/mpeg", None, 5, []),
    "size_bytes": (-1, 0, 100 * MIB + 1, "5", 5.0, 5.5, 1e3, True, None, [5]),
    "upload": ({}, None),
}


@pytest.mark.parametrize(
    ("field", "value"),
    [(field, value) for field, values in WRONG.items() for value in values],
    ids=lambda value: repr(value)[:20],
)
def test_a_wrong_field_is_named(field: str, value: Any) -> None:
    assert wrong_fields(**{field: value}) == [field]


@pytest.mark.parametrize("field", ASKED)
def test_a_missing_field_is_named(field: str) -> None:
    left = {name: value for name, value in ASKED.items() if name != field}

    assert wrong(json.dumps(left).encode()) == [field]


def test_every_wrong_field_is_named_at_once() -> None:
    """A length that no kind allows is wrong also where the kind is."""
    fields = wrong_fields(filename="", content_type="text/html", size_bytes=10**12, x=1)

    assert sorted(fields) == ["content_type", "filename", "size_bytes", "x"]


def test_a_length_is_not_held_against_a_kind_that_nobody_knows() -> None:
    assert wrong_fields(content_type="image/gif", size_bytes=50 * MIB) == ["content_type"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"filename=a", b'{"filename": "a", "filename": "b"}', b"\xff{}"]
)
def test_what_is_no_object_is_refused_as_a_whole(body: bytes) -> None:
    assert wrong(body) == ["body"]


def test_a_body_above_64_kib_is_too_large() -> None:
    body = json.dumps(ASKED).encode()

    assert read_file_request(body.ljust(64 * 1024)) == REQUEST
    with pytest.raises(OversizedBodyError):
        read_file_request(body.ljust(64 * 1024 + 1))


@pytest.mark.parametrize(("is_ready", "status"), [(False, "pending"), (True, "ready")])
def test_a_file_is_shown_without_where_it_lies(status: str, *, is_ready: bool) -> None:
    assert show_file(FILE, is_ready=is_ready) == {
        "id": FILE.id,
        "status": status,
        "filename": "Käfer ♪.mp3",
        "content_type": "audio/mpeg",
        "size_bytes": 1027,
        "created_at": "2026-11-21T09:00:00Z",
        "expires_at": "2026-11-28T09:00:00Z",
    }


def test_an_upload_is_shown_whole() -> None:
    upload = Upload("https://shelf.test/", {"key": "a"}, START)

    assert show_upload(upload) == {
        "url": "https://shelf.test/",
        "fields": {"key": "a"},
        "expires_at": "2026-11-21T09:00:00Z",
    }
