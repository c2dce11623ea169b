"""Work orders from a queue: each one by itself, put back until its time or until its next try."""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from cliphook.application.ports import JobRef
from cliphook.domain.companion import Part
from cliphook.domain.ids import AccountId, ClipId, JobId
from cliphook.runtime.observability import logger

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# SQS allows twelve hours from when the order was received, of which the function's own run is part.
WAIT_MAX_S: Final = 43_200 - 900


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """One message: what is to be done for which job, since when, and how often it was tried."""

    ref: JobRef
    due_at: datetime
    clip_id: ClipId | None
    tries: int
    part: Part | None = None


class PutBackError(Exception):
    """The order is not done and is to come again after a while."""

    def __init__(self, wait_s: float) -> None:
        """Say after how long."""
        super().__init__(wait_s)
        self.wait_s = wait_s


def work_off(
    event: Mapping[str, Any],
    work: Callable[[WorkOrder], None],
    *,
    queue_url: str,
    sqs: "SQSClient",
) -> dict[str, Any]:
    """
    Do every order of a batch, and report those which are to come again.

    An order that fails comes again after the queue's own time; one that raises `PutBackError`
    after the time that it says. Neither keeps another waiting.
    """
    records: Sequence[Mapping[str, Any]] = event["Records"]

    def work_record(record: Mapping[str, Any]) -> None:
        work(_read(record))

    return _answer(records, [_is_done(one, work_record, queue_url, sqs) for one in records])


def work_together(
    event: Mapping[str, Any],
    work: Callable[[Mapping[str, Any]], None],
    *,
    queue_url: str,
    sqs: "SQSClient",
) -> dict[str, Any]:
    """Do all messages of a batch at the same time, so that none waits for another to be done."""
    records: Sequence[Mapping[str, Any]] = event["Records"]
    with ThreadPoolExecutor(len(records)) as pool:
        begun = [pool.submit(_is_done, record, work, queue_url, sqs) for record in records]
    return _answer(records, [one.result() for one in begun])


def _is_done(
    record: Mapping[str, Any],
    work: Callable[[Mapping[str, Any]], None],
    queue_url: str,
    sqs: "SQSClient",
) -> bool:
    try:
        work(record)
    except PutBackError as error:
        wait_s = min(WAIT_MAX_S, max(0, math.ceil(error.wait_s)))
        sqs.change_message_visibility(
            QueueUrl=queue_url,
            ReceiptHandle=record["receiptHandle"],
            VisibilityTimeout=wait_s,
        )
    except Exception:
        logger.exception("order failed", extra={"message_id": record["messageId"]})
    else:
        return True
    return False


def _answer(records: Sequence[Mapping[str, Any]], done: Sequence[bool]) -> dict[str, Any]:
    told = zip(records, done, strict=True)
    failed = [{"itemIdentifier": record["messageId"]} for record, is_done in told if not is_done]
    return {"batchItemFailures": failed}


def _read(record: Mapping[str, Any]) -> WorkOrder:
    body = json.loads(record["body"])
    part = body.get("part")
    told = part or body
    clip_id = told.get("clip_id")
    return WorkOrder(
        ref=JobRef(AccountId(body["account_id"]), JobId(body["job_id"])),
        due_at=datetime.fromisoformat(told["due_at"]),
        clip_id=ClipId(clip_id) if clip_id else None,
        tries=int(record["attributes"]["ApproximateReceiveCount"]),
        part=Part(part["name"]) if part else None,
    )
