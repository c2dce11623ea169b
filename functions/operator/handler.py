"""Direct invocation by an operator (IAM, no route): one command of a table."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.runtime.operator.commands import carry_out
from cliphook.runtime.operator.desk import make_desk
from cliphook.runtime.settings import OperatorSettings

settings = OperatorSettings.from_environment()
desk = make_desk(settings)


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, Any]:
    """Carry out one command; a new key stands in the answer and nowhere else."""
    return dict(carry_out(event, desk))
