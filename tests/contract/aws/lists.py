"""Lists of what lies in a bucket."""

from typing import Any, Final

from tests.contract.aws.buckets import put
from tests.contract.aws.case import Book
from tests.contract.aws.world import World

BOOK: Final = Book("lists")


def _listed(world: World, **more: Any) -> Any:
    for name in ("b", "a", "sub/c"):
        put(world, name)
    told = {"Bucket": world.place.bucket, "Prefix": f"{world.own}/"}
    return world.s3.list_objects_v2(**told, **more)


def _names(world: World, page: Any) -> list[str]:
    return [one["Key"].removeprefix(f"{world.own}/") for one in page.get("Contents", ())]


@BOOK.promise("a list is sorted and complete", seen=["a", "b", "sub/c"])
def _(world: World) -> object:
    return _names(world, _listed(world))


@BOOK.promise("a list of nothing has no contents", seen=(0, False))
def _(world: World) -> object:
    page = world.s3.list_objects_v2(Bucket=world.place.bucket, Prefix=f"{world.own}/")
    return page["KeyCount"], "Contents" in page


@BOOK.promise("a list can be read page by page", seen=(["a", "b"], True, ["sub/c"], False))
def _(world: World) -> object:
    first = _listed(world, MaxKeys=2)
    rest = _listed(world, MaxKeys=2, ContinuationToken=first["NextContinuationToken"])
    names = _names(world, first), _names(world, rest)
    return names[0], first["IsTruncated"], names[1], rest["IsTruncated"]


@BOOK.promise("a list can be cut at slashes", seen=(["a", "b"], 1))
def _(world: World) -> object:
    page = _listed(world, Delimiter="/")
    return _names(world, page), len(page["CommonPrefixes"])


@BOOK.promise("a list can begin after a key", seen=["b", "sub/c"])
def _(world: World) -> object:
    return _names(world, _listed(world, StartAfter=f"{world.own}/a"))
