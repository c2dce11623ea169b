"""Direct invocation by an operator (IAM, no route): accounts and their API keys."""

import secrets as chance
from typing import Annotated, Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.adapters.secrets import Secrets
from cliphook.application.create_key import ENTROPY_BYTES, create_key
from cliphook.domain.ids import AccountId, make_id
from cliphook.runtime.clock import now
from cliphook.runtime.observability import logger
from cliphook.runtime.settings import OperatorSettings

settings = OperatorSettings.from_environment()
secrets = Secrets(settings.SECRETS_PREFIX, aws.secretsmanager())
keys = DynamoDbKeys(settings.TABLE_NAME, aws.dynamodb())


class CreateAccount(BaseModel):
    """Make an account and its first key."""

    model_config = ConfigDict(extra="forbid")
    command: Literal["create_account"]
    name: Annotated[str, Field(min_length=1, max_length=100)]


class CreateKey(BaseModel):
    """Make another key for an account."""

    model_config = ConfigDict(extra="forbid")
    command: Literal["create_key"]
    account_id: Annotated[str, Field(pattern=r"^acct_[0-9A-HJKMNP-TV-Z]{26}$")]
    name: Annotated[str, Field(min_length=1, max_length=100)] = "key"


COMMAND = TypeAdapter[CreateAccount | CreateKey](
    Annotated[CreateAccount | CreateKey, Field(discriminator="command")]
)


def lambda_handler(event: dict[str, Any], _: LambdaContext) -> dict[str, str]:
    """Carry out one command; the answer is the only place where the key ever stands."""
    command = COMMAND.validate_python(event)
    given = command.account_id if isinstance(command, CreateKey) else None
    account_id = AccountId(given or make_id("acct", now(), chance.token_bytes(10)))
    entropy, pepper = chance.token_bytes(ENTROPY_BYTES), secrets.pepper()
    text = create_key(
        account_id, command.name, keys=keys, pepper=pepper, entropy=entropy, now=now()
    )
    logger.info("key created", extra={"account_id": account_id})
    return {"account_id": account_id, "api_key": text}
