"""/v1/endpoints…, /v1/deliveries…: where an account is told of its events, and how that went."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.runtime.auth import make_doorman
from cliphook.runtime.endpoint_desk import make_desk
from cliphook.runtime.endpoint_routes import make_endpoints_app
from cliphook.runtime.settings import WebhookSettings

settings = WebhookSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
app = make_endpoints_app(make_desk(settings), doorman)


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
