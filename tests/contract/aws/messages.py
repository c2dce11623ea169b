"""Messages: what is sent, what is received, and what a queue tells of itself."""

import hashlib
from typing import Final

from tests.contract.aws.case import TAKEN, Book, outcome
from tests.contract.aws.queues import A_SECOND, INVALID, counts, empty, queue, receive, send
from tests.contract.aws.world import World

BOOK: Final = Book("messages")

LARGE: Final = 1024 * 1024
DIGEST: Final = hashlib.md5(b"m", usedforsecurity=False).hexdigest()


@BOOK.promise("what was sent is received", seen=["hello ♪"])
def _(world: World) -> object:
    url = queue(world)
    send(world, url, "hello ♪")
    return [message["Body"] for message in receive(world, url)]


@BOOK.promise("an empty queue answers without messages", seen=True)
def _(world: World) -> object:
    return empty(world, queue(world))


@BOOK.promise("a message says how often it was received", seen="1")
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    return receive(world, url)[0]["Attributes"]["ApproximateReceiveCount"]


@BOOK.promise("attributes are told only to who asks", seen=False)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    page = world.until(
        lambda: world.sqs.receive_message(QueueUrl=url), is_enough=lambda told: "Messages" in told
    )
    return "Attributes" in page["Messages"][0]


@BOOK.promise("a message knows when it was sent and first received", seen=True)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    told = receive(world, url)[0]["Attributes"]
    return int(told["SentTimestamp"]) <= int(told["ApproximateFirstReceiveTimestamp"])


@BOOK.promise("a message tells the digest of its body", seen=DIGEST)
def _(world: World) -> object:
    url = queue(world)
    send(world, url)
    return receive(world, url)[0]["MD5OfBody"]


@BOOK.promise("a delayed message cannot be seen yet", seen=True)
def _(world: World) -> object:
    url = queue(world)
    send(world, url, DelaySeconds=60)
    return empty(world, url)


@BOOK.promise("a delayed message comes in its time", seen=["m"], wait_s=A_SECOND)
def _(world: World) -> object:
    url = queue(world)
    send(world, url, DelaySeconds=1)
    world.wait(A_SECOND)
    return [message["Body"] for message in receive(world, url)]


@BOOK.promise("a delay has a quarter of an hour at most", seen=INVALID)
def _(world: World) -> object:
    url = queue(world)
    return outcome(world.sqs.send_message, QueueUrl=url, MessageBody="m", DelaySeconds=901)


@BOOK.promise("a message is kept as long as its queue says", seen=True, wait_s=61)
def _(world: World) -> object:
    url = queue(world, MessageRetentionPeriod="60")
    send(world, url)
    world.wait(61)
    return empty(world, url)


@BOOK.promise("ten messages are received at once, and no more", seen=INVALID)
def _(world: World) -> object:
    url = queue(world)
    return outcome(world.sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11)


@BOOK.promise("no more are received than were asked for", seen=1)
def _(world: World) -> object:
    url = queue(world)
    send(world, url, "a")
    send(world, url, "b")
    return len(receive(world, url, 1))


@BOOK.promise("an empty body is refused", seen="MissingParameter")
def _(world: World) -> object:
    return outcome(world.sqs.send_message, QueueUrl=queue(world), MessageBody="")


@BOOK.promise("a message of a MiB is taken", seen=TAKEN)
def _(world: World) -> object:
    return outcome(world.sqs.send_message, QueueUrl=queue(world), MessageBody="x" * LARGE)


@BOOK.promise("a message of a byte more is refused", seen=INVALID)
def _(world: World) -> object:
    return outcome(world.sqs.send_message, QueueUrl=queue(world), MessageBody="x" * (LARGE + 1))


@BOOK.promise("a queue counts what waits and what is held", seen={"": 1, "NotVisible": 1})
def _(world: World) -> object:
    url = queue(world)
    send(world, url, "a")
    send(world, url, "b")
    receive(world, url, 1)
    return counts(world, url, {"": 1, "NotVisible": 1})


@BOOK.promise("a queue tells only what it is asked for", seen={"VisibilityTimeout": "7"})
def _(world: World) -> object:
    url = queue(world, VisibilityTimeout="7")
    asked = ["VisibilityTimeout"]
    return world.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=asked)["Attributes"]


@BOOK.promise("a queue that is not there does not exist", seen=True)
def _(world: World) -> object:
    url = queue(world) + "-nowhere"
    try:
        world.sqs.send_message(QueueUrl=url, MessageBody="m")
    except world.sqs.exceptions.QueueDoesNotExist:
        return True
    return False
