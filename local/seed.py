"""Gives an empty deployment its provider keys and two accounts, as an operator would."""

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from local.aws_server import Aws
from local.synth import DEPLOYMENT

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient
    from types_boto3_secretsmanager.client import SecretsManagerClient

# Every simulator takes a key that begins like this.
SIMULATED_KEY: Final = "sim-{provider}"


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


def create_account(aws: Aws, operator: str, *, name: str) -> str:
    """Create an account and return its first API key."""
    functions: LambdaClient = aws.client("lambda")
    answer = functions.invoke(
        FunctionName=operator, Payload=json.dumps({"command": "create_account", "name": name})
    )
    said: dict[str, Any] = json.loads(answer["Payload"].read())
    if "FunctionError" in answer or "api_key" not in said:
        raise OperatorError(f"The operator function did not create an account: {said}")
    key: str = said["api_key"]
    return key
