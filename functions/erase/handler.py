"""The schedule, each minute: what was deleted is erased, and no other function may do that."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters.schema import FAILED_ERASURES
from cliphook.application.erase_deleted import erase_deleted
from cliphook.runtime.clock import within
from cliphook.runtime.erasing import RUN_S, make_hands
from cliphook.runtime.observability import count, logger
from cliphook.runtime.settings import EraseSettings

settings = EraseSettings.from_environment()
hands = make_hands(settings.TABLE_NAME, settings.BUCKET_NAME)


def lambda_handler(_: dict[str, Any], __: LambdaContext) -> None:
    """Erase what is due; what could not be erased is counted, and tried again."""
    erased = erase_deleted(hands, within(RUN_S))
    for deletion, reason in erased.failed:
        told = {"account_id": deletion.account_id, "job_id": deletion.job_id, "reason": reason}
        logger.error("not erased", extra=told)
    count(FAILED_ERASURES, len(erased.failed))
    logger.info("erased", extra={"finished": erased.finished, "left": erased.left})
