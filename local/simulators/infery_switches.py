"""What only infery's simulator can be told: its page contradicts itself, so that is a choice."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

INLINE_BYTES_MAX: Final = 200 * 1024 * 1024

_SPANS: Final[Mapping[str, tuple[int, int]]] = {
    "inline_bytes": (1, INLINE_BYTES_MAX),
    "n_items": (1, 100),
    "sync_delay_s": (0, 3_600),
    "requests_per_minute": (0, 1_000_000),
}

type Mode = Literal["sync", "async_prose", "async_schema"]
type Word = Literal["succeeded", "completed"]


@dataclass(frozen=True, slots=True)
class InferySwitches:
    """The settings of a simulator of infery. Left as they are, the schema of its page is right."""

    mode: Mode = "sync"
    """Whether a create is answered with the music, or with a job, and in whose words."""
    status_vocab: Word | None = None
    """What a finished job is called; None is the word of the mode: its prose says completed."""
    accepted_http: Literal[200, 202] = 200
    """The HTTP status of an accepted job."""
    sync_delay_s: float | None = None
    """Published seconds until a sync answer; None is when an async job would be complete."""
    n_items: int | None = None
    """How many results there are; None is as many as the model makes. Stems are not counted."""
    fallback_b64: bool = False
    """Bring all audio inside the answer, as when the storage fails."""
    inline_bytes: int | None = None
    """How large inline audio is: its music is repeated. None is one time through."""
    escaped_slashes: bool = False
    """Write each slash of inline audio as some JSON libraries do."""
    extra_ids: bool = False
    """Let items carry id, audio_id and task_id, which nobody documents and chaining needs."""
    known_sources: bool = False
    """Refuse an audio_id or task_id that no answer of this simulator could have carried."""
    emit_fallback_headers: bool = True
    """Number every answer by a header, and say what it cost and which model worked."""
    accept_raw_key: bool = False
    """Take a key without Bearer, as the generated example sends it."""
    prose_words: bool = False
    """Take the prose's male, female and none for a voice as well."""
    strict_operation_fields: bool = True
    """Refuse an operation without the fields it needs, or with another operation's."""
    upstream_operation_fields: bool = False
    """Need what the provider behind this one needs as well."""
    charge_failures: bool = False
    """Keep the price of a job that fails; who is right is not published."""
    requests_per_minute: int = 600
    """How many requests a key may make; the number is not published. 0 is no limit."""

    def __post_init__(self) -> None:
        """Refuse numbers that nobody could want."""
        for name, (low, high) in _SPANS.items():
            number = getattr(self, name)
            if number is not None and not low <= number <= high:
                raise ValueError(f"{name} must be from {low} to {high}")
