"""The dispatch queue: a job that waits for its submission goes to its provider."""

import time
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_gates import DynamoDbGates
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.secrets import Secrets
from cliphook.application.dispatch_job import dispatch_job
from cliphook.runtime.callback_url import callback_urls
from cliphook.runtime.clock import now
from cliphook.runtime.observability import logger
from cliphook.runtime.providers import make_providers, make_sender, rates_of
from cliphook.runtime.queue import PutBackError, WorkOrder, work_off
from cliphook.runtime.settings import DispatchSettings

settings = DispatchSettings.from_environment()
secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
gates = DynamoDbGates(settings.TABLE_NAME, aws.dynamodb())
providers = make_providers(settings)
sender = make_sender(settings, providers, secrets)
callback_url = callback_urls(settings.PUBLIC_URL, secrets)
sqs = aws.sqs()


def dispatch(order: WorkOrder, owner: str) -> None:
    """Submit one job, once its time has come."""
    wait_s = (order.due_at - now()).total_seconds()
    if wait_s > 0:
        raise PutBackError(wait_s)
    dispatch_job(
        order.ref,
        jobs=jobs,
        sender=sender,
        gates=gates,
        rates=rates_of(providers),
        callback_url=callback_url,
        owner=owner,
        clock=now,
        sleep=time.sleep,
    )
    logger.info("dispatched", extra={"job_id": order.ref.job_id})


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Work off a batch."""

    def work(order: WorkOrder) -> None:
        dispatch(order, owner=context.aws_request_id)

    return work_off(event, work, queue_url=settings.DISPATCH_QUEUE_URL, sqs=sqs)
