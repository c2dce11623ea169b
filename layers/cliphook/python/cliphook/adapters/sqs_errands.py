"""Errands as messages of one queue: attempts, now or after a while, and replays."""

import json
import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters.documents import write_time
from cliphook.application.webhook_ports import DeliveryRef, Replay
from cliphook.domain.errors import UnavailableStoreError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# As far ahead as SQS holds a message back.
DELAY_MAX_S: Final = 900


class SqsErrands:
    """The queue of those who deliver."""

    def __init__(self, url: str, client: "SQSClient") -> None:
        """Use the queue at that address."""
        self._url = url
        self._client = client

    def attempt(self, ref: DeliveryRef, wait_s: float = 0) -> None:
        """Have a delivery attempted after a while, of at most fifteen minutes."""
        delay_s = min(DELAY_MAX_S, max(0, math.ceil(wait_s)))
        self._send(_attempt(ref), delay_s)

    def attempt_all(self, refs: Iterable[DeliveryRef]) -> None:
        """Have deliveries attempted now."""
        # One by one: a batch that is taken in part would have to be looked through.
        for ref in refs:
            self.attempt(ref)

    def replay(self, replay: Replay) -> None:
        """Have a time replayed."""
        told = {
            "account_id": replay.account_id,
            "endpoint_id": replay.endpoint_id,
            "since": write_time(replay.since),
            "until": write_time(replay.until),
            "cursor": replay.cursor,
        }
        self._send(json.dumps({"replay": told}), 0)

    def _send(self, body: str, delay_s: int) -> None:
        try:
            self._client.send_message(QueueUrl=self._url, MessageBody=body, DelaySeconds=delay_s)
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error


def _attempt(ref: DeliveryRef) -> str:
    attempt = {"account_id": ref.account_id, "delivery_id": ref.delivery_id}
    return json.dumps({"attempt": attempt})
