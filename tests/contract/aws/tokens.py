"""Tokens of transactions: a request that is repeated is done once."""

from typing import Final

from tests.contract.aws import transactions
from tests.contract.aws.case import Book
from tests.contract.aws.world import World, num

BOOK: Final = Book("tokens")

OTHER_REQUEST: Final = "IdempotentParameterMismatchException"
TEN_MINUTES_S: Final = 600


@BOOK.promise("the same request under the same token is done once", seen=num(1))
def _(world: World) -> object:
    for _ in range(2):
        world.transact(transactions.count(world), ClientRequestToken=world.own[-36:])
    return (world.get() or {})["a"]


@BOOK.promise("without a token of the caller's, each call is done", seen=num(2))
def _(world: World) -> object:
    for _ in range(2):
        world.transact(transactions.count(world))
    return (world.get() or {})["a"]


@BOOK.promise(
    "another request under the same token is refused", seen="IdempotentParameterMismatchException"
)
def _(world: World) -> object:
    token = world.own[-36:]
    world.transact(transactions.count(world), ClientRequestToken=token)
    return transactions.attempt(world, transactions.count(world, "2"), ClientRequestToken=token)


@BOOK.promise("a token is forgotten after ten minutes", seen=num(2), wait_s=TEN_MINUTES_S)
def _(world: World) -> object:
    token = world.own[-36:]
    world.transact(transactions.count(world), ClientRequestToken=token)
    world.wait(TEN_MINUTES_S + 1)
    world.transact(transactions.count(world), ClientRequestToken=token)
    return (world.get() or {})["a"]


@BOOK.promise("a canceled request may be repeated under its token", seen={"a": num(1)})
def _(world: World) -> object:
    world.put("2")
    actions, token = (
        [transactions.put(world), transactions.check(world, "2", **transactions.NEW)],
        world.own[-36:],
    )
    transactions.attempt(world, *actions, ClientRequestToken=token)
    world.dynamodb.delete_item(**world.on("2"))
    transactions.attempt(world, *actions, ClientRequestToken=token)
    return world.get()
