"""Vorbis comments, which FLAC and Ogg share: xiph.org, Vorbis I, section 5."""

from typing import Final

from cliphook.adapters.tags.copying import UntaggableError
from cliphook.domain.tags import Tags

_VENDOR: Final = b"Cliphook"
_COMMENTS_MAX: Final = 10_000


def retagged(comments: bytes, tags: Tags) -> bytes:
    """Write comments anew: what is ours is replaced, and what others wrote stays."""
    vendor, others = _read(comments)
    texts = tags.texts()
    ours = {field.value for field in texts}
    kept = [other for other in others if _name(other) not in ours]
    return _write(vendor, [*kept, *(f"{field}={text}".encode() for field, text in texts.items())])


def fresh(tags: Tags) -> bytes:
    """Write comments where there were none."""
    return retagged(_write(_VENDOR, []), tags)


def _name(comment: bytes) -> str:
    return comment.partition(b"=")[0].decode("ascii", "replace").upper()


def _write(vendor: bytes, comments: list[bytes]) -> bytes:
    return _sized(vendor) + len(comments).to_bytes(4, "little") + b"".join(map(_sized, comments))


def _sized(content: bytes) -> bytes:
    return len(content).to_bytes(4, "little") + content


def _read(content: bytes) -> tuple[bytes, list[bytes]]:
    vendor, at = _take(content, 0)
    count = int.from_bytes(content[at : at + 4], "little")
    if count > _COMMENTS_MAX:
        raise UntaggableError("too many comments")
    at += 4
    comments = list[bytes]()
    for _ in range(count):
        comment, at = _take(content, at)
        comments.append(comment)
    return vendor, comments


def _take(content: bytes, at: int) -> tuple[bytes, int]:
    start = at + 4
    end = start + int.from_bytes(content[at:start], "little")
    if end > len(content) or start > len(content):
        raise UntaggableError("comments end too early")
    return content[start:end], end
