"""GET /v1/events and /v1/jobs/{id}/events: what became of jobs, without a gap."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.domain.api_key import Scope
from cliphook.domain.ids import AccountId
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.feeding import make_feeding
from cliphook.runtime.http import answer, make_app
from cliphook.runtime.settings import KeyedSettings

settings = KeyedSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
feeding = make_feeding(settings)
app = make_app()


def caller() -> AccountId:
    """Tell whose API key the request has."""
    return doorman.admit(app.current_event.headers.get("authorization"), Scope.JOBS_READ)


@app.get("/v1/events")
def list_events() -> Response[str]:
    """Answer a page of the account's events, oldest first."""
    query = app.current_event.query_string_parameters
    return answer(HTTPStatus.OK, feeding.list_events(caller(), query))


@app.get("/v1/jobs/<job_id>/events")
def list_job_events(job_id: str) -> Response[str]:
    """Answer a page of one job's events, by their numbers."""
    query = app.current_event.query_string_parameters
    return answer(HTTPStatus.OK, feeding.list_job_events(caller(), job_id, query))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
