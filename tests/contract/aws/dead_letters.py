"""Dead letters: where a message goes that was received too often."""

import json
from typing import Final

from tests.contract.aws.case import Book
from tests.contract.aws.place import redrive_to
from tests.contract.aws.queues import empty, hide, queue, receive, send
from tests.contract.aws.world import World

BOOK: Final = Book("dead letters")


def buried(world: World, receives_max: int = 1, **attributes: str) -> tuple[str, str]:
    """Make a queue, and one for what it was tried too often with."""
    dead = queue(world, "dead")
    policy = redrive_to(world.sqs, dead, receives_max)
    return queue(world, "q", RedrivePolicy=policy, **attributes), dead


@BOOK.promise("a message that was received too often goes to the dead letters", seen=["m"])
def _(world: World) -> object:
    url, dead = buried(world)
    send(world, url)
    hide(world, url, receive(world, url)[0]["ReceiptHandle"], 0)
    empty(world, url)
    return [message["Body"] for message in receive(world, dead)]


@BOOK.promise("it does not come again from where it was", seen=True)
def _(world: World) -> object:
    url, _ = buried(world)
    send(world, url)
    hide(world, url, receive(world, url)[0]["ReceiptHandle"], 0)
    return empty(world, url) and empty(world, url)


@BOOK.promise("it is received as often as its policy says", seen=["1", "2", "3"])
def _(world: World) -> object:
    url, _ = buried(world, 3)
    send(world, url)
    found: list[str] = []
    for _ in range(3):
        for message in receive(world, url):
            found.append(message["Attributes"]["ApproximateReceiveCount"])
            hide(world, url, message["ReceiptHandle"], 0)
    return found if empty(world, url) else [*found, "more"]


@BOOK.promise("a dead letter keeps its id", seen=True)
def _(world: World) -> object:
    url, dead = buried(world)
    send(world, url)
    message = receive(world, url)[0]
    hide(world, url, message["ReceiptHandle"], 0)
    empty(world, url)
    return receive(world, dead)[0]["MessageId"] == message["MessageId"]


@BOOK.promise("a dead letter keeps the time when it was sent", seen=True)
def _(world: World) -> object:
    url, dead = buried(world)
    send(world, url)
    message = receive(world, url)[0]
    hide(world, url, message["ReceiptHandle"], 0)
    empty(world, url)
    sent = [one["Attributes"]["SentTimestamp"] for one in (message, receive(world, dead)[0])]
    return sent[0] == sent[1]


@BOOK.promise("a queue tells its policy", seen=4)
def _(world: World) -> object:
    url, _ = buried(world, 4)
    told = world.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])
    return int(json.loads(told["Attributes"]["RedrivePolicy"])["maxReceiveCount"])
