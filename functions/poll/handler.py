"""The poll queue: a provider is asked how far a job is."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.holds import Holds, PatientSender
from cliphook.adapters.secrets import Secrets
from cliphook.application.poll_job import Early, poll_job
from cliphook.runtime.clock import now
from cliphook.runtime.observability import log_outcome
from cliphook.runtime.providers import make_providers, make_sender
from cliphook.runtime.queue import PutBackError, WorkOrder, work_off
from cliphook.runtime.settings import PollSettings

settings = PollSettings.from_environment()
jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
sender = PatientSender(make_sender(settings, make_providers(settings), secrets), Holds(now), now)
sqs = aws.sqs()


def poll(order: WorkOrder) -> None:
    """Ask about one job, once its time has come."""
    outcome = poll_job(order.ref, order.due_at, jobs=jobs, sender=sender, clock=now)
    if isinstance(outcome, Early):
        raise PutBackError(outcome.wait_s)
    log_outcome("poll", outcome, job_id=order.ref.job_id)


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Work off a batch."""
    return work_off(event, poll, queue_url=settings.POLL_QUEUE_URL, sqs=sqs)
