"""POST /v1/jobs: a request becomes a job, and goes to a provider."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters.api_response import show_job
from cliphook.domain.api_key import Scope
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.http import answer, make_app, raw_body
from cliphook.runtime.observability import logger
from cliphook.runtime.settings import SubmitSettings
from cliphook.runtime.submission import make_submission

settings = SubmitSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
submission = make_submission(settings)
app = make_app()


@app.post("/v1/jobs")
def post_job() -> Response[str]:
    """Answer 202 with the job once it is stored, whatever its provider says."""
    event = app.current_event
    account_id = doorman.admit(event.headers.get("authorization"), Scope.JOBS_WRITE)
    job, is_new = submission.run(
        raw_body(app),
        event.headers.get("idempotency-key"),
        account_id,
        owner=event.request_context.request_id,
    )
    logger.info("submitted", extra={"job_id": job.id, "status": job.status, "is_new": is_new})
    headers = {"Location": f"/v1/jobs/{job.id}"}
    if not is_new:
        headers["Idempotency-Replayed"] = "true"
    return answer(HTTPStatus.ACCEPTED, show_job(job, settings.PUBLIC_URL), headers)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
