"""What only infery's simulator can be told: its page contradicts itself, so that is a choice."""

from dataclasses import dataclass
from typing import Final, Literal

INLINE_BYTES_MAX: Final = 200 * 1024 * 1024

type Mode = Literal["sync", "async_prose", "async_schema"]
type Word = Literal["succeeded", "completed"]


@dataclass(frozen=True, slots=True)
class InferySwitches:
    """The settings of a simulator of infery. Left as they are, the schema of its page is right."""

    mode: Mode = "sync"
    status_vocab: Word | None = None
    """What a finished job is called; None is the word of the mode: its prose says completed."""
    accepted_http: Literal[200, 202] = 200
    sync_delay_s: float | None = None
    """Published seconds until a sync answer; None is when an async job would be complete."""
    n_items: int | None = None
    """How many results there are; None is as many as the model makes. Stems are not counted."""
    fallback_b64: bool = False
    inline_bytes: int | None = None
    """How large inline audio is: its music is repeated. None is one time through."""
    escaped_slashes: bool = False
    """Write each slash of inline audio as some JSON libraries do."""
    extra_ids: bool = False
    """Let items carry id, audio_id and task_id, which nobody documents and chaining needs."""
    known_sources: bool = False
    """Refuse an audio_id or task_id that no answer of this simulator could have carried."""
    emit_fallback_headers: bool = True
    accept_raw_key: bool = False
    """Take a key without Bearer, as the generated example sends it."""
    prose_words: bool = False
    """Take the prose's male, female and none for a voice as well."""
    strict_operation_fields: bool = True
    """Refuse an operation without the fields it needs, or with another operation's."""
    upstream_operation_fields: bool = False
    """Need what the provider behind this one needs as well."""
    charge_failures: bool = False
    requests_per_minute: int = 600
    """How many requests a key may make; the number is not published. 0 is no limit."""

    def __post_init__(self) -> None:
        """Refuse a size that nobody could want."""
        if self.inline_bytes is not None and not 0 < self.inline_bytes <= INLINE_BYTES_MAX:
            raise ValueError(f"inline_bytes must be 1 to {INLINE_BYTES_MAX}")
