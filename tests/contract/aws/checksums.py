"""Checksums: what is not as its sender says is not kept."""

import base64
import hashlib
from typing import Final

from tests.contract.aws.buckets import BODY, at, head, put
from tests.contract.aws.case import Book, outcome
from tests.contract.aws.world import World

BOOK: Final = Book("checksums")


def digest(body: bytes) -> str:
    """Write a SHA-256 as S3 does."""
    return base64.b64encode(hashlib.sha256(body).digest()).decode()


@BOOK.promise("the right checksum is taken, and told", seen=digest(BODY))
def _(world: World) -> object:
    answer = world.s3.put_object(**at(world), Body=BODY, ChecksumSHA256=digest(BODY))
    return answer["ChecksumSHA256"]


@BOOK.promise("a checksum is told later to who asks", seen=digest(BODY))
def _(world: World) -> object:
    put(world, ChecksumSHA256=digest(BODY))
    return head(world, ChecksumMode="ENABLED")["ChecksumSHA256"]


@BOOK.promise("a checksum is not told to who does not ask", seen=False)
def _(world: World) -> object:
    put(world, ChecksumSHA256=digest(BODY))
    return "ChecksumSHA256" in head(world)


@BOOK.promise("what was put without a checksum has one all the same", seen=True)
def _(world: World) -> object:
    put(world)
    return any(name.startswith("ChecksumCRC") for name in head(world, ChecksumMode="ENABLED"))


@BOOK.promise("the wrong checksum is refused", seen="BadDigest")
def _(world: World) -> object:
    return put(world, ChecksumSHA256=digest(b"something else"))


@BOOK.promise("what is refused for its checksum is not kept", seen="404")
def _(world: World) -> object:
    put(world, ChecksumSHA256=digest(b"something else"))
    return outcome(head, world=world)


@BOOK.promise("a checksum that can be none is refused", seen="InvalidRequest")
def _(world: World) -> object:
    return put(world, ChecksumSHA256="no checksum")


@BOOK.promise("a checksum of half the length is refused", seen="InvalidRequest")
def _(world: World) -> object:
    return put(world, ChecksumSHA256=base64.b64encode(b"x" * 16).decode())
