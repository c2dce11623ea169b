"""A schedule, each day: every balance is held against the entries that made it."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.runtime.auditing import audit_aloud
from cliphook.runtime.settings import AuditSettings

settings = AuditSettings.from_environment()
ledger = DynamoDbLedger(settings.TABLE_NAME, aws.dynamodb())


def lambda_handler(_: dict[str, Any], __: LambdaContext) -> None:
    """Audit every account; what is wrong is logged and raises the alarm, and nothing is mended."""
    audit_aloud(ledger.list_accounts(), ledger=ledger)
