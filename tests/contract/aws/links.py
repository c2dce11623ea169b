"""Links and forms: what a signature opens, for whom, and for how long."""

from typing import Any, Final
from urllib.parse import urlsplit

from tests.contract.aws.buckets import BODY, at, put, read
from tests.contract.aws.case import Book
from tests.contract.aws.world import Heard, World

BOOK: Final = Book("links")

A_WHILE_S: Final = 2.0


def link(world: World, operation: str = "get_object", *, valid_s: int = 60, **more: str) -> str:
    """Sign a link to an object of this case."""
    told: str = world.s3.generate_presigned_url(
        operation, Params={**at(world), **more}, ExpiresIn=valid_s
    )
    return told


def form(world: World, **changes: Any) -> Any:
    """Sign a form for exactly this file."""
    told = {
        "Fields": {"Content-Type": "audio/mpeg"},
        "Conditions": [
            {"Content-Type": "audio/mpeg"},
            ["content-length-range", len(BODY), len(BODY)],
        ],
        "ExpiresIn": 60,
    } | changes
    return world.s3.generate_presigned_post(**at(world), **told)


def fill_in(world: World, told: Any, file: bytes = BODY, /, **changes: str) -> Heard:
    """Send a form, perhaps filled in otherwise than it should be."""
    return world.keeper.web("POST", told["url"], told["fields"] | changes, file)


@BOOK.promise("a link opens its object", seen=(200, BODY))
def _(world: World) -> object:
    put(world)
    heard = world.keeper.web("GET", link(world))
    return heard.status, heard.body


@BOOK.promise("a link tells the object's type", seen="audio/mpeg")
def _(world: World) -> object:
    put(world, ContentType="audio/mpeg")
    return world.keeper.web("GET", link(world)).headers["content-type"]


@BOOK.promise("a link can say how its object is shown", seen='inline; filename="a b.mp3"')
def _(world: World) -> object:
    put(world, ContentDisposition="attachment")
    said = 'inline; filename="a b.mp3"'
    url = link(world, ResponseContentDisposition=said)
    return world.keeper.web("GET", url).headers["content-disposition"]


@BOOK.promise(
    "a link for a head tells the length, without the bytes", seen=(200, str(len(BODY)), b"")
)
def _(world: World) -> object:
    put(world)
    heard = world.keeper.web("HEAD", link(world, "head_object"))
    return heard.status, heard.headers["content-length"], heard.body


@BOOK.promise("a link for reading is no link for a head", seen=403)
def _(world: World) -> object:
    put(world)
    return world.keeper.web("HEAD", link(world)).status


@BOOK.promise("a link for a head is no link for reading", seen=403)
def _(world: World) -> object:
    put(world)
    return world.keeper.web("GET", link(world, "head_object")).status


@BOOK.promise("a link to another object than was signed is refused", seen=403)
def _(world: World) -> object:
    put(world)
    put(world, "b")
    url = link(world).replace(f"{world.own}/a", f"{world.own}/b")
    return world.keeper.web("GET", url).status


@BOOK.promise("a link whose time was changed is refused", seen=403)
def _(world: World) -> object:
    put(world)
    url = link(world).replace("X-Amz-Expires=60", "X-Amz-Expires=600")
    return world.keeper.web("GET", url).status


@BOOK.promise("a link without its signature is refused", seen=403)
def _(world: World) -> object:
    put(world)
    return world.keeper.web("GET", link(world).partition("?")[0]).status


@BOOK.promise("a link dies", seen=403, wait_s=A_WHILE_S)
def _(world: World) -> object:
    put(world)
    url = link(world, valid_s=1)
    world.wait(A_WHILE_S)
    return world.keeper.web("GET", url).status


@BOOK.promise("a link to what is not there finds nothing", seen=404)
def _(world: World) -> object:
    return world.keeper.web("GET", link(world)).status


@BOOK.promise("a link may be signed before its object is there", seen=(200, BODY))
def _(world: World) -> object:
    url = link(world)
    put(world)
    heard = world.keeper.web("GET", url)
    return heard.status, heard.body


@BOOK.promise("a link is an address of its bucket and key", seen=True)
def _(world: World) -> object:
    return urlsplit(link(world)).path.endswith(f"/{world.place.bucket}/{world.own}/a")


@BOOK.promise("a form is taken", seen=(204, BODY))
def _(world: World) -> object:
    heard = fill_in(world, form(world))
    return heard.status, read(world)


@BOOK.promise("a form's file has the type that it names", seen="audio/mpeg")
def _(world: World) -> object:
    fill_in(world, form(world))
    return world.s3.head_object(**at(world))["ContentType"]


@BOOK.promise("a file that is too long for its form is refused", seen=400)
def _(world: World) -> object:
    return fill_in(world, form(world), BODY + b"!").status


@BOOK.promise("a file that is too short for its form is refused", seen=400)
def _(world: World) -> object:
    return fill_in(world, form(world), BODY[:-1]).status


@BOOK.promise("what a form refuses is not kept", seen=False)
def _(world: World) -> object:
    fill_in(world, form(world), BODY[:-1])
    found = world.s3.list_objects_v2(Bucket=world.place.bucket, Prefix=at(world)["Key"])
    return "Contents" in found


@BOOK.promise("a form for another key than was signed is refused", seen=403)
def _(world: World) -> object:
    return fill_in(world, form(world), key=at(world, "b")["Key"]).status


@BOOK.promise("a form for another type than was signed is refused", seen=403)
def _(world: World) -> object:
    return fill_in(world, form(world), **{"Content-Type": "text/html"}).status


@BOOK.promise("a form with a field more than was signed is refused", seen=403)
def _(world: World) -> object:
    return fill_in(world, form(world), acl="public-read").status


@BOOK.promise("a form with another signature is refused", seen=403)
def _(world: World) -> object:
    return fill_in(world, form(world), **{"x-amz-signature": "0" * 64}).status


@BOOK.promise("a form dies", seen=403, wait_s=A_WHILE_S)
def _(world: World) -> object:
    told = form(world, ExpiresIn=1)
    world.wait(A_WHILE_S)
    return fill_in(world, told).status
