"""What tests change in a running deployment: what functions are told, what gates remember."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from local.bring_up import Deployment

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient
    from types_boto3_lambda.client import LambdaClient


def forget_calls(deployment: Deployment) -> None:
    """Forget how providers answered, as half a minute does; what their rates took is kept."""
    table: DynamoDBClient = deployment.aws.client("dynamodb")
    for provider in deployment.addresses.simulators:
        with suppress(table.exceptions.ConditionalCheckFailedException):
            table.update_item(
                TableName=deployment.addresses.table_name,
                Key={"pk": {"S": f"GATE#{provider}"}, "sk": {"S": "GATE"}},
                UpdateExpression="SET gate.calls = :none",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues={":none": {"L": []}},
            )


@contextmanager
def told(deployment: Deployment, function: str, **changed: str) -> Iterator[None]:
    """Deploy a function with another environment for a while."""
    functions: LambdaClient = deployment.aws.client("lambda")
    before = functions.get_function_configuration(FunctionName=function)["Environment"]["Variables"]
    functions.update_function_configuration(
        FunctionName=function, Environment={"Variables": before | changed}
    )
    try:
        yield
    finally:
        functions.update_function_configuration(
            FunctionName=function, Environment={"Variables": before}
        )
