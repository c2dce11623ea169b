"""POST /v1/jobs/{id}/cancel: a client wants no more of a job."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.api_response import show_job
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.application.cancel_job import cancel_job
from cliphook.application.ports import JobRef
from cliphook.domain.api_key import Scope
from cliphook.domain.cancellation import reach_of
from cliphook.domain.ids import JobId
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.clock import now
from cliphook.runtime.http import answer, make_app
from cliphook.runtime.observability import logger
from cliphook.runtime.settings import CancelSettings

settings = CancelSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
app = make_app()


@app.post("/v1/jobs/<job_id>/cancel")
def post_cancel(job_id: str) -> Response[str]:
    """Answer 200 with the job, which says what was reached; the same again, however often."""
    authorization = app.current_event.headers.get("authorization")
    ref = JobRef(doorman.admit(authorization, Scope.JOBS_WRITE), JobId(job_id))
    job = cancel_job(ref, jobs=jobs, now=now())
    logger.info("canceled", extra={"job_id": job.id, "reached": reach_of(job)})
    return answer(HTTPStatus.OK, show_job(job, settings.PUBLIC_URL))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
