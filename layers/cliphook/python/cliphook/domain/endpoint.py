"""An endpoint: where an account wants to be told of its events, and which of them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from cliphook.domain.event import ANNOUNCED
from cliphook.domain.ids import AccountId, EndpointId

ENDPOINTS_MAX: Final = 20
DESCRIPTION_MAX: Final = 256

OVERLAP: Final = timedelta(hours=24)
OVERLAP_MAX: Final = timedelta(days=7)
# So many replaced secrets sign beside the current one, and no more.
RETIRED_MAX: Final = 2

PING: Final = "endpoint.ping"

JOB_TYPES: Final = tuple(sorted(f"job.{status}" for status in ANNOUNCED))
CLIP_TYPES: Final = ("clip.archived", "clip.archive_failed", "clip.recovered")
ALL: Final = "*"
# What a filter may name: everything, one kind of thing, or a type.
FILTERS: Final = (ALL, "job.*", "clip.*", *JOB_TYPES, *CLIP_TYPES)


class EndpointStatus(StrEnum):
    """Whether an endpoint is told of events."""

    ACTIVE = "active"
    DISABLED = "disabled"


class Disabled(StrEnum):
    """Why an endpoint is told no more: by whom, or by what it answered."""

    OWNER = "owner"
    GONE = "gone"
    FAILING = "failing"


@dataclass(frozen=True, slots=True)
class Retired:
    """A secret that was replaced and still signs, until an instant."""

    version: int
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Endpoint:
    """
    An endpoint of an account.

    `failing_since` is a notice: it is there once every attempt of a whole day has failed, and
    gone with the next one that succeeds. `version` counts the row's changes.
    """

    id: EndpointId
    account_id: AccountId
    url: str
    events: tuple[str, ...]
    description: str
    created_at: datetime
    status: EndpointStatus = EndpointStatus.ACTIVE
    disabled_reason: Disabled | None = None
    disabled_at: datetime | None = None
    failing_since: datetime | None = None
    secret_version: int = 1
    retired: tuple[Retired, ...] = ()
    deleted_at: datetime | None = None
    version: int = 1

    @property
    def is_active(self) -> bool:
        """Whether it is told of events."""
        return self.status is EndpointStatus.ACTIVE and self.deleted_at is None

    def wants(self, event_type: str) -> bool:
        """Tell whether an event of that type is for it."""
        kind = f"{event_type.partition('.')[0]}.*"
        return not {ALL, kind, event_type}.isdisjoint(self.events)

    def signing_versions(self, now: datetime) -> tuple[int, ...]:
        """Name the secrets that sign now: the current one, then those that it replaced."""
        retired = (one.version for one in self.retired if now < one.ends_at)
        return (self.secret_version, *retired)


def rotate(endpoint: Endpoint, overlap: timedelta, now: datetime) -> Endpoint:
    """
    Give an endpoint a new secret.

    The one before goes on signing for the overlap, and of those before it the latest. Without an
    overlap nothing but the new one signs from now on, as for a secret that somebody else knows.
    """
    retired: tuple[Retired, ...] = ()
    if overlap:
        kept = (one for one in endpoint.retired if now < one.ends_at)
        retired = (Retired(endpoint.secret_version, now + overlap), *kept)[:RETIRED_MAX]
    return replace(
        endpoint,
        secret_version=endpoint.secret_version + 1,
        retired=retired,
        version=endpoint.version + 1,
    )


def disable(endpoint: Endpoint, reason: Disabled, now: datetime) -> Endpoint:
    """Tell an endpoint no more; the first reason stays."""
    if endpoint.status is EndpointStatus.DISABLED:
        return endpoint
    return replace(
        endpoint,
        status=EndpointStatus.DISABLED,
        disabled_reason=reason,
        disabled_at=now,
        version=endpoint.version + 1,
    )


def enable(endpoint: Endpoint) -> Endpoint:
    """Tell an endpoint again, and forget what was against it."""
    return replace(
        endpoint,
        status=EndpointStatus.ACTIVE,
        disabled_reason=None,
        disabled_at=None,
        failing_since=None,
        version=endpoint.version + 1,
    )


def notice(endpoint: Endpoint, failing_since: datetime | None) -> Endpoint:
    """Write down since when nothing but failures came of an endpoint, or that this is over."""
    if endpoint.failing_since == failing_since:
        return endpoint
    return replace(endpoint, failing_since=failing_since, version=endpoint.version + 1)


def remove(endpoint: Endpoint, now: datetime) -> Endpoint:
    """Delete an endpoint: what is still on its way to it is given up."""
    return replace(endpoint, deleted_at=now, version=endpoint.version + 1)
