"""How work flows to the functions behind the bus: each one's time, batches, tries and patience."""

from dataclasses import dataclass
from typing import Final

from cliphook.adapters import schema

# AWS asks for six times the consumer's time limit: throttled deliveries take from it too.
VISIBILITY_FACTOR: Final = 6

# As often and as long as EventBridge can be told to try.
RULE_RETRIES_MAX: Final = 185
RULE_RETRY_HOURS: Final = 24

# How the table's stream is read: left to its defaults a poison record would stop its shard for a
# day and be lost then.
STREAM_BATCH: Final = 100
STREAM_RETRIES_MAX: Final = 8
STREAM_AGE_MAX_S: Final = 3600
EVENT_ROWS: Final = {
    "eventName": ["INSERT"],
    "dynamodb": {"NewImage": {schema.ENTITY: {"S": [schema.Entity.EVENT.value]}}},
}

PUBLISH_S: Final = 60
SWEEP_S: Final = 55
OPERATOR_S: Final = 60
ERASE_S: Final = 55
# Every entry of every account is read.
AUDIT_S: Final = 900


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often the clock starts a function, and for how long a start that fails is made up for."""

    every_minutes: int
    # How often EventBridge tries to hand a start over, and how often Lambda runs one again.
    tries_max: int
    runs_again_max: int
    patience_s: int


# The next start is near, so hardly any is made up for.
EACH_MINUTE: Final = Rhythm(every_minutes=1, tries_max=2, runs_again_max=0, patience_s=60)
EACH_DAY: Final = Rhythm(
    every_minutes=24 * 60, tries_max=RULE_RETRIES_MAX, runs_again_max=2, patience_s=6 * 3600
)


@dataclass(frozen=True, slots=True)
class Worker:
    """One row: a function that lives on a queue of work orders."""

    name: str
    order: schema.Order
    timeout_s: int
    memory_mb: int
    batch: int
    concurrency: int
    storage_mb: int
    # How long an order may wait, its own due time included, before somebody should look.
    oldest_s: int


# Room for sixteen files of 200 MiB, which is what one answer may bring inline.
AUDIO_MB: Final = 4096
# Room for the largest download, and for one that an invocation left which was killed.
DOWNLOADS_MB: Final = 1280

WORKERS: Final = (
    # A submission may be answered with the music itself, which takes minutes and many bytes.
    Worker(
        "dispatch",
        schema.Order.DISPATCH,
        timeout_s=900,
        memory_mb=1024,
        batch=1,
        # Room for as many long submissions as every provider may have, and for short ones besides.
        concurrency=250,
        storage_mb=AUDIO_MB,
        oldest_s=900,
    ),
    Worker(
        "poll",
        schema.Order.POLL,
        timeout_s=120,
        memory_mb=512,
        # One that hangs or dies keeps no other waiting with it.
        batch=1,
        concurrency=50,
        storage_mb=AUDIO_MB,
        oldest_s=3600,
    ),
    Worker(
        "archive",
        schema.Order.ARCHIVE,
        # The sum of what its parts may take, which a test adds up, and some more.
        timeout_s=420,
        memory_mb=1024,
        batch=1,
        concurrency=20,
        storage_mb=DOWNLOADS_MB,
        oldest_s=3600,
    ),
)

DELIVER: Final = "deliver"
# One attempt, its fifteen seconds and what is written of it.
DELIVER_S: Final = 30
# The messages of a batch are worked off at the same time, so none is behind another.
DELIVER_BATCH: Final = 10
# A message is an event, an attempt or a replay; what waits for long is no message in the meantime.
DELIVER_OLDEST_S: Final = 900
# What webhooks are told of: all that is announced of jobs and clips, and nothing else.
ANNOUNCED_PREFIXES: Final = ("job.", "clip.")

# An order that comes before its time is received once more, so this is above the usual five.
RECEIVES_MAX: Final = 8
