"""What the operator's commands are carried out with, and how each of them looks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from pydantic import BaseModel, ConfigDict, Field

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_deletions import DynamoDbDeletions
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.adapters.dynamodb_ledger import DynamoDbLedger
from cliphook.adapters.dynamodb_library import DynamoDbLibrary
from cliphook.adapters.dynamodb_outbox import DynamoDbOutbox
from cliphook.adapters.dynamodb_stuck import DynamoDbStuck
from cliphook.adapters.dynamodb_waiting import DynamoDbWaiting
from cliphook.adapters.eventbridge_replays import EventBridgeReplays
from cliphook.adapters.providers.table import Table, make_table
from cliphook.adapters.secrets import Secrets
from cliphook.adapters.sqs_letters import SqsLetters
from cliphook.application.deletion_ports import AccountJobs, AccountKeys, Deletions
from cliphook.application.ledger_ports import Ledger
from cliphook.application.operations_ports import Letters, Replays, StuckRows, Waiting
from cliphook.application.outbox_ports import Outbox
from cliphook.application.ports import Jobs, Keys
from cliphook.runtime.settings import OperatorSettings

AccountName = Annotated[str, Field(pattern=r"^acct_[0-9A-HJKMNP-TV-Z]{26}$")]
JobName = Annotated[str, Field(pattern=r"^job_[0-9A-HJKMNP-TV-Z]{26}$")]
ClipName = Annotated[str, Field(pattern=r"^clip_[0-9A-HJKMNP-TV-Z]{26}$")]

# Of the function's minute: what a command has not done by then, it leaves for the next time.
COMMAND_S: Final = 40

type Answer = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Desk:
    """What there is to work with."""

    keys: Keys
    pepper: Callable[[], bytes]
    ledger: Ledger
    jobs: Jobs
    outbox: Outbox
    stuck: StuckRows
    waiting: Waiting
    deletions: Deletions
    account_keys: AccountKeys
    account_jobs: AccountJobs
    letters: Letters
    replays: Replays
    providers: Table
    # By which name an operator calls this.
    function: str


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
    table, client = settings.TABLE_NAME, aws.dynamodb()
    keys, jobs = DynamoDbKeys(table, client), DynamoDbJobs(table, client)
    return Desk(
        keys=keys,
        pepper=Secrets(settings.SECRETS_PREFIX, aws.secretsmanager()).pepper,
        ledger=DynamoDbLedger(table, client),
        jobs=jobs,
        outbox=DynamoDbOutbox(table, client),
        stuck=DynamoDbStuck(table, client),
        waiting=DynamoDbWaiting(table, client),
        deletions=DynamoDbDeletions(table, client),
        account_keys=keys,
        account_jobs=DynamoDbLibrary(table, client, jobs),
        letters=SqsLetters(settings.QUEUE_URLS, aws.sqs()),
        replays=EventBridgeReplays(settings.BUS_ARN, settings.ARCHIVE_ARN, aws.events()),
        providers=make_table(settings.PROVIDER_SETTINGS),
        function=f"cliphook-{settings.DEPLOYMENT}-operator",
    )
