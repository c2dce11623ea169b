"""
The facts of Stratizon, and what its one published page leaves open, each as a setting.

Reference: the published page "Music generation". It names endpoints, fields, models, prices and
the rule of debit and refund. Every word of a body beyond that is assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from local.simulators.scenario import Refusal

PROVIDER: Final = "stratizon"
CREDITS_PER_USD: Final = 1000

type StatusWords = Literal["succeeded", "completed", "success"]
type ClipUrlKey = Literal["audio_url", "url", "audio.url"]
type CreditsAs = Literal["string", "number"]
type RefundKeys = Literal["credits", "credits-and-usd", "none"]


@dataclass(frozen=True, slots=True)
class Model:
    """A model: its options' namespace, its price, how many clips it makes, and what it takes."""

    namespace: str
    credits: Decimal
    clips: int
    prompt_max: int
    lyrics_max: int
    title_max: int | None = None


MODELS: Final[Mapping[str, Model]] = {
    # Its limits are not published; these are those of the model itself, at other hosts.
    "suno-5.5": Model("suno", Decimal("80.0000"), 2, 5000, 5000, 100),
    "minimax-music-2.6": Model("minimax", Decimal("50.0000"), 1, 2000, 3500),
}


@dataclass(frozen=True, slots=True)
class StratizonSwitches:
    """What the page does not say."""

    status_words: StatusWords = "succeeded"
    """The words of a task's status; two of the sets say cancelled with two l."""
    auth_scheme: Literal["bearer", "raw", "x-api-key"] = "bearer"
    """How a key is shown: Authorization with or without Bearer, or X-API-Key."""
    error_shape: Literal["nested", "flat", "text"] = "nested"
    """An error below error, at the top, or only its message."""
    credits_as: CreditsAs = "string"
    """How credits are written; a string has four decimals."""
    clip_url_key: ClipUrlKey = "audio_url"
    """Where a clip has its link."""
    refund_keys: RefundKeys = "credits"
    """What a lost task says of its refund; it is made in any case."""
    upload_field: Literal["file", "audio"] = "file"
    """The field of the form that an upload is in."""
    namespace_error_status: Literal[400, 422] = 422
    """How options of a namespace that nobody knows are refused."""
    echo_metadata: bool = True
    """Whether a task shows the metadata it was created with."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Why a request is refused: HTTP status, code and message."""

    status: int
    code: str
    message: str


REFUSALS: Final[Mapping[Refusal, Verdict]] = {
    Refusal.INVALID: Verdict(422, "invalid_request", "The request is invalid."),
    Refusal.UNAUTHORIZED: Verdict(401, "unauthorized", "The API key is missing or wrong."),
    Refusal.CREDITS: Verdict(402, "insufficient_credits", "The wallet has too few credits."),
    Refusal.NOT_FOUND: Verdict(404, "not_found", "There is nothing here."),
    Refusal.RATE: Verdict(429, "rate_limited", "Too many requests."),
    Refusal.TOO_LONG: Verdict(413, "too_large", "The request is too large."),
    Refusal.MAINTENANCE: Verdict(503, "maintenance", "The service is under maintenance."),
    Refusal.SERVER: Verdict(500, "internal_error", "Something went wrong."),
}


class Failure(StrEnum):
    """Why an accepted task fails, in the words of its error code."""

    UPSTREAM = "upstream_failed"
    POLICY = "content_policy_violation"
    TIMEOUT = "timeout"
    REFERENCE = "reference_audio_unavailable"


FAILURES: Final[Mapping[Failure, str]] = {
    Failure.UPSTREAM: "Generation failed",
    Failure.POLICY: "The prompt or the lyrics break the content policy",
    Failure.TIMEOUT: "Generation took too long",
    Failure.REFERENCE: "The reference audio could not be downloaded",
}
