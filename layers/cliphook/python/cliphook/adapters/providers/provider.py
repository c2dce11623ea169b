"""The shape of a provider's row: facts and pure translations, and nothing that acts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from cliphook.domain.companion import Made, Part
from cliphook.domain.errors import FieldError
from cliphook.domain.gate import Rate
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import Failure, Progress, Word
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage


class Arrival(StrEnum):
    """How music comes from a provider: it calls back, it is asked, or its answer is the music."""

    PUSH = "push"
    POLL = "poll"
    BLOCK = "block"


class Callbacks(StrEnum):
    """Whether a submission has a place for a callback's address."""

    NONE = "none"
    OPTIONAL = "optional"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that goes to a provider before the submission, as a form's one field."""

    path: str
    form_field: str


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request to a provider; `path` begins with a slash and follows its base URL."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, object] | None = None
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Material:
    """
    What a submission starts from, ready for a provider.

    Of an earlier clip it has the provider's own ids, as far as they are known. `url` leads to
    the audio and lives for days; `artifact_id` is set where the file was uploaded first.
    """

    task_id: str | None = None
    provider_clip_id: str | None = None
    index: int = 0
    url: str | None = None
    artifact_id: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture in base64."""

    mime_type: str
    data: str


@dataclass(frozen=True, slots=True)
class Submission:
    """Everything that a page needs to write a submission; `reference` names job and attempt."""

    request: MusicRequest
    model: str
    callback_url: str
    reference: str
    material: Material | None = None
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """The provider took the job and gave it this id."""

    task_id: str


@dataclass(frozen=True, slots=True)
class Finished:
    """The provider did the job at once: its answer says how it ended."""

    word: Progress | Failure


@dataclass(frozen=True, slots=True)
class Declined:
    """The provider said no; `may_retry` if it says no only for now."""

    error: JobError
    may_retry: bool


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The provider may have taken the job, or not."""

    error: JobError


@dataclass(frozen=True, slots=True)
class Refusal:
    """What one of a provider's codes means for a submission."""

    code: FailureCode
    message: str
    may_retry: bool = False


type Creation = Taken | Finished | Declined | Doubtful


@dataclass(frozen=True, slots=True)
class Model:
    """
    A model of a provider.

    `family` is what we call it wherever it is offered. `abilities` maps each operation to the
    request's fields that it can honour, as `asked_fields` names them. `limits` says how many
    characters (code points) a text may have; `clips` how many a job gives, where that is known.
    """

    family: str
    abilities: Mapping[Operation, frozenset[str]]
    limits: Mapping[str, int] = field(default_factory=dict[str, int])
    clips: int | None = None


# What the least generous of them documents, for those that are silent.
KEPT_DAYS_LEAST: Final = 7


@dataclass(frozen=True, slots=True)
class Facts:
    """
    What a provider documents of itself, or what we assume where it is silent.

    Times are in the provider's own seconds and days; `None` is not known, and an empty
    `audio_hosts` is any public one. `lookup` says whether a task can be asked about by its id.
    The operator's key goes into `key_header`, after `key_scheme` where there is one.
    """

    arrival: Arrival
    callbacks: Callbacks
    stages: frozenset[Stage]
    id_field_submit: str | None
    id_field_callback: str | None
    lookup: bool = True
    idempotency_header: str | None = None
    client_reference: str | None = None
    callback_signature: str | None = None
    inline_audio: bool = False
    file_retention_days: int | None = None
    url_expiry_days: int | None = None
    callback_timeout_s: int | None = None
    callback_retries_s: tuple[int, ...] = ()
    poll_gap_s: int = 5
    # A client waits 25 s, of which the connection may take three and the table three.
    answer_max_s: int = 17
    runtime_max_s: int = 3600
    rate: Rate | None = None
    upload: Upload | None = None
    key_header: str = "Authorization"
    key_scheme: str = "Bearer"
    audio_hosts: tuple[str, ...] = ()

    @property
    def kept_days(self) -> int:
        """Tell how long music can surely be had from it: as it documents, or as the least does."""
        told = (self.file_retention_days, self.url_expiry_days)
        return min((days for days in told if days is not None), default=KEPT_DAYS_LEAST)


@dataclass(frozen=True, slots=True)
class Recipe:
    """
    How a part is come by that a provider makes of a clip it has delivered, and is paid for.

    `write_ask` is told the task, the clip and an address for callbacks. What takes its time is
    looked for. The readers raise `UnansweredPollError`, and nothing else.
    """

    write_ask: Callable[[str, str, str], Call]
    read_asked: Callable[[bytes], Made]
    write_look: Callable[[str], Call] | None = None
    read_look: Callable[[str, bytes], Made] | None = None


@dataclass(frozen=True, slots=True)
class Provider:
    """
    A provider, as its page says it.

    `base_url` is `None` where none is published, so that an operator has to name it. `models`
    are in the provider's own names, the preferred one first. `refusals` and `failures` say what
    its codes mean to us. `check` names every broken rule of a request for one model. The readers
    are total: they raise `UnreadableReportError` (callbacks) or `UnansweredPollError` (polls)
    and nothing else; `read_created` raises nothing. A link that begins with `inline:` stands for
    audio which came inside the body and lies beside it. `recipes` are the parts beside the audio
    that an operator wants to be made.
    """

    name: str
    base_url: str | None
    facts: Facts
    models: Mapping[str, Model]
    refusals: Mapping[int, Refusal]
    failures: Mapping[int, FailureCode]
    check: Callable[[MusicRequest, str], tuple[FieldError, ...]]
    write_create: Callable[[Submission], Call]
    read_created: Callable[[int, bytes, Operation], Creation]
    write_poll: Callable[[str, Operation], Call]
    read_polled: Callable[[bytes, Operation], Word]
    read_callback: Callable[[bytes], Word]
    read_uploaded: Callable[[int, bytes], str | None] | None = None
    check_source: Callable[[Material, Operation], FieldError | None] | None = None
    recipes: Mapping[Part, Recipe] = field(default_factory=dict[Part, Recipe])
