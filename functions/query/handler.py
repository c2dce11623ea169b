"""GET /v1/jobs…: how far jobs are; and whatever nobody else serves."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.domain.api_key import Scope
from cliphook.domain.ids import AccountId
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.http import answer, make_app
from cliphook.runtime.reading import make_reading
from cliphook.runtime.settings import QuerySettings

settings = QuerySettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
reading = make_reading(settings)
app = make_app()


def caller() -> AccountId:
    """Tell whose API key the request has."""
    return doorman.admit(app.current_event.headers.get("authorization"), Scope.JOBS_READ)


@app.get("/v1/health")
def get_health() -> Response[str]:
    """Answer at all: that is what is asked."""
    return answer(HTTPStatus.OK, {"status": "ok"})


@app.get("/v1/jobs")
def list_jobs() -> Response[str]:
    """Answer a page of jobs, newest first."""
    query = app.current_event.query_string_parameters
    return answer(HTTPStatus.OK, reading.list_jobs(caller(), query))


@app.get("/v1/jobs/<job_id>")
def get_job(job_id: str) -> Response[str]:
    """Answer one job, held back for news if the client prefers to wait."""
    return answer(HTTPStatus.OK, reading.show_job(caller(), job_id, app.current_event.headers))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
