"""GET /v1/providers and /v1/models: what each can do, and its health; what events look like."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.api_catalogue import show_models, show_provider
from cliphook.adapters.dynamodb_gates import DynamoDbGates
from cliphook.domain.api_key import Scope
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.clock import now
from cliphook.runtime.contract import read_asyncapi
from cliphook.runtime.http import answer, make_app
from cliphook.runtime.providers import make_providers
from cliphook.runtime.settings import CatalogueSettings

settings = CatalogueSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
gates = DynamoDbGates(settings.TABLE_NAME, aws.dynamodb())
providers = make_providers(settings)
app = make_app()


@app.get("/v1/providers")
def list_providers() -> Response[str]:
    """Answer all providers that this deployment can reach."""
    doorman.admit(app.current_event.headers.get("authorization"), Scope.JOBS_READ)
    shown = [show_provider(row, gates.load(row.name), now()) for row in providers.values()]
    return answer(HTTPStatus.OK, {"data": shown, "next_cursor": None})


@app.get("/v1/models")
def list_models() -> Response[str]:
    """Answer all models of these providers."""
    doorman.admit(app.current_event.headers.get("authorization"), Scope.JOBS_READ)
    shown = [model for row in providers.values() for model in show_models(row, settings.PRICES)]
    return answer(HTTPStatus.OK, {"data": shown, "next_cursor": None})


@app.get("/v1/asyncapi.json")
def describe_events() -> Response[str]:
    """Answer the description of all events, which is the same for everybody and needs no key."""
    return answer(HTTPStatus.OK, read_asyncapi())


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
