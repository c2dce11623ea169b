"""The shape of a provider's row: facts and pure translations, and nothing that acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cliphook.domain.errors import FieldError
from cliphook.domain.job import JobError
from cliphook.domain.report import Word
from cliphook.domain.request import MusicRequest, Operation


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to a provider; `path` begins with a slash and follows its base URL."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider took the job and gave it this id."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider said no; `may_retry` if it says no only for now."""

    error: JobError
    may_retry: bool


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The provider may have taken the job, or not."""

    error: JobError


type Creation = Taken | Declined | Doubtful


@dataclass(frozen=True, slots=True)
class Provider:
    """
    A provider, as its page says it.

    `models` maps the provider's model names to our families, the preferred one first. `fields`
    are those of a request which it can honour at all. `check` names every broken rule of a
    request for one model. The readers are total: they raise `UnreadableReportError` (callbacks)
    or `UnansweredPollError` (polls) and nothing else.
    """

    name: str
    base_url: str
    models: Mapping[str, str]
    operations: frozenset[Operation]
    fields: frozenset[str]
    check: Callable[[MusicRequest, str], tuple[FieldError, ...]]
    write_create: Callable[[MusicRequest, str, str], Call]
    read_created: Callable[[int, bytes], Creation]
    write_poll: Callable[[str], Call]
    read_polled: Callable[[bytes], Word]
    read_callback: Callable[[bytes], Word]
