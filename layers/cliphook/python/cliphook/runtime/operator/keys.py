"""`create_account` and `create_key`: whose jobs there may be, and what opens them."""

import secrets as chance
from typing import Annotated, Final

from pydantic import Field

from cliphook.application.create_key import ENTROPY_BYTES
from cliphook.application.create_key import create_key as store_key
from cliphook.domain.ids import AccountId, make_id
from cliphook.runtime.clock import now
from cliphook.runtime.observability import logger
from cliphook.runtime.operator.desk import AccountName, Answer, Command, Desk, Order

_ID_BYTES: Final = 10

KeyName = Annotated[str, Field(min_length=1, max_length=100)]


class CreateAccount(Order):
    """Make an account and its first key."""

    name: KeyName


class CreateKey(Order):
    """Make another key for an account."""

    account_id: AccountName
    name: KeyName = "key"


def _create_account(order: CreateAccount, desk: Desk) -> Answer:
    account_id = make_id("acct", now(), chance.token_bytes(_ID_BYTES))
    return _make_key(AccountId(account_id), order.name, desk)


def _create_key(order: CreateKey, desk: Desk) -> Answer:
    return _make_key(AccountId(order.account_id), order.name, desk)


def _make_key(account_id: AccountId, name: str, desk: Desk) -> Answer:
    """Store a key; the answer is the only place where it ever stands."""
    entropy = chance.token_bytes(ENTROPY_BYTES)
    pepper = desk.pepper()
    text = store_key(account_id, name, keys=desk.keys, pepper=pepper, entropy=entropy, now=now())
    logger.info("key created", extra={"account_id": account_id})
    return {"account_id": account_id, "api_key": text}


CREATE_ACCOUNT: Final = Command(CreateAccount, _create_account)
CREATE_KEY: Final = Command(CreateKey, _create_key)
