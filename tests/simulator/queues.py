"""From the bus to the functions: rules put orders into queues, and messages come until done."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from cliphook.adapters import schema
from tests.simulator.ambient import EPOCH
from tests.simulator.decisions import Kind
from tests.simulator.functions import Functions
from tests.simulator.logs import Announced, Buried
from tests.simulator.numbers import DEAD, QueueRow, queue_attributes, queue_rows, queue_url
from tests.simulator.run import Run
from tests.simulator.scheduler import Invocation

# How long an event takes through a rule into its queue, and a message out of it.
RULE_S: Final = 0.05
RECEIVE_S: Final = 0.02

_ARN: Final = "arn:aws:sqs:us-east-1:123456789012:"


class Queue:
    """One queue with the mapping behind it."""

    def __init__(self, row: QueueRow, run: Run, functions: Functions) -> None:
        """Make the queue and its dead letters, both empty."""
        self.row = row
        self._run = run
        self._functions = functions
        self._sqs: Any = run.cloud.sqs
        self._url = queue_url(row.name)
        self._sqs.create_queue(QueueName=f"{row.name}-dead", Attributes=DEAD)
        self._sqs.create_queue(QueueName=row.name, Attributes=queue_attributes(row))
        self._queue = self._sqs.queues[self._url]
        self._dead = self._sqs.queues[queue_url(f"{row.name}-dead")]
        self._buried = 0
        self._busy = 0

    def hear(self, event: Announced) -> None:
        """Be the rule: take the detail of each order that is for this queue."""
        if (event.source, event.detail_type) == (schema.ORDER_SOURCE, self.row.order):
            send = partial(self.send, event.detail)
            kinds = (Kind.DUPLICATE, Kind.DELAY, Kind.REORDER)
            self._run.deliver(f"rule.{self.row.name}", "deliver", send, *kinds, after_s=RULE_S)

    def send(self, body: str) -> None:
        """Put a message in."""
        self._sqs.send_message(QueueUrl=self._url, MessageBody=body)
        self._run.scheduler.after(RECEIVE_S, self._receive)

    def redrive(self) -> None:
        """Put every dead letter back, twice over, as an operator may by mistake."""
        bodies = [message.body for message in self._dead.messages.values()]
        self._dead.messages.clear()
        self._buried = 0
        for body in [*bodies, *bodies]:
            self.send(body)

    @property
    def waiting(self) -> dict[str, int]:
        """Count what lies here, and among the dead letters."""
        return {
            self.row.name: len(self._queue.messages),
            f"{self.row.name}-dead": len(self._dead.messages),
        }

    def _receive(self) -> None:
        """Hand over what can be seen, a batch to an invocation."""
        while self._busy < self.row.concurrency:
            found = self._sqs.receive_message(
                QueueUrl=self._url, MaxNumberOfMessages=self.row.batch, AttributeNames=["All"]
            )
            self._bury()
            if not (messages := found.get("Messages")):
                return
            for message in messages:
                self._look_again(message["MessageId"])
            self._deliver(messages)

    def _deliver(self, messages: list[dict[str, Any]]) -> None:
        run, name = self._run, f"queue.{self.row.name}"
        decided = run.decide(name, run.turn(name), "deliver", Kind.DUPLICATE, Kind.DELAY)
        self._busy += 1
        begin = partial(self._begin, messages)
        delayed = decided and decided.kind is Kind.DELAY
        run.scheduler.after(decided.number if decided and delayed else 0.0, begin)
        if decided and decided.kind is Kind.DUPLICATE:
            self._busy += 1
            run.scheduler.after(decided.number, begin)

    def _begin(self, messages: list[dict[str, Any]]) -> None:
        event = {"Records": [self._record(message) for message in messages]}
        self._functions.invoke(self.row.name, event, partial(self._end, messages))

    def _end(self, messages: list[dict[str, Any]], invocation: Invocation) -> None:
        """Delete what is done; whatever is not comes again when its time is up."""
        self._busy -= 1
        answer = invocation.answer
        for message in messages:
            if invocation.outcome == "done" and message["MessageId"] not in _failed(answer):
                handle = message["ReceiptHandle"]
                self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=handle)
            else:
                self._look_again(message["MessageId"])
        self._run.scheduler.after(RECEIVE_S, self._receive)

    def _look_again(self, message_id: str) -> None:
        """Come back when a message can be seen again."""
        if message := self._queue.messages.get(message_id):
            at = (message.visible_at - EPOCH).total_seconds()
            self._run.scheduler.at(at + RECEIVE_S, self._receive)

    def _bury(self) -> None:
        for message in [*self._dead.messages.values()][self._buried :]:
            reason = f"received {message.receives} times"
            name = f"{self.row.name}-dead"
            self._run.logs.add(Buried(self._run.now, name, message.body, reason))
            self._run.faults.trace("queue", f"{name} gets {message.body}")
        self._buried = len(self._dead.messages)

    def _record(self, message: dict[str, Any]) -> dict[str, Any]:
        return {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
            "messageAttributes": {},
            "md5OfBody": message["MD5OfBody"],
            "eventSource": "aws:sqs",
            "eventSourceARN": _ARN + self.row.name,
            "awsRegion": "us-east-1",
        }


def make_queues(run: Run, functions: Functions) -> list[Queue]:
    """Make all queues, and have their rules listen to the bus."""
    queues = [Queue(row, run, functions) for row in queue_rows()]
    hears: list[Callable[[Announced], None]] = [queue.hear for queue in queues]
    run.on_events += hears
    return queues


def _failed(answer: Any) -> set[str]:
    """Read a partial response; what is no such thing means that all is done."""
    told = json.loads(json.dumps(answer)) or {}
    return {one["itemIdentifier"] for one in told.get("batchItemFailures", ())}
