"""The archive queue: a clip's audio is kept in S3 for good."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.holds import Holds, PatientFetcher
from cliphook.adapters.httpx_fetcher import HttpxFetcher
from cliphook.application.archive_clip import archive_clip
from cliphook.domain.errors import FailedFetchError, ForbiddenAddressError, HeldHostError
from cliphook.runtime.clock import now
from cliphook.runtime.keeping import audio_hosts, make_keeper
from cliphook.runtime.observability import logger
from cliphook.runtime.queue import PutBackError, WorkOrder, work_off
from cliphook.runtime.settings import ArchiveSettings

settings = ArchiveSettings.from_environment()
jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
hosts = audio_hosts(settings.PROVIDER_SETTINGS)
fetcher = HttpxFetcher(allow_loopback=settings.FETCH_LOOPBACK, audio_hosts=hosts)
patient_fetcher = PatientFetcher(fetcher, Holds(now), now)
keeper = make_keeper(settings.BUCKET_NAME)
sqs = aws.sqs()


def archive(order: WorkOrder) -> None:
    """
    Keep one clip.

    A try that fails comes again after a growing wait. After the last one the clip is recorded
    as lost and the order goes to the dead-letter queue, from where it can be sent again.
    """
    if not order.clip_id:
        return
    waits_s = settings.ARCHIVE_RETRY_S
    is_last, marks = order.tries > len(waits_s), {"clip_id": order.clip_id}
    try:
        archive_clip(
            order.ref,
            order.clip_id,
            jobs=jobs,
            fetcher=fetcher if is_last else patient_fetcher,
            keeper=keeper,
            clock=now,
            is_last_try=is_last,
        )
    except (FailedFetchError, ForbiddenAddressError) as error:
        reason = getattr(error, "reason", error.code)
        logger.warning("archive failed", extra=marks | {"reason": reason, "tries": order.tries})
        wait_s = 0 if is_last else waits_s[order.tries - 1]
        held_s = error.wait_s if isinstance(error, HeldHostError) else 0
        raise PutBackError(max(wait_s, held_s)) from error
    logger.info("archived", extra=marks)


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Work off a batch."""
    return work_off(event, archive, queue_url=settings.ARCHIVE_QUEUE_URL, sqs=sqs)
