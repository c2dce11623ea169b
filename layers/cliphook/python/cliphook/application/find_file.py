"""A file is looked up by its account, and asked whether its bytes have come."""

from datetime import datetime

from cliphook.application.ports import Files, FileShelf
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.file import File, is_file_id
from cliphook.domain.ids import AccountId, FileId


def find_file(account_id: AccountId, file_id: str, *, files: Files, now: datetime) -> File:
    """
    Find a file that may be used.

    Raises `UnknownResourceError`: one that has expired, one of another account and one that
    nobody has are all the same, and what is no id at all is not even looked up.
    """
    file = files.find(account_id, FileId(file_id)) if is_file_id(file_id) else None
    if file is None or file.has_expired(now):
        raise UnknownResourceError
    return file


def is_ready(file: File, *, shelf: FileShelf) -> bool:
    """Tell whether a file lies there, as long as it was promised to be."""
    return shelf.size_of(file.key) == file.size_bytes
