"""What differs between deployments, one row each; everything else is the same everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final


class Storage(StrEnum):
    """Where S3 may keep clips that are seldom heard: classes that answer at once, and no others."""

    INTELLIGENT_TIERING = "INTELLIGENT_TIERING"
    # Cheaper for what nobody hears, and every time that somebody does, that costs.
    INFREQUENT_ACCESS = "STANDARD_IA"


@dataclass(frozen=True, slots=True)
class Tier:
    """The class to which clips go, and after how many days."""

    storage: Storage
    after_days: int


@dataclass(frozen=True, slots=True)
class Subscribers:
    """Who besides the deployment's own account may put rules on the bus."""

    # Their numbers, and the id of an organisation (`o-…`) all accounts of which may.
    accounts: tuple[str, ...] = ()
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class Deployment:
    """One row: what a deployment's functions are told, and how its resources are kept."""

    name: str
    poll_first_s: int
    # The first poll of a provider that does not call back, and the measure of those after it.
    polled_first_s: int
    job_deadline_s: int
    unknown_deadline_s: int
    archive_retry_s: tuple[int, ...]
    # The platform of the vendor layer's wheels; None is the machine that synthesizes.
    wheels: str | None
    # Table, bucket, key and secrets are kept when a stack goes, and the table cannot be deleted.
    lasting: bool
    # Set aside for callbacks alone. A new account's Lambda quota is too small to spare any.
    callback_concurrency: int | None = None
    throttle_factor: int = 1
    # How many batches of webhooks are delivered at a time, ten messages each.
    deliver_concurrency: int = 50
    # Whether audio may be fetched from 127.0.0.0/8, where the simulators are.
    fetch_loopback: bool = False
    # What making music costs, in credits; the parameter Prices stands in its place.
    prices: Mapping[str, str] = field(default_factory=dict)
    # What an account may spend at a provider in a day; the parameter DailyCaps stands in its place.
    daily_caps: Mapping[str, str] = field(default_factory=dict)
    # Where clips go with the time; none: they stay where they are.
    clip_tier: Tier | None = None
    # After how many days S3 deletes clips, and the API leads to nothing; none: never.
    clip_expiry_days: int | None = None
    subscribers: Subscribers = Subscribers()
    # Whether EventBridge's schema registry is there to be told what events look like.
    schema_registry: bool = True

    def named(self, name: str) -> str:
        """Name a resource of this deployment."""
        return f"cliphook-{self.name}-{name}"


# The runtime of Python 3.13 is Amazon Linux 2023, with glibc 2.34.
LAMBDA_WHEELS: Final = "aarch64-manylinux_2_28"

# Near to what the providers themselves ask, so that a choice by price has something to choose from.
LOCAL_PRICES: Final = {
    "sunoapi": "10.0000",
    "apikley": "10.0000",
    "apiin": "12.0000",
    "infery": "18.0000",
    "stratizon/suno-5.5": "80.0000",
    "stratizon/minimax-music-2.6": "50.0000",
    "sunoapi/*/lyrics": "0.4000",
    "apikley/*/lyrics": "0.4000",
    "infery/*/lyrics": "1.0000",
}

_ROWS: Final = (
    Deployment(
        name="local",
        poll_first_s=20,
        polled_first_s=2,
        job_deadline_s=600,
        unknown_deadline_s=300,
        archive_retry_s=(1, 2, 4),
        wheels=None,
        lasting=False,
        throttle_factor=10,
        # Fifty processes would take from the embedded AWS what it needs to answer them.
        deliver_concurrency=20,
        fetch_loopback=True,
        prices=LOCAL_PRICES,
        # The embedded AWS has none.
        schema_registry=False,
    ),
    Deployment(
        name="dev",
        poll_first_s=90,
        polled_first_s=10,
        job_deadline_s=7200,
        unknown_deadline_s=3600,
        archive_retry_s=(2, 5, 15, 30, 60, 300, 900),
        wheels=LAMBDA_WHEELS,
        lasting=False,
    ),
    Deployment(
        name="prod",
        poll_first_s=90,
        polled_first_s=10,
        job_deadline_s=7200,
        unknown_deadline_s=3600,
        archive_retry_s=(2, 5, 15, 30, 60, 300, 900),
        wheels=LAMBDA_WHEELS,
        lasting=True,
        callback_concurrency=50,
        # Links keep working, and nothing is paid for hearing: what is not heard for a month costs
        # less than half.
        clip_tier=Tier(Storage.INTELLIGENT_TIERING, after_days=30),
    ),
)

DEPLOYMENTS: Final[Mapping[str, Deployment]] = {row.name: row for row in _ROWS}
