"""A copy of a clip's file that says what it is."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import BinaryIO, Protocol

from cliphook.domain.clip import COPY_BYTES_MAX, Clip
from cliphook.domain.errors import (
    OversizedClipError,
    UnarchivedClipError,
    UnknownResourceError,
    UntaggableClipError,
)
from cliphook.domain.job import Job
from cliphook.domain.tags import Tags, copy_key, tags_of

# Who writes tags into a copy, which is the caller's to close; `None` if the file holds none.
type Write = Callable[[BinaryIO, Tags], BinaryIO | None]


class Copies(Protocol):
    """Where copies lie, for a while. All raise `UnavailableStoreError`, also when time is over."""

    def has(self, key: str) -> bool:
        """Tell whether a copy lies there, and will for as long as a link to it lives."""
        ...

    def original(self, key: str) -> AbstractContextManager[BinaryIO]:
        """Fetch a file of the archive; it is gone when the context ends."""
        ...

    def put(self, key: str, copy: BinaryIO, content_type: str) -> None:
        """Keep a copy for a while; to put the same one again makes its time begin anew."""
        ...


def tag_clip(job: Job, clip: Clip, *, copies: Copies, write: Write) -> str:
    """
    Make a tagged copy of a clip's file, unless it lies there already, and tell where it lies.

    The file itself is only read. Raises `UnknownResourceError` for a clip that is a text,
    `UnarchivedClipError`, `OversizedClipError`, `UntaggableClipError` or `UnavailableStoreError`.
    """
    passport = clip.passport
    if not passport:
        raise UnknownResourceError if clip.is_text else UnarchivedClipError
    if passport.size_bytes > COPY_BYTES_MAX:
        raise OversizedClipError
    tags = tags_of(job, clip)
    key = copy_key(job, clip, passport, tags)
    if copies.has(key):
        return key
    with copies.original(passport.key) as original:
        copy = write(original, tags)
        if copy is None:
            raise UntaggableClipError
        with copy:
            copies.put(key, copy, passport.content_type)
    return key
