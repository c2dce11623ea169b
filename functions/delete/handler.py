"""DELETE /v1/jobs/{id}: a client wants nothing of a job to be kept."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_deletions import DynamoDbDeletions
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.application.delete_job import delete_job
from cliphook.application.ports import JobRef
from cliphook.domain.api_key import Scope
from cliphook.domain.deletion import By
from cliphook.domain.ids import JobId
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.clock import now
from cliphook.runtime.http import make_app, no_content
from cliphook.runtime.observability import logger
from cliphook.runtime.settings import KeyedSettings

settings = KeyedSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
deletions = DynamoDbDeletions(settings.TABLE_NAME, aws.dynamodb())
app = make_app()


@app.delete("/v1/jobs/<job_id>")
def delete(job_id: str) -> Response[str]:
    """Answer 204 once nobody can find the job any more; the same again, however often."""
    authorization = app.current_event.headers.get("authorization")
    ref = JobRef(doorman.admit(authorization, Scope.JOBS_WRITE), JobId(job_id))
    deletion = delete_job(ref, by=By.CLIENT, jobs=jobs, deletions=deletions, now=now())
    logger.info("deleted", extra={"job_id": deletion.job_id, "clips": deletion.clips})
    return no_content()


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
