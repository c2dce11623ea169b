"""Transactions: all or nothing, and why nothing."""

from typing import Any, Final

from tests.contract.aws.case import TAKEN, Book, outcome, refusal
from tests.contract.aws.world import Item, World, num, text

BOOK: Final = Book("transactions")

INVALID: Final = "ValidationException"
CANCELED: Final = "TransactionCanceledException"
FAILED: Final = "ConditionalCheckFailed"
NEW: Final = {"ConditionExpression": "attribute_not_exists(pk)"}
THERE: Final = {"ConditionExpression": "attribute_exists(pk)"}


def put(world: World, row: str = "1", **more: Any) -> Item:
    """Put a row, on a condition perhaps."""
    return {"Put": world.with_item(row, a=num(1)) | more}


def count(world: World, row: str = "1", **more: Any) -> Item:
    """Count up in a row."""
    told = {"UpdateExpression": "ADD a :v", "ExpressionAttributeValues": {":v": num(1)}}
    return {"Update": world.on(row) | told | more}


def delete(world: World, row: str = "1", **more: Any) -> Item:
    """Delete a row."""
    return {"Delete": world.on(row) | more}


def check(world: World, row: str = "1", **more: Any) -> Item:
    """Look at a row, and write nothing."""
    return {"ConditionCheck": world.on(row) | more}


def attempt(world: World, *actions: Item, **more: Any) -> str:
    """Tell how a transaction ended."""
    return outcome(world.dynamodb.transact_write_items, TransactItems=[*actions], **more)


def reasons(world: World, *actions: Item) -> list[dict[str, Any]]:
    """Tell why a transaction was canceled."""
    told = refusal(world.dynamodb.transact_write_items, TransactItems=[*actions])
    found: list[dict[str, Any]] = told.get("CancellationReasons", [])
    return found


def codes(world: World, *actions: Item) -> list[str]:
    """Tell the codes of the reasons, in their order."""
    return [reason["Code"] for reason in reasons(world, *actions)]


@BOOK.promise("all of its writes are done", seen=[{"a": num(1)}, {"a": num(2)}, None])
def _(world: World) -> object:
    world.put("2", a=num(1))
    world.put("3")
    world.put("4")
    world.transact(put(world), count(world, "2"), delete(world, "3"), check(world, "4", **THERE))
    return [world.get(row) for row in "123"]


@BOOK.promise("one condition that fails cancels all", seen=[CANCELED, None, {"b": num(2)}])
def _(world: World) -> object:
    world.put("2", b=num(2))
    ended = attempt(world, put(world), put(world, "2", **NEW))
    return [ended, world.get(), world.get("2")]


@BOOK.promise("each action has its reason, in their order", seen=["None", FAILED, "None", FAILED])
def _(world: World) -> object:
    world.put("2")
    return codes(
        world,
        put(world, "1", **NEW),
        put(world, "2", **NEW),
        check(world, "3", **NEW),
        delete(world, "4", **THERE),
    )


@BOOK.promise("its message names the codes", seen=True)
def _(world: World) -> object:
    world.put()
    actions = [put(world, **NEW), put(world, "2")]
    told = refusal(world.dynamodb.transact_write_items, TransactItems=actions)
    return told["Error"]["Message"].endswith("[ConditionalCheckFailed, None]")


@BOOK.promise("a check that fails cancels what others write", seen=[FAILED, "None"])
def _(world: World) -> object:
    return codes(world, check(world, **THERE), put(world, "2"))


@BOOK.promise("a check that holds changes nothing", seen={"b": num(2)})
def _(world: World) -> object:
    world.put(b=num(2))
    world.transact(check(world, **THERE), put(world, "2"))
    return world.get()


@BOOK.promise("an update whose condition fails is the reason", seen=[FAILED])
def _(world: World) -> object:
    return codes(world, count(world, **THERE))


@BOOK.promise("a reason shows the row in the way, if it is asked to", seen=num(7))
def _(world: World) -> object:
    world.put(b=num(7))
    asked = NEW | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return reasons(world, put(world, **asked))[0]["Item"]["b"]


@BOOK.promise("a reason shows no row unless it is asked to", seen=False)
def _(world: World) -> object:
    world.put(b=num(7))
    return "Item" in reasons(world, put(world, **NEW))[0]


@BOOK.promise("an action that nothing is against shows no row", seen=[{"Code": "None"}])
def _(world: World) -> object:
    world.put("2")
    asked = NEW | {"ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return reasons(world, put(world, **asked), put(world, "2", **NEW))[:1]


@BOOK.promise("conditions see the rows as they were before", seen=[TAKEN, None])
def _(world: World) -> object:
    world.put()
    ended = attempt(world, delete(world), check(world, "2", **NEW))
    return [ended, world.get()]


@BOOK.promise("an update that cannot be is the reason", seen=["ValidationError", "None"])
def _(world: World) -> object:
    world.put(a=text("no number"))
    return codes(world, count(world), put(world, "2"))


@BOOK.promise("an update that cannot be cancels the others", seen=None)
def _(world: World) -> object:
    world.put(a=text("no number"))
    attempt(world, count(world), put(world, "2"))
    return world.get("2")


@BOOK.promise("an update that makes its row too large is the reason", seen=["ValidationError"])
def _(world: World) -> object:
    world.put(b=text("x" * 390_000))
    told = {
        "UpdateExpression": "SET c = :v",
        "ExpressionAttributeValues": {":v": text("x" * 20_000)},
    }
    return codes(world, {"Update": world.on() | told})


@BOOK.promise("two actions on one row are refused", seen=INVALID)
def _(world: World) -> object:
    return attempt(world, put(world), delete(world))


@BOOK.promise("a check and a write of one row are refused, too", seen=INVALID)
def _(world: World) -> object:
    return attempt(world, check(world, **NEW), put(world))


@BOOK.promise("a hundred actions are taken", seen=TAKEN)
def _(world: World) -> object:
    return attempt(world, *(put(world, str(row)) for row in range(100)))


@BOOK.promise("a hundred and one are refused", seen=INVALID)
def _(world: World) -> object:
    return attempt(world, *(put(world, str(row)) for row in range(101)))


@BOOK.promise("no actions are refused before they are sent", seen="ParamValidationError")
def _(world: World) -> object:
    return attempt(world)


@BOOK.promise("an action of two kinds is refused", seen=INVALID)
def _(world: World) -> object:
    return attempt(world, put(world) | delete(world, "2"))


@BOOK.promise("a faulty action is refused as it would be alone", seen=INVALID)
def _(world: World) -> object:
    return attempt(world, put(world, ConditionExpression="a ="))


@BOOK.promise("a table that is not there is not found", seen="ResourceNotFoundException")
def _(world: World) -> object:
    nowhere = {"TableName": f"{world.place.table}-nowhere"}
    return attempt(world, {"Put": world.with_item() | nowhere})


@BOOK.promise("reads answer in the order of the questions", seen=[num(2), None, num(1)])
def _(world: World) -> object:
    world.put("1", a=num(1))
    world.put("2", a=num(2))
    asked = [{"Get": world.on(row)} for row in ("2", "none", "1")]
    found = world.dynamodb.transact_get_items(TransactItems=asked)["Responses"]
    return [one["Item"]["a"] if "Item" in one else None for one in found]


@BOOK.promise("more than four megabytes are not taken", seen=False)
def _(world: World) -> object:
    large = text("x" * 390_000)
    puts = [{"Put": world.with_item(str(row), v=large)} for row in range(11)]
    return attempt(world, *puts) == TAKEN
