"""What the operator's commands are carried out with, and how each of them looks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.adapters.secrets import Secrets
from cliphook.application.ledger_ports import Ledger
from cliphook.application.ports import Keys
from cliphook.runtime.settings import OperatorSettings

AccountName = Annotated[str, Field(pattern=r"^acct_[0-9A-HJKMNP-TV-Z]{26}$")]

type Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Desk:
    """What there is to work with."""

    keys: Keys
    pepper: Callable[[], bytes]
    ledger: Ledger


class Order(BaseModel):
    """What an operator says besides the command's name; what nobody asks for is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


@dataclass(frozen=True, slots=True)
class Command[T: Order]:
    """One command: what it has to be told, and what it does."""

    order: type[T]
    run: Callable[[T, Desk], Answer]

    def carry_out(self, told: Mapping[str, Any], desk: Desk) -> Answer:
        """Do it; raises pydantic's `ValidationError` for an order that is none."""
        return self.run(self.order.model_validate(told), desk)


def make_desk(settings: OperatorSettings) -> Desk:
    """Put the parts together at cold start."""
    secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
    return Desk(
        keys=DynamoDbKeys(settings.TABLE_NAME, aws.dynamodb()),
        pepper=secrets.pepper,
        ledger=DynamoDbLedger(settings.TABLE_NAME, aws.dynamodb()),
    )
