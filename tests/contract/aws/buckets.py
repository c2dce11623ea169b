"""Buckets: what is kept, what is refused, and what is found again."""

import hashlib
from io import BytesIO
from typing import Any, Final

from tests.contract.aws.case import TAKEN, Book, outcome, refusal
from tests.contract.aws.world import World

BOOK: Final = Book("buckets")

BODY: Final = b"ID3 and then music"
TAG: Final = f'"{hashlib.md5(BODY, usedforsecurity=False).hexdigest()}"'


def at(world: World, name: str = "a") -> dict[str, str]:
    """Address an object of this case."""
    return {"Bucket": world.place.bucket, "Key": f"{world.own}/{name}"}


def put(world: World, name: str = "a", body: bytes = BODY, **more: Any) -> str:
    """Put an object, and tell how that ended."""
    return outcome(world.s3.put_object, **at(world, name), Body=body, **more)


def read(world: World, **more: Any) -> bytes:
    """Read an object."""
    body: bytes = world.s3.get_object(**at(world), **more)["Body"].read()
    return body


def head(world: World, **more: Any) -> Any:
    """Ask what an object is."""
    return world.s3.head_object(**at(world), **more)


@BOOK.promise("an object comes back as it was put", seen=BODY)
def _(world: World) -> object:
    put(world)
    return read(world)


@BOOK.promise("an object can be put from a file", seen=BODY)
def _(world: World) -> object:
    world.s3.put_object(**at(world), Body=BytesIO(BODY), ContentLength=len(BODY))
    return read(world)


@BOOK.promise("an empty object is one", seen=b"")
def _(world: World) -> object:
    put(world, body=b"")
    return read(world)


@BOOK.promise("an object can be read straight after it was replaced", seen=b"new")
def _(world: World) -> object:
    put(world)
    put(world, body=b"new")
    return read(world)


@BOOK.promise("an object keeps its headers", seen=("audio/mpeg", "attachment", {"a": "1"}))
def _(world: World) -> object:
    told: dict[str, Any] = {"ContentType": "audio/mpeg", "ContentDisposition": "attachment"}
    put(world, **told, Metadata={"a": "1"})
    found = head(world)
    return found["ContentType"], found["ContentDisposition"], found["Metadata"]


@BOOK.promise("an object of no type is bytes", seen="binary/octet-stream")
def _(world: World) -> object:
    put(world)
    return head(world)["ContentType"]


@BOOK.promise("a head tells the length", seen=len(BODY))
def _(world: World) -> object:
    put(world)
    return head(world)["ContentLength"]


@BOOK.promise("a tag is the digest of what was put in one piece", seen=TAG)
def _(world: World) -> object:
    return world.s3.put_object(**at(world), Body=BODY)["ETag"]


@BOOK.promise("a head tells the time in whole seconds", seen=True)
def _(world: World) -> object:
    put(world)
    told = head(world)["LastModified"]
    return told.tzinfo is not None and told.microsecond == 0


@BOOK.promise("an object that must be new is taken", seen=TAKEN)
def _(world: World) -> object:
    return put(world, IfNoneMatch="*")


@BOOK.promise("an object that must be new and is not is refused", seen=("PreconditionFailed", 412))
def _(world: World) -> object:
    put(world)
    told = refusal(world.s3.put_object, **at(world), Body=b"new", IfNoneMatch="*")
    return told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]


@BOOK.promise("what was refused as not new is as it was", seen=BODY)
def _(world: World) -> object:
    put(world)
    put(world, body=b"new", IfNoneMatch="*")
    return read(world)


@BOOK.promise("an object that must be new may be put after a delete", seen=TAKEN)
def _(world: World) -> object:
    put(world)
    world.s3.delete_object(**at(world))
    return put(world, IfNoneMatch="*")


@BOOK.promise("a part of an object can be read", seen=(BODY[4:8], "bytes 4-7/18"))
def _(world: World) -> object:
    put(world)
    found = world.s3.get_object(**at(world), Range="bytes=4-7")
    return found["Body"].read(), found["ContentRange"]


@BOOK.promise("all from somewhere on can be read", seen=BODY[4:])
def _(world: World) -> object:
    put(world)
    return read(world, Range="bytes=4-")


@BOOK.promise("the end of an object can be read", seen=BODY[-5:])
def _(world: World) -> object:
    put(world)
    return read(world, Range="bytes=-5")


@BOOK.promise("a part beyond the end cannot be read", seen="InvalidRange")
def _(world: World) -> object:
    put(world)
    return outcome(world.s3.get_object, **at(world), Range="bytes=99-")


@BOOK.promise("an object that is not there has no key", seen=("NoSuchKey", 404))
def _(world: World) -> object:
    told = refusal(world.s3.get_object, **at(world))
    return told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]


@BOOK.promise("its error can be caught by name", seen=True)
def _(world: World) -> object:
    try:
        world.s3.get_object(**at(world))
    except world.s3.exceptions.NoSuchKey:
        return True
    return False


@BOOK.promise("a head of an object that is not there has but a number", seen=("404", 404))
def _(world: World) -> object:
    told = refusal(world.s3.head_object, **at(world))
    return told["Error"]["Code"], told["ResponseMetadata"]["HTTPStatusCode"]


@BOOK.promise("a bucket that is not there is none", seen="NoSuchBucket")
def _(world: World) -> object:
    nowhere = {"Bucket": f"{world.place.bucket}-nowhere"}
    return outcome(world.s3.get_object, **at(world) | nowhere)


@BOOK.promise("a put into no bucket is refused", seen="NoSuchBucket")
def _(world: World) -> object:
    nowhere = {"Bucket": f"{world.place.bucket}-nowhere"}
    return outcome(world.s3.put_object, **at(world) | nowhere, Body=b"")


@BOOK.promise("a delete deletes", seen="404")
def _(world: World) -> object:
    put(world)
    world.s3.delete_object(**at(world))
    return outcome(head, world=world)


@BOOK.promise("a delete of what is not there is no error", seen=TAKEN)
def _(world: World) -> object:
    return outcome(world.s3.delete_object, **at(world))


@BOOK.promise("a key may have 1,024 bytes", seen=TAKEN)
def _(world: World) -> object:
    return put(world, "k" * (1024 - len(f"{world.own}/")))


@BOOK.promise("a key of a byte more is refused", seen="KeyTooLongError")
def _(world: World) -> object:
    return put(world, "k" * (1025 - len(f"{world.own}/")))


@BOOK.promise("a key may hold anything", seen=BODY)
def _(world: World) -> object:
    key = at(world, "käfer & co/+ %41 ♪.mp3")
    world.s3.put_object(**key, Body=BODY)
    return world.s3.get_object(**key)["Body"].read()
