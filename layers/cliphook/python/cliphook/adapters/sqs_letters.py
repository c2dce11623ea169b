"""Dead letters in SQS: looked at without being used up, and moved back to where they came from."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.application.operations_ports import Letter
from cliphook.domain.errors import UnavailableStoreError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# What SQS hands over at a time. It asks only some of its servers, so one empty answer says little.
BATCH: Final = 10
EMPTY_MAX: Final = 3


class SqsLetters:
    """The queues of a deployment, by their names."""

    def __init__(self, urls: Mapping[str, str], client: "SQSClient") -> None:
        """Find the queues at their addresses."""
        self._urls = urls
        self._client = client

    def take(self, queue: str, limit: int, hidden_s: int) -> Sequence[Letter]:
        """Take messages, at most so many, and hide them from others for a while."""
        taken: list[Letter] = []
        empty = 0
        while len(taken) < limit and empty < EMPTY_MAX:
            found = self._receive(queue, min(BATCH, limit - len(taken)), hidden_s)
            empty = 0 if found else empty + 1
            taken += found
        return taken

    def put_back(self, letters: Sequence[Letter]) -> None:
        """Show messages to others again at once."""
        for letter in letters:
            try:
                self._client.change_message_visibility(
                    QueueUrl=self._urls[letter.queue],
                    ReceiptHandle=letter.handle,
                    VisibilityTimeout=0,
                )
            except (ClientError, BotoCoreError) as error:
                raise UnavailableStoreError from error

    def send(self, queue: str, body: str) -> None:
        """Put a message into a queue."""
        try:
            self._client.send_message(QueueUrl=self._urls[queue], MessageBody=body)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def drop(self, letter: Letter) -> None:
        """Delete a message."""
        try:
            self._client.delete_message(
                QueueUrl=self._urls[letter.queue], ReceiptHandle=letter.handle
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def depth(self, queue: str) -> int:
        """Tell how many messages there are, more or less."""
        try:
            answer = self._client.get_queue_attributes(
                QueueUrl=self._urls[queue],
                AttributeNames=[
                    "ApproximateNumberOfMessages",
                    "ApproximateNumberOfMessagesNotVisible",
                ],
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return sum(int(value) for value in answer.get("Attributes", {}).values())

    def _receive(self, queue: str, most: int, hidden_s: int) -> list[Letter]:
        try:
            answer = self._client.receive_message(
                QueueUrl=self._urls[queue],
                MaxNumberOfMessages=most,
                VisibilityTimeout=hidden_s,
                AttributeNames=["All"],
                MessageAttributeNames=["All"],
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return [_letter(queue, message) for message in answer.get("Messages", ())]


def _letter(queue: str, message: Any) -> Letter:  # noqa: ANN401 - as boto3 has it
    told = message.get("Attributes", {})
    sent_s = int(told.get("SentTimestamp", 0)) / 1000
    marks = message.get("MessageAttributes", {})
    return Letter(
        queue=queue,
        id=message["MessageId"],
        handle=message["ReceiptHandle"],
        body=message["Body"],
        since=datetime.fromtimestamp(sent_s, UTC),
        marks={name: str(mark.get("StringValue", "")) for name, mark in marks.items()},
    )
