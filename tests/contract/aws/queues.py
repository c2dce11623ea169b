"""Queues: who sees a message, for how long nobody else does, and where it goes in the end."""

import hashlib
from typing import Any, Final

from tests.contract.aws.case import TAKEN, Book, outcome
from tests.contract.aws.place import make_queue
from tests.contract.aws.world import World

BOOK: Final = Book("queues")

INVALID: Final = "InvalidParameterValue"
HALF_A_DAY_S: Final = 43_200
A_SECOND: Final = 1.2
LARGE: Final = 1024 * 1024
DIGEST: Final = hashlib.md5(b"m", usedforsecurity=False).hexdigest()


def queue(world: World, name: str = "q", **attributes: str) -> str:
    """Make a queue of this case."""
    return make_queue(world.sqs, f"{world.own}-{name}", **attributes)


def send(world: World, url: str, body: str = "m", **more: Any) -> None:
    """Put a message in."""
    world.sqs.send_message(QueueUrl=url, MessageBody=body, **more)


def receive(world: World, url: str, most: int = 10, **more: Any) -> list[dict[str, Any]]:
    """Take messages."""

    def look() -> list[dict[str, Any]]:
        told = world.sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=most,
            MessageSystemAttributeNames=["All"],
            **more,
        )
        found: list[dict[str, Any]] = told.get("Messages", [])
        return found

    return world.until(look, is_enough=bool)


def empty(world: World, url: str) -> bool:
    """Say whether there is nothing to take now."""
    return "Messages" not in world.sqs.receive_message(QueueUrl=url)


def hide(world: World, url: str, handle: str, seconds: int) -> str:
    """Hide a message that was taken, and tell how that ended."""
    return outcome(
        world.sqs.change_message_visibility,
        QueueUrl=url,
        ReceiptHandle=handle,
        VisibilityTimeout=seconds,
    )


def counts(world: World, url: str, wanted: dict[str, int]) -> dict[str, int]:
    """Tell how many messages wait and are held, once it is as many as it should be."""

    def look() -> dict[str, int]:
        told = world.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return {kind: int(told[f"ApproximateNumberOfMessages{kind}"]) for kind in wanted}

    return world.until(look, is_enough=lambda found: found == wanted)


@BOOK.promise("while one holds a message, nobody else sees it", seen=True)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    receive(world, url)
    return empty(world, url)


@BOOK.promise("after its time, it comes again, and counts", seen="2", wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world, VisibilityTimeout="1")
    send(world, url)
    receive(world, url)
    world.wait(A_SECOND)
    return receive(world, url)[0]["Attributes"]["ApproximateReceiveCount"]


@BOOK.promise("who receives may hide for another time", seen="2", wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    receive(world, url, VisibilityTimeout=1)
    world.wait(A_SECOND)
    return receive(world, url)[0]["Attributes"]["ApproximateReceiveCount"]


@BOOK.promise("each receipt has its own handle", seen=True, wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world, VisibilityTimeout="1")
    send(world, url)
    first = receive(world, url)[0]["ReceiptHandle"]
    world.wait(A_SECOND)
    return receive(world, url)[0]["ReceiptHandle"] != first


@BOOK.promise("a message that is deleted does not come again", seen=True, wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world, VisibilityTimeout="1")
    send(world, url)
    world.sqs.delete_message(QueueUrl=url, ReceiptHandle=receive(world, url)[0]["ReceiptHandle"])
    world.wait(A_SECOND)
    return empty(world, url)


@BOOK.promise(
    "a delete after its time still deletes, if nobody else has it", seen=True, wait_s=A_SECOND
)
def _(world: World) -> object:
    url = queue(world, VisibilityTimeout="1")
    send(world, url)
    handle = receive(world, url)[0]["ReceiptHandle"]
    world.wait(A_SECOND)
    world.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    return empty(world, url)


@BOOK.promise("deleting twice is no error", seen=TAKEN)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    handle = receive(world, url)[0]["ReceiptHandle"]
    world.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    return outcome(world.sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)


@BOOK.promise("deleting with an older handle is no error", seen=TAKEN, wait_s=A_SECOND)
def _(world: World) -> object:
    url, handle = _received_twice(world)
    return outcome(world.sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)


@BOOK.promise(
    "deleting with an older handle deletes nothing", seen={"": 0, "NotVisible": 1}, wait_s=A_SECOND
)
def _(world: World) -> object:
    url, handle = _received_twice(world)
    outcome(world.sqs.delete_message, QueueUrl=url, ReceiptHandle=handle)
    return counts(world, url, {"": 0, "NotVisible": 1})


def _received_twice(world: World) -> tuple[str, str]:
    """Tell of a queue whose message somebody holds, and of an older handle of it."""
    url = queue(world, VisibilityTimeout="1")
    send(world, url)
    handle = receive(world, url)[0]["ReceiptHandle"]
    world.wait(A_SECOND)
    receive(world, url, VisibilityTimeout=30)
    return url, handle


@BOOK.promise("a handle that is none is refused", seen="ReceiptHandleIsInvalid")
def _(world: World) -> object:
    return outcome(world.sqs.delete_message, QueueUrl=queue(world), ReceiptHandle="none")


@BOOK.promise("a message can be given back at once", seen="2")
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    hide(world, url, receive(world, url)[0]["ReceiptHandle"], 0)
    return receive(world, url)[0]["Attributes"]["ApproximateReceiveCount"]


@BOOK.promise("a message can be held longer", seen=True, wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world, VisibilityTimeout="1")
    send(world, url)
    hide(world, url, receive(world, url)[0]["ReceiptHandle"], 30)
    world.wait(A_SECOND)
    return empty(world, url)


@BOOK.promise("the new time begins now", seen="2", wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    hide(world, url, receive(world, url)[0]["ReceiptHandle"], 1)
    world.wait(A_SECOND)
    return receive(world, url)[0]["Attributes"]["ApproximateReceiveCount"]


@BOOK.promise("nobody may hold a message for more than twelve hours", seen=INVALID)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    return hide(world, url, receive(world, url)[0]["ReceiptHandle"], HALF_A_DAY_S + 1)


@BOOK.promise("twelve hours begin when it was received", seen=INVALID, wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    handle = receive(world, url)[0]["ReceiptHandle"]
    world.wait(A_SECOND)
    return hide(world, url, handle, HALF_A_DAY_S)


@BOOK.promise("a message that was deleted cannot be hidden", seen=INVALID)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    handle = receive(world, url)[0]["ReceiptHandle"]
    world.sqs.delete_message(QueueUrl=url, ReceiptHandle=handle)
    return hide(world, url, handle, 10)


@BOOK.promise("hiding a message too late is no error", seen=TAKEN, wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world, VisibilityTimeout="1")
    send(world, url)
    handle = receive(world, url)[0]["ReceiptHandle"]
    world.wait(A_SECOND)
    return hide(world, url, handle, 30)


@BOOK.promise("hiding a message too late does not hide it", seen=["m"], wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world, VisibilityTimeout="1")
    send(world, url)
    handle = receive(world, url)[0]["ReceiptHandle"]
    world.wait(A_SECOND)
    hide(world, url, handle, 30)
    return [message["Body"] for message in receive(world, url)]
