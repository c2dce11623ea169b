"""The archive queue: a clip's audio, and what belongs to it, is kept in S3 for good."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError, HeldHostError
from cliphook.runtime.archiving import make_archive
from cliphook.runtime.observability import logger
from cliphook.runtime.queue import PutBackError, WorkOrder, work_off
from cliphook.runtime.settings import ArchiveSettings

settings = ArchiveSettings.from_environment()
store = make_archive(settings)
sqs = aws.sqs()


def archive(order: WorkOrder) -> None:
    """
    Keep one clip's audio, or one part beside it.

    A try that fails comes again after a growing wait. After the last one the clip or the part is
    recorded as lost and the order goes to the dead-letter queue, from where it can be sent again.
    """
    if not order.clip_id:
        return
    waits_s = settings.ARCHIVE_RETRY_S
    is_last = order.tries > len(waits_s)
    marks = {"clip_id": order.clip_id, "part": order.part or "audio"}
    try:
        store.keep(order.ref, order.clip_id, order.part, is_last=is_last)
    except (FailedFetchError, ForbiddenAddressError) as error:
        reason = getattr(error, "reason", error.code)
        logger.warning("archive failed", extra={**marks, "reason": reason, "tries": order.tries})
        wait_s = 0 if is_last else waits_s[order.tries - 1]
        held_s = error.wait_s if isinstance(error, HeldHostError) else 0
        raise PutBackError(max(wait_s, held_s)) from error
    logger.info("archived", extra=marks)


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Work off a batch."""
    return work_off(event, archive, queue_url=settings.ARCHIVE_QUEUE_URL, sqs=sqs)
