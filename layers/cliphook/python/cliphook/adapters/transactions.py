"""Transactions on the table: all of one is written, or nothing and the reasons are told."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.domain.errors import ContendedJobError, UnavailableStoreError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

# Why a transaction was refused: a condition does not hold, or it met another one at a row.
REFUSED: Final = "ConditionalCheckFailed"
CONFLICT: Final = "TransactionConflict"

# How long at most to wait after each conflict. Whatever moves an account's credit meets at one
# row: of fifty at once all come through, and four seconds leave an API's request enough.
WAITS_S: Final = (0.05, 0.1, 0.2, *(0.4,) * 9)

type Writes = Sequence[Mapping[str, Any]]
type Reasons = Sequence[Mapping[str, Any]]
type Sleep = Callable[[float], None]


def transact(client: "DynamoDBClient", writes: Writes) -> Reasons:
    """
    Write all or nothing; gives the reason for each write if others were first.

    Raises `UnavailableStoreError` where anything else stood in the way.
    """
    try:
        # The SDK adds a token of its own, so that a repeated request is written once.
        client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
    except client.exceptions.TransactionCanceledException as error:
        reasons: Reasons = error.response.get("CancellationReasons", [])
        if codes_of(reasons) & {REFUSED, CONFLICT}:
            return reasons
        raise UnavailableStoreError from error
    except (ClientError, BotoCoreError) as error:
        raise UnavailableStoreError from error
    return ()


def transact_patiently(
    client: "DynamoDBClient", writes: Writes, sleep: Sleep = time.sleep
) -> Reasons:
    """
    Write all or nothing, as often as it only met others at a row; raises `ContendedJobError`.

    Where another row refuses as well, that counts only once nobody is met any more: what the
    others write may be a better reason.
    """
    for wait_s in WAITS_S:
        reasons = transact(client, writes)
        if CONFLICT not in codes_of(reasons):
            return reasons
        pause(sleep, wait_s)
    raise ContendedJobError


def codes_of(reasons: Reasons) -> frozenset[object]:
    """Name what stood in the way of the writes of a transaction."""
    return frozenset(reason.get("Code") for reason in reasons)


def pause(sleep: Sleep = time.sleep, longest_s: float = WAITS_S[0]) -> None:
    """Wait a little, so that whoever met does not meet again at once."""
    sleep(random.uniform(0, longest_s))  # noqa: S311 - spreads, hides nothing
