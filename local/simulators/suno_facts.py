"""What differs between two providers of the suno format: the shape of a row."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from local.simulators.scenario import Refusal


class Failure(StrEnum):
    """Why an accepted task fails later, in our words."""

    GENERATION = "generation"
    POLICY = "policy"
    SERVER = "server"
    TIMEOUT = "timeout"
    EXISTING_WORK = "existing-work"
    DOWNLOAD = "download"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A body code and its message."""

    code: int
    msg: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model: how many characters (code points) it takes, and what it is called upstream."""

    upstream: str
    prompt_max: int
    style_max: int
    title_max: int


@dataclass(frozen=True, slots=True)
class Facts:
    """One provider of the suno format."""

    provider: str
    says: str
    """Whom it simulates, and after which documents."""
    models: Mapping[str, Model]
    required: tuple[str, ...]
    persona_models: frozenset[str]
    """The models that take personaModel; empty where the field is not documented."""
    refusals: Mapping[Refusal, Verdict]
    failures: Mapping[Failure, Verdict]
    credit_path: str
    source_keys: bool
    generating: bool
    """Whether polls are known to say GENERATING between PENDING and TEXT_SUCCESS."""
    too_fast: Refusal
    """How a create or a poll too many is refused."""
    lyrics_id_key: str = "task_id"
    lyrics_error_key: str = "error_message"
    """What a callback of texts calls a task's id, and what is wrong with a text."""
    plain_prompt_max: int = 500
    price: float = 12.0
