"""GET /sources/{ticket}: a provider reads the audio that a job starts from."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.s3_files import Method, S3Files
from cliphook.adapters.secrets import Secrets
from cliphook.domain.errors import CliphookError, RetryableError
from cliphook.domain.source_ticket import check_source
from cliphook.runtime.clock import now
from cliphook.runtime.http import make_app, redirect
from cliphook.runtime.observability import logger
from cliphook.runtime.settings import SourceSettings

settings = SourceSettings.from_environment()
secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
shelf = S3Files(settings.BUCKET_NAME, aws.s3_brief())
app = make_app()


@app.get("/sources/<text>")
def get_source(text: str) -> Response[str]:
    """Lead to the object."""
    return lead(text, "GET")


@app.head("/sources/<text>")
def head_source(text: str) -> Response[str]:
    """Lead to what is known of the object."""
    return lead(text, "HEAD")


def lead(text: str, method: Method) -> Response[str]:
    """Answer with a fresh link; whoever has no good ticket learns nothing at all."""
    ticket = check_source(text, secrets.callback_masters(), now())
    logger.info("source read", extra={"account_id": ticket.account_id, "method": method})
    return redirect(shelf.read_link(ticket.key, method))


def refuse(error: CliphookError) -> Response[str]:
    """Answer a refusal without a word: 503, or the one 404 that all others look like."""
    logger.warning("source refused", extra={"code": error.code})
    is_passing = isinstance(error, RetryableError)
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_passing else HTTPStatus.NOT_FOUND
    return Response(status, body="")


app.exception_handler(CliphookError)(refuse)
app.not_found(lambda _: Response(HTTPStatus.NOT_FOUND, body=""))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
