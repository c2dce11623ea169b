"""What kind of picture bytes are, told from the bytes alone; no other kind is a cover."""

from typing import Final, NamedTuple


class ImageType(NamedTuple):
    """A kind of picture: its media type, and the ending of files of it."""

    content_type: str
    extension: str


JPEG: Final = ImageType("image/jpeg", "jpg")
PNG: Final = ImageType("image/png", "png")
WEBP: Final = ImageType("image/webp", "webp")

_PNG_HEAD: Final = b"\x89PNG\r\n\x1a\n"


def sniff_image(head: bytes) -> ImageType | None:
    """
    Tell the kind of a picture from its first sixteen bytes; `None` if it is none that we keep.

    All three are pixels and nothing else. A drawing in SVG may hold a script, so it is refused
    with all that is text.
    """
    if head.startswith(b"\xff\xd8\xff"):
        return JPEG
    if head.startswith(_PNG_HEAD) and head[12:16] == b"IHDR":
        return PNG
    is_webp = head.startswith(b"RIFF") and head[8:12] == b"WEBP" and head[12:15] == b"VP8"
    return WEBP if is_webp else None
