"""
What subscribers are told: the shape of an event's detail, and of what a webhook puts around it.

The published schemas and the description of the whole are written from these types, by
`make events`. What they promise holds for a version: within it a name may be added that an event
need not have, and nothing else. Anything else needs the next `EVENT_VERSION`.
"""

from typing import Annotated, Any, NotRequired, TypedDict

from pydantic import Field

from cliphook.domain.job import FailureCode
from cliphook.domain.request import Operation
from cliphook.domain.status import ClipStatus, Stage, Status

_PATH = Field(pattern="^/v1/", description="Below the API's own address.")

Instant = Annotated[str, Field(json_schema_extra={"format": "date-time"})]
Link = Annotated[str, _PATH]


def _id(prefix: str, description: str | None = None) -> Any:  # noqa: ANN401 - as pydantic has it
    ulid = "[0-9A-HJKMNP-TV-Z]{26}"
    return Field(pattern=f"^{prefix}_{ulid}$", description=description)


def _says(description: str) -> Any:  # noqa: ANN401 - as pydantic has it
    return Field(description=description)


class JobLinks(TypedDict):
    """Where the job is."""

    self: Link


class ClipLinks(TypedDict):
    """Where the clip is, and its audio."""

    self: Link
    audio: Link


class ThinError(TypedDict):
    """Why the job ended without its music, or with a part of it."""

    code: Annotated[str, Field(description="Ours, and stable.", examples=[*FailureCode])]
    provider_code: Annotated[str | None, _says("The provider's own.")]


class ThinJob(TypedDict):
    """The job as it was after the commit that the event tells of."""

    id: Annotated[str, _id("job")]
    status: Status
    stage: Annotated[Stage | None, _says("The furthest stage so far.")]
    done: Annotated[bool, _says("Nothing more will change.")]
    operation: Operation
    provider: str
    model: Annotated[str, _says("The provider's own name of the model.")]
    links: JobLinks
    error: NotRequired[ThinError]


class ThinClip(TypedDict):
    """One result of the job."""

    id: Annotated[str, _id("clip")]
    status: ClipStatus
    title: str | None
    duration_s: Annotated[float | None, Field(ge=0)]
    late: Annotated[bool, _says("It came after its job had ended.")]
    defects: Annotated[list[str], _says("What is wrong with its file; empty for a good one.")]
    reason: Annotated[str | None, _says("Why it could not be kept.")]
    links: ClipLinks


class Detail(TypedDict):
    """What is told of one event: on the bus as its detail, in a webhook as its data."""

    id: Annotated[str, _id("evt", "Stays the same when the event comes again.")]
    type: str
    version: int
    seq: Annotated[int, Field(ge=1, description="Counts the job's events from 1, without gaps.")]
    occurred_at: Instant
    account_id: Annotated[str, _id("acct")]
    job: ThinJob
    clips: list[ThinClip]


class PingDetail(TypedDict):
    """What the first delivery to an endpoint tells: that it is one."""

    id: Annotated[str, _id("evt", "Also the webhook-id.")]
    type: str
    occurred_at: Instant
    account_id: Annotated[str, _id("acct")]
    endpoint_id: Annotated[str, _id("ep")]
