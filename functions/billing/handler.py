"""GET /v1/balance and /v1/ledger: an account's credit, and every entry that made it what it is."""

from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.domain.api_key import Scope
from cliphook.domain.ids import AccountId
from cliphook.runtime.auth import make_doorman
from cliphook.runtime.billing import make_billing
from cliphook.runtime.http import answer, make_app
from cliphook.runtime.settings import KeyedSettings

settings = KeyedSettings.from_environment()
doorman = make_doorman(settings.TABLE_NAME, settings.SECRETS_PREFIX)
billing = make_billing(settings)
app = make_app()


def caller() -> AccountId:
    """Tell whose API key the request has."""
    return doorman.admit(app.current_event.headers.get("authorization"), Scope.BILLING_READ)


@app.get("/v1/balance")
def get_balance() -> Response[str]:
    """Answer what the account has."""
    return answer(HTTPStatus.OK, billing.show_balance(caller()))


@app.get("/v1/ledger")
def list_entries() -> Response[str]:
    """Answer a page of entries, newest first."""
    query = app.current_event.query_string_parameters
    return answer(HTTPStatus.OK, billing.list_entries(caller(), query))


def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
