"""Every name that the adapters and the CDK app must spell alike: keys, indexes, secrets, orders."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

# The table.

PARTITION_KEY: Final = "pk"
SORT_KEY: Final = "sk"
ENTITY: Final = "entity"
# Expiry is only housekeeping: DynamoDB deletes up to days later, so readers compare the time too.
EXPIRES_AT: Final = "expires_at"

ACCOUNT_ID: Final = "account_id"
JOB_ID: Final = "job_id"
CLIP_ID: Final = "clip_id"
DUE_STEP: Final = "due_step"
# A job's row has it when what stands there is the record of its deletion, and no job any more.
DELETED_AT: Final = "deleted_at"
# Why somebody has to look at a row, and how often the bus refused it.
STUCK_FOR: Final = "stuck_for"
REFUSALS: Final = "refusals"


class Entity(StrEnum):
    """What an item is, as its `entity` attribute says."""

    ACCOUNT = "ACCOUNT"
    API_KEY = "API_KEY"
    JOB = "JOB"
    CLIP = "CLIP"
    REPORT = "REPORT"
    EVENT = "EVENT"
    IDEMPOTENCY = "IDEMPOTENCY"
    QUARANTINE = "QUARANTINE"
    FILE = "FILE"
    ENDPOINT = "ENDPOINT"
    DELIVERY = "DELIVERY"
    LANE = "LANE"
    RECEIVERS = "RECEIVERS"
    GATE = "GATE"
    BALANCE = "BALANCE"
    LEDGER = "LEDGER"
    SPEND = "SPEND"
    DELETION = "DELETION"
    FEED = "FEED"


@dataclass(frozen=True, slots=True)
class Index:
    """A sparse global index: an item is in it as long as it has both attributes, strings both."""

    name: str
    hash_key: str
    range_key: str
    includes: tuple[str, ...] = ()


# Under this key of the list index stand all accounts that have a balance.
BALANCES: Final = "BALANCES"
# And under this one everything that was deleted, by the time when.
DELETIONS: Final = "DELETIONS"

DUE: Final = Index("due", "due_shard", "due_at", (ACCOUNT_ID, JOB_ID, DUE_STEP))
# With what the keys begin under which clips stand in it that only their provider has.
UNKEPT: Final = "UNKEPT"
# What only a job that waits for something has.
DUE_NAMES: Final = (DUE.hash_key, DUE.range_key, DUE_STEP)
UNSENT: Final = Index("unsent", "unsent_shard", "unsent_at")
# What a row that is no announcement has as long as it waits for an operator.
STUCK_NAMES: Final = (UNSENT.hash_key, UNSENT.range_key, STUCK_FOR)
LIST: Final = Index("list", "list_key", "list_id")
INDEXES: Final = (DUE, UNSENT, LIST)


class Stuck(StrEnum):
    """What waits for an operator: the beginning of its keys in the unsent index."""

    PARKED = "PARKED"
    QUARANTINE = "QUARANTINE"
    CLIP = "CLIP"
    JOB = "JOB"
    # What an operator has dealt with.
    SETTLED = "SETTLED"
    # What was deleted and is not erased; it waits for the clock, and for nobody else.
    ERASE = "ERASE"


# The bucket.

CLIPS_PREFIX: Final = "clips/"
FILES_PREFIX: Final = "files/"
TAGGED_PREFIX: Final = "tagged/"

# The secrets.


class Secret(StrEnum):
    """A secret of ours; its full name begins with the deployment's prefix and a slash."""

    CALLBACK = "callback"
    PEPPER = "pepper"
    # What webhooks are signed with is derived from it: another value is another secret for all.
    WEBHOOKS = "webhooks"


PROVIDERS: Final = ("infery", "apiin", "apikley", "sunoapi", "stratizon")


# What providers sign their callbacks with, `{provider: key}`; prefix as above. Empty as long as no
# provider is expected to.
WEBHOOK_KEYS: Final = "webhook-keys"


def provider_secret(provider: str) -> str:
    """Name the secret that holds a provider's API key, `{"api_key": "…"}`; prefix as above."""
    return f"provider/{provider}"


# The bus.

EVENT_SOURCE: Final = "cliphook"
ORDER_SOURCE: Final = "cliphook.internal"


class Order(StrEnum):
    """A work order's detail-type: an event of ours that only our own queues hear."""

    DISPATCH = "dispatch.due"
    POLL = "poll.due"
    ARCHIVE = "archive.due"


class Letters(StrEnum):
    """Where messages end that nobody could handle: queues, by their names in a deployment."""

    DISPATCH = "dispatch-dead"
    POLL = "poll-dead"
    ARCHIVE = "archive-dead"
    DELIVER = "deliver-dead"
    UNDELIVERED = "undelivered"
    UNPUBLISHED = "unpublished"


# The metrics that an alarm watches.

QUARANTINED_CALLBACKS: Final = "QuarantinedCallbacks"
LEDGER_DISCREPANCIES: Final = "LedgerDiscrepancies"
PARKED_EVENTS: Final = "ParkedEvents"
PUT_OFF_JOBS: Final = "PutOffJobs"
FULL_BACKLOGS: Final = "FullBacklogs"
DISABLED_ENDPOINTS: Final = "DisabledEndpoints"
REMINDED_DELIVERIES: Final = "RemindedDeliveries"
STUCK: Final = "Stuck"
OLDEST_UNSENT: Final = "OldestUnsentSeconds"
OLDEST_DUE: Final = "OldestDueSeconds"
FAILED_ERASURES: Final = "FailedErasures"
HOURS_LEFT: Final = "ProviderHoursLeft"
# A weekend and the working day after it: with less than that somebody is to be told.
LEAVING_H: Final = 72
