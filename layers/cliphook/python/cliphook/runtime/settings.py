"""What each function is told by its environment; nothing else reads `os.environ`."""

import os
import re
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Json,
    PositiveInt,
)

from cliphook.adapters.amounts import Limit, Price
from cliphook.adapters.schema import PROVIDERS
from cliphook.domain.request import Operation

_PRICED: Final = re.compile(
    rf"({'|'.join(PROVIDERS)})(/[^/*\s]+|/(\*|[^/*\s]+)/({'|'.join(Operation)}))?", re.ASCII
)


def _without_slash(url: str) -> str:
    return url.rstrip("/")


def _parts(text: object) -> object:
    return text.split(",") if isinstance(text, str) else text


def _priced(name: str) -> str:
    """Refuse a name that no job ever looks up: what it was meant for would cost nothing."""
    if not _PRICED.fullmatch(name):
        message = "a price stands for provider[/model[/operation]], where a model may be *"
        raise ValueError(message)
    return name


def _capped(name: str) -> str:
    if name not in PROVIDERS:
        message = f"a daily cap stands for one of {', '.join(PROVIDERS)}"
        raise ValueError(message)
    return name


BaseUrl = Annotated[str, Field(pattern="^https?://"), AfterValidator(_without_slash)]
Seconds = Annotated[tuple[PositiveInt, ...], BeforeValidator(_parts)]
PriceTable = Json[dict[Annotated[str, AfterValidator(_priced)], Price]]
CapTable = Json[dict[Annotated[str, AfterValidator(_capped)], Limit]]


class FunctionSettings(BaseModel):
    """What every function is told. A missing name stops the cold start, not a request."""

    # The environment also holds the role's keys: an error must not quote it.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    DEPLOYMENT: str
    TABLE_NAME: str

    @classmethod
    def from_environment(cls) -> Self:
        """Read the process's environment."""
        return cls.model_validate(dict(os.environ))


class ProviderSettings(FunctionSettings):
    """Whoever speaks to providers: their addresses, what is assumed of them, and what they need."""

    PUBLIC_URL: BaseUrl
    PROVIDER_URLS: Json[dict[str, BaseUrl]]
    PROVIDER_SETTINGS: Json[dict[str, dict[str, Any]]]
    SECRETS_PREFIX: str
    BUCKET_NAME: str


class SubmitSettings(ProviderSettings):
    """POST /v1/jobs: prices and caps, the job's time limits, and where its source may be from."""

    PRICES: PriceTable
    DAILY_CAPS: CapTable
    FETCH_LOOPBACK: bool
    POLL_FIRST_S: PositiveInt
    POLLED_FIRST_S: PositiveInt
    JOB_DEADLINE_S: PositiveInt
    UNKNOWN_DEADLINE_S: PositiveInt


class CancelSettings(FunctionSettings):
    """POST /v1/jobs/{id}/cancel: where the pepper lies, and how a job's link begins."""

    SECRETS_PREFIX: str
    PUBLIC_URL: BaseUrl


class KeyedSettings(FunctionSettings):
    """Deleting, the feed and billing: where the API keys' pepper lies."""

    SECRETS_PREFIX: str


class CallbackSettings(FunctionSettings):
    """POST /callbacks/…: where the secrets lie, and what is assumed of the providers."""

    SECRETS_PREFIX: str
    PROVIDER_SETTINGS: Json[dict[str, dict[str, Any]]]


class QuerySettings(FunctionSettings):
    """GET /v1/jobs…: how a link to a job begins."""

    SECRETS_PREFIX: str
    PUBLIC_URL: BaseUrl


class ClipsSettings(FunctionSettings):
    """GET /v1/clips…: where the clips lie and how a link to them begins."""

    SECRETS_PREFIX: str
    BUCKET_NAME: str
    PUBLIC_URL: BaseUrl


class TaggedSettings(FunctionSettings):
    """GET /v1/clips/{id}/tagged: where the clips lie, and the copies of them."""

    SECRETS_PREFIX: str
    BUCKET_NAME: str


class CatalogueSettings(FunctionSettings):
    """GET /v1/providers and /v1/models: which providers there are, and what making costs."""

    SECRETS_PREFIX: str
    PROVIDER_URLS: Json[dict[str, BaseUrl]]
    PROVIDER_SETTINGS: Json[dict[str, dict[str, Any]]]
    PRICES: PriceTable


class FilesSettings(FunctionSettings):
    """POST and GET /v1/files…: the bucket into which files are uploaded."""

    SECRETS_PREFIX: str
    BUCKET_NAME: str


class SourceSettings(FunctionSettings):
    """GET /sources/…: where the tickets' secret lies, and the bucket that they open."""

    SECRETS_PREFIX: str
    BUCKET_NAME: str


class WebhookSettings(FunctionSettings):
    """Webhooks: where they may go, what signs them, and the queue that sends them."""

    SECRETS_PREFIX: str
    PUBLIC_URL: BaseUrl
    FETCH_LOOPBACK: bool
    DELIVER_QUEUE_URL: str


class OperatorSettings(FunctionSettings):
    """Direct invocation: where the pepper and every queue lie, what is assumed of whom, the bus."""

    SECRETS_PREFIX: str
    QUEUE_URLS: Json[dict[str, str]]
    PROVIDER_SETTINGS: Json[dict[str, dict[str, Any]]]
    BUS_ARN: str
    ARCHIVE_ARN: str


class PublishSettings(FunctionSettings):
    """The table's stream: the bus to tell."""

    BUS_NAME: str


class DispatchSettings(ProviderSettings):
    """The dispatch queue: providers, and the queue to put an early order back into."""

    DISPATCH_QUEUE_URL: str


class PollSettings(ProviderSettings):
    """The poll queue: providers, and the queue to put an early order back into."""

    POLL_QUEUE_URL: str


class ArchiveSettings(FunctionSettings):
    """The archive queue: the bucket, whose hosts are trusted, and the waits between tries."""

    BUCKET_NAME: str
    FETCH_LOOPBACK: bool
    PROVIDER_SETTINGS: Json[dict[str, dict[str, Any]]]
    ARCHIVE_QUEUE_URL: str
    ARCHIVE_RETRY_S: Seconds


class SweepSettings(FunctionSettings):
    """The schedule: the bus that overdue work is announced on."""

    BUS_NAME: str


class EraseSettings(FunctionSettings):
    """The schedule: the bucket out of which deleted clips and files are erased."""

    BUCKET_NAME: str


class AuditSettings(FunctionSettings):
    """The daily audit: the table is all that it needs."""


ENVIRONMENT: Final[Mapping[str, type[FunctionSettings]]] = {
    "submit": SubmitSettings,
    "cancel": CancelSettings,
    "delete": KeyedSettings,
    "callback": CallbackSettings,
    "query": QuerySettings,
    "feed": KeyedSettings,
    "clips": ClipsSettings,
    "tagged": TaggedSettings,
    "catalogue": CatalogueSettings,
    "billing": KeyedSettings,
    "files": FilesSettings,
    "source": SourceSettings,
    "endpoints": WebhookSettings,
    "operator": OperatorSettings,
    "publish": PublishSettings,
    "dispatch": DispatchSettings,
    "poll": PollSettings,
    "archive": ArchiveSettings,
    "deliver": WebhookSettings,
    "sweep": SweepSettings,
    "audit": AuditSettings,
    "erase": EraseSettings,
}
