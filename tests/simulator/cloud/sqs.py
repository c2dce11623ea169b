"""SQS in memory: standard queues, on the clock that they are given."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from tests.simulator.cloud.door import Door, Throttled, operation
from tests.simulator.cloud.queues import DEFAULTS, VISIBILITY_MAX, Message, Queue
from tests.simulator.cloud.services import Answer, Request
from tests.simulator.effects import Effect, Effects, Port

BATCH_MAX: Final = 10
DELAY_MAX_S: Final = 900
ACCOUNT: Final = "123456789012"

_ARN: Final = f"arn:aws:sqs:us-east-1:{ACCOUNT}:"
_URL: Final = f"https://sqs.us-east-1.amazonaws.com/{ACCOUNT}/"
_GONE: Final = "AWS.SimpleQueueService.NonExistentQueue"


class FakeSqs:
    """A client of SQS; a partial effect holds back half of what could be received."""

    def __init__(
        self, effects: Effects, clock: Callable[[], datetime], *, is_strict: bool = False
    ) -> None:
        busy = Throttled("RequestThrottled", "Request is throttled.")
        self._door = Door(effects, Port.QUEUE, "sqs", throttled=busy, is_strict=is_strict)
        self._clock = clock
        self.exceptions = self._door.service.exceptions
        self.queues: dict[str, Queue] = {}
        self._made = 0

    def create_queue(
        self,
        *,
        QueueName: str,  # noqa: N803 - boto3's names
        Attributes: Mapping[str, str] | None = None,  # noqa: N803
    ) -> Answer:
        """Make a queue; this is how a world is made, and no effect can touch it."""
        url = _URL + QueueName
        queue = Queue(QueueName, url, {**DEFAULTS, **(Attributes or {})})
        if policy := queue.attributes.get("RedrivePolicy"):
            told = json.loads(policy)
            queue.dead_letters = self.queues[_URL + told["deadLetterTargetArn"].rpartition(":")[2]]
            queue.receives_max = int(told["maxReceiveCount"])
        self.queues[url] = queue
        return {"QueueUrl": url}

    @operation("QueueUrl", "MessageBody", "DelaySeconds", "MessageAttributes")
    def send_message(self, request: Request, _: Effect) -> Answer:
        """Put a message in."""
        queue = self._queue("send_message", request)
        body, delay_s = request["MessageBody"], self._delay_s(queue, request)
        most = int(queue.attributes["MaximumMessageSize"])
        if not body:
            message = "The request must contain the parameter MessageBody."
            raise self._door.error("send_message", "MissingParameter", message)
        if len(body.encode()) > most:
            reason = (
                "One or more parameters are invalid. "
                f"Reason: Message must be shorter than {most} bytes."
            )
            raise self._door.error("send_message", "InvalidParameterValue", reason)
        self._made += 1
        now, message_id = self._clock(), str(UUID(int=self._made))
        queue.messages[message_id] = Message(
            id=message_id,
            body=body,
            sent_at=now,
            visible_at=now + timedelta(seconds=delay_s),
            attributes=request.get("MessageAttributes", {}),
        )
        return {"MessageId": message_id, "MD5OfMessageBody": _md5(body)}

    @operation(
        "QueueUrl",
        "MaxNumberOfMessages",
        "VisibilityTimeout",
        "WaitTimeSeconds",
        "AttributeNames",
        "MessageSystemAttributeNames",
        "MessageAttributeNames",
    )
    def receive_message(self, request: Request, effect: Effect) -> Answer:
        """Take messages, which nobody else sees for a while; waiting takes no time."""
        queue = self._queue("receive_message", request)
        most = request.get("MaxNumberOfMessages", 1)
        if not 1 <= most <= BATCH_MAX:
            raise self._invalid("receive_message", "MaxNumberOfMessages", most)
        hidden_s = request.get("VisibilityTimeout", int(queue.attributes["VisibilityTimeout"]))
        hidden = self._visibility("receive_message", hidden_s)
        now = self._clock()
        found = queue.visible(now)[:most]
        if effect.is_partial:
            found = found[: len(found) // 2]
        names = {
            *request.get("AttributeNames", ()),
            *request.get("MessageSystemAttributeNames", ()),
        }
        told = [self._receive(message, now, hidden, names) for message in found]
        return {"Messages": told} if told else {}

    @operation("QueueUrl", "ReceiptHandle")
    def delete_message(self, request: Request, _: Effect) -> Answer:
        """Delete a message; a handle that is not its latest one deletes nothing, silently."""
        queue = self._queue("delete_message", request)
        self._check_handle("delete_message", request)
        held = queue.held_by(request["ReceiptHandle"])
        if held:
            del queue.messages[held.id]
        return {}

    @operation("QueueUrl", "ReceiptHandle", "VisibilityTimeout")
    def change_message_visibility(self, request: Request, _: Effect) -> Answer:
        """Hide a message that somebody holds for so long from now; in all for 12 hours at most."""
        name = "change_message_visibility"
        queue = self._queue(name, request)
        self._check_handle(name, request)
        hidden = self._visibility(name, request["VisibilityTimeout"])
        now, held = self._clock(), queue.held_by(request["ReceiptHandle"])
        if not held or held.received_at is None:
            reason = (
                f"Value {request['ReceiptHandle']} for parameter ReceiptHandle is invalid. Reason: "
                "Message does not exist or is not available for visibility timeout change."
            )
            raise self._door.error(name, "InvalidParameterValue", reason)
        if held.visible_at <= now:
            # Whoever comes too late is told nothing, and changes nothing.
            return {}
        if now + hidden > held.received_at + VISIBILITY_MAX:
            reason = (
                f"Value {request['VisibilityTimeout']} for parameter VisibilityTimeout is invalid. "
                "Reason: Total VisibilityTimeout for the message is beyond the limit "
                "[43200 seconds]."
            )
            raise self._door.error(name, "InvalidParameterValue", reason)
        held.visible_at = now + hidden
        return {}

    @operation("QueueUrl", "AttributeNames")
    def get_queue_attributes(self, request: Request, _: Effect) -> Answer:
        """Tell about a queue what was asked for."""
        queue = self._queue("get_queue_attributes", request)
        all_of_it = {
            **queue.attributes,
            **queue.counts(self._clock()),
            "QueueArn": _ARN + queue.name,
        }
        wanted = {*request.get("AttributeNames", ())}
        told = {
            name: value for name, value in all_of_it.items() if name in wanted or "All" in wanted
        }
        return {"Attributes": told} if told else {}

    @operation("QueueName")
    def get_queue_url(self, request: Request, _: Effect) -> Answer:
        """Tell where a queue is."""
        url = _URL + request["QueueName"]
        self._queue("get_queue_url", {"QueueUrl": url})
        return {"QueueUrl": url}

    def _receive(
        self, message: Message, now: datetime, hidden: timedelta, names: set[str]
    ) -> Answer:
        message.receives += 1
        message.first_received_at = message.first_received_at or now
        message.received_at = now
        message.visible_at = now + hidden
        message.handle = f"{message.id}#{message.receives}"
        told: Answer = {
            "MessageId": message.id,
            "ReceiptHandle": message.handle,
            "MD5OfBody": _md5(message.body),
            "Body": message.body,
        }
        system = {
            "ApproximateReceiveCount": str(message.receives),
            "SentTimestamp": _milliseconds(message.sent_at),
            "ApproximateFirstReceiveTimestamp": _milliseconds(message.first_received_at),
            "SenderId": "AIDAEXAMPLE",
        }
        shown = {name: value for name, value in system.items() if names & {name, "All"}}
        return told | ({"Attributes": shown} if shown else {})

    def _queue(self, operation: str, request: Request) -> Queue:
        found = self.queues.get(request["QueueUrl"])
        if found is None:
            message = "The specified queue does not exist."
            raise self._door.error(operation, _GONE, message)
        return found

    def _delay_s(self, queue: Queue, request: Request) -> int:
        delay_s = int(request.get("DelaySeconds", queue.attributes["DelaySeconds"]))
        if not 0 <= delay_s <= DELAY_MAX_S:
            raise self._invalid("send_message", "DelaySeconds", delay_s)
        return delay_s

    def _visibility(self, operation: str, seconds: int) -> timedelta:
        hidden = timedelta(seconds=seconds)
        if not timedelta() <= hidden <= VISIBILITY_MAX:
            raise self._invalid(operation, "VisibilityTimeout", seconds)
        return hidden

    def _invalid(self, operation: str, name: str, value: int) -> Exception:
        message = f"Value {value} for parameter {name} is invalid."
        return self._door.error(operation, "InvalidParameterValue", message)

    def _check_handle(self, operation: str, request: Request) -> None:
        handle = request["ReceiptHandle"]
        if "#" not in handle:
            message = f'The input receipt handle "{handle}" is not a valid receipt handle.'
            raise self._door.error(operation, "ReceiptHandleIsInvalid", message)


def _milliseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1000))


def _md5(body: str) -> str:
    return hashlib.md5(body.encode(), usedforsecurity=False).hexdigest()
