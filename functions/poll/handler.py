"""The poll queue: a provider is asked how far a job is, or for what belongs to a clip."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.holds import Holds, PatientSender
from cliphook.adapters.secrets import Secrets
from cliphook.application.make_companion import Workshop, make_companion
from cliphook.application.poll_job import Early, poll_job
from cliphook.runtime.clock import now
from cliphook.runtime.keeping import make_keeper
from cliphook.runtime.observability import log_outcome
from cliphook.runtime.providers import make_companions, make_providers, make_sender
from cliphook.runtime.queue import PutBackError, WorkOrder, work_off
from cliphook.runtime.settings import PollSettings

settings = PollSettings.from_environment()
jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
providers = make_providers(settings)
sender = PatientSender(make_sender(settings, providers, secrets), Holds(now), now)
maker = make_companions(settings, providers, secrets)
workshop = Workshop(jobs, maker, make_keeper(settings.BUCKET_NAME).shelf, now)
sqs = aws.sqs()


def poll(order: WorkOrder) -> None:
    """Ask about one job, once its time has come, or for one part of a clip."""
    if order.part and order.clip_id:
        if early := make_companion(order.ref, order.clip_id, order.part, workshop):
            raise PutBackError(early.wait_s)
        return
    outcome = poll_job(order.ref, order.due_at, jobs=jobs, sender=sender, clock=now)
    if isinstance(outcome, Early):
        raise PutBackError(outcome.wait_s)
    log_outcome("poll", outcome, job_id=order.ref.job_id)


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Work off a batch."""
    return work_off(event, poll, queue_url=settings.POLL_QUEUE_URL, sqs=sqs)
