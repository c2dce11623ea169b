"""How endpoints are asked for, strictly, and shown: what is not listed here is not shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from cliphook.adapters.address_guard import URL_MAX
from cliphook.adapters.documents import write_time
from cliphook.adapters.json_body import field_errors, read_object
from cliphook.adapters.request_body import Legible
from cliphook.application.keep_endpoint import Wishes
from cliphook.domain.delivery import KEPT, Delivery
from cliphook.domain.endpoint import (
    DESCRIPTION_MAX,
    FILTERS,
    OVERLAP,
    OVERLAP_MAX,
    Endpoint,
    EndpointStatus,
)
from cliphook.domain.errors import FieldError, InvalidRequestError

_HOUR_S: Final = 3_600


def _filter(text: str) -> str:
    if text not in FILTERS:
        message = f"is one of {', '.join(FILTERS)}"
        raise ValueError(message)
    return text


Url = Annotated[str, StringConstraints(min_length=1, max_length=URL_MAX), Legible]
Filters = Annotated[
    list[Annotated[str, AfterValidator(_filter)]],
    Field(min_length=1, max_length=len(FILTERS)),
]
Description = Annotated[str, StringConstraints(max_length=DESCRIPTION_MAX), Legible]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class _NewBody(_Body):
    url: Url
    events: Filters = ["*"]
    description: Description = ""


class _ChangeBody(_Body):
    url: Url | None = None
    events: Filters | None = None
    description: Description | None = None
    status: Annotated[EndpointStatus, Field(strict=False)] | None = None


class _RotationBody(_Body):
    overlap_hours: Annotated[int, Field(ge=0, le=OVERLAP_MAX.total_seconds() // _HOUR_S)] = int(
        OVERLAP.total_seconds() // _HOUR_S
    )


class _ReplayBody(_Body):
    since: Annotated[AwareDatetime, Field(strict=False)]
    until: Annotated[AwareDatetime, Field(strict=False)] | None = None


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """What a client wants for a new endpoint."""

    url: str
    events: tuple[str, ...]
    description: str


def read_endpoint(body: bytes) -> NewEndpoint:
    """Read a new endpoint; raises `InvalidRequestError` with every wrong field."""
    read = _read(_NewBody, body)
    return NewEndpoint(read.url, tuple(dict.fromkeys(read.events)), read.description)


def read_wishes(body: bytes) -> Wishes:
    """Read what is to be changed of an endpoint; raises as above."""
    read = _read(_ChangeBody, body)
    events = None if read.events is None else tuple(dict.fromkeys(read.events))
    return Wishes(read.url, events, read.description, read.status)


def read_overlap(body: bytes) -> timedelta:
    """Read for how long the secret before goes on signing; a day, if nothing is said."""
    return timedelta(hours=_read(_RotationBody, body or b"{}").overlap_hours)


def read_span(body: bytes, now: datetime) -> tuple[datetime, datetime]:
    """Read which time is to be replayed, up to now if no end is said; raises as above."""
    read = _read(_ReplayBody, body)
    since, until = read.since.astimezone(UTC), (read.until or now).astimezone(UTC)
    if since >= until:
        raise InvalidRequestError(FieldError("since", "is before until, and in the past"))
    return max(since, now - KEPT), min(until, now)


def show_endpoint(endpoint: Endpoint) -> Mapping[str, object]:
    """Write an endpoint, without its secret."""
    return {
        "id": endpoint.id,
        "url": endpoint.url,
        "events": list(endpoint.events),
        "description": endpoint.description,
        "status": endpoint.status,
        "disabled_reason": endpoint.disabled_reason,
        "disabled_at": _time(endpoint.disabled_at),
        "failing_since": _time(endpoint.failing_since),
        "retired_secrets_end_at": [write_time(one.ends_at) for one in endpoint.retired],
        "created_at": write_time(endpoint.created_at),
    }


def show_delivery(delivery: Delivery) -> Mapping[str, object]:
    """Write a delivery and its log, without what was delivered."""
    return {
        "id": delivery.id,
        "event_id": delivery.event_id,
        "event_type": delivery.event_type,
        "endpoint_id": delivery.endpoint_id,
        "job_id": delivery.job_id,
        "status": delivery.status,
        "reason": delivery.reason,
        "attempts": [
            {
                "at": write_time(attempt.at),
                "status": attempt.status,
                "error": attempt.error,
                "answer": attempt.answer,
                "duration_ms": attempt.duration_ms,
            }
            for attempt in delivery.attempts
        ],
        "next_attempt_at": _time(delivery.next_attempt_at),
    }


def _time(at: datetime | None) -> str | None:
    return write_time(at) if at else None


def _read[B: _Body](kind: type[B], body: bytes) -> B:
    values: Mapping[str, Any] = read_object(body)
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        raise InvalidRequestError(*field_errors(error)) from error
