"""What the documents of the suno format leave open, each as a setting."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class SunoSwitches:
    """The settings of a provider of the suno format."""

    prompt_always_required: bool = False
    """Insist on a prompt, as the schema of one page does, even where it is not used."""
    error_http: Literal["200", "mirror"] = "200"
    """The HTTP status of a refusal: always 200, or the code in its body."""
    text_variant: Literal["A", "B", "C"] = "A"
    """What a text callback has for tracks: the tracks, [] or null."""
    create_time: Literal["ms", "string"] = "ms"
    """How createTime is written: milliseconds, or a text without a zone."""
    source_keys: bool | None = None
    """Whether tracks carry source_* keys; None is as the provider documents it."""
