"""Gives an empty deployment its provider keys and accounts with credit, as an operator would."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.aws_server import Aws
from local.synth import DEPLOYMENT

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient
    from types_boto3_secretsmanager.client import SecretsManagerClient

# Every simulator takes a key that begins like this.
SIMULATED_KEY: Final = "sim-{provider}"
# More than anybody spends on one machine.
CREDIT: Final = "1000000.0000"


class OperatorError(Exception):
    """The operator function refused a command or failed."""


def put_provider_keys(aws: Aws, providers: Iterable[str]) -> None:
    """Put the keys of the simulators where the functions look for a provider's key."""
    secrets: SecretsManagerClient = aws.client("secretsmanager")
    for provider in providers:
        secrets.put_secret_value(
            SecretId=f"cliphook/{DEPLOYMENT}/provider/{provider}",
            SecretString=json.dumps({"api_key": SIMULATED_KEY.format(provider=provider)}),
        )


@dataclass(frozen=True, slots=True)
class Account:
    """An account, and the first key of it."""

    account_id: str
    api_key: str


def create_account(aws: Aws, operator: str, *, name: str) -> Account:
    """Create an account that has credit."""
    made = _command(aws, operator, {"command": "create_account", "name": name})
    account = Account(made["account_id"], made["api_key"])
    granted = {"account_id": account.account_id, "amount": CREDIT, "reference": "local"}
    _command(aws, operator, {"command": "grant", **granted})
    return account


def _command(aws: Aws, operator: str, command: Mapping[str, object]) -> dict[str, Any]:
    functions: LambdaClient = aws.client("lambda")
    answer = functions.invoke(FunctionName=operator, Payload=json.dumps(command))
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer:
        raise OperatorError(f"The operator function did not {command['command']}: {said}")
    return said
