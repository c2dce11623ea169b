"""POST /callbacks/{provider}/{ticket}: a provider says how far a job is."""

import json
from http import HTTPStatus
from typing import Any, Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.providers.table import find_provider, make_table
from cliphook.adapters.secrets import Secrets
from cliphook.application.receive_callback import receive_callback
from cliphook.domain.errors import CliphookError, OversizedBodyError, RetryableError
from cliphook.domain.ticket import check
from cliphook.runtime.callback_reader import callback_reader
from cliphook.runtime.clock import now
from cliphook.runtime.http import make_app, raw_body
from cliphook.runtime.observability import log_outcome, logger
from cliphook.runtime.settings import CallbackSettings

BODY_MAX_BYTES: Final = 256 * 1024
RECEIVED: Final = json.dumps({"code": 200, "msg": "success"})
settings = CallbackSettings.from_environment()
secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
providers = make_table(settings.PROVIDER_SETTINGS)
jobs = DynamoDbJobs(settings.TABLE_NAME, aws.dynamodb())
app = make_app()


@app.post("/callbacks/<name>/<text>")
def post_callback(name: str, text: str) -> Response[str]:
    """Answer 200 once the body is stored; whoever has no good ticket learns nothing at all."""
    ticket = check(text, name, secrets.callback_masters(), now())
    if len(body := raw_body(app)) > BODY_MAX_BYTES:
        raise OversizedBodyError
    read = callback_reader(find_provider(name, providers), app.current_event.headers, secrets)
    outcome = receive_callback(ticket, body, read=read, jobs=jobs, now=now())
    log_outcome("callback", outcome, job_id=ticket.job_id, provider=name)
    return Response(HTTPStatus.OK, content_type="application/json", body=RECEIVED)


def refuse(error: CliphookError) -> Response[str]:
    """Answer a refusal without a word: 413, 503, or the one 404 that all others look like."""
    logger.warning("callback refused", extra={"code": error.code})
    if isinstance(error, OversizedBodyError):
        return Response(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, body="")
    is_passing = isinstance(error, RetryableError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_passing else HTTPStatus.NOT_FOUND
    return Response(status, body="")


app.exception_handler(CliphookError)(refuse)
app.not_found(lambda _: Response(HTTPStatus.NOT_FOUND, body=""))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one callback."""
    return app.resolve(event, context)
