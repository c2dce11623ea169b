"""
apikley: the suno format as docs.apikley.ru has it.

Reference: the provider's public pages (generate, extend, get-music-details), as of 2026-11.

Quirks: code 402 means that credits are used up and 429 that there were too many requests, as at
the format's origin. `prompt` is required even for instrumental music, where it may be empty.
"""

from typing import Final

from cliphook.adapters.providers import suno_row
from cliphook.adapters.providers.provider import Provider, Refusal
from cliphook.adapters.providers.suno_row import SunoPage, SunoSettings
from cliphook.domain.job import FailureCode
from cliphook.domain.request import Operation

# --- Facts

BASE_URL: Final = "https://api.apikley.ru"

FAMILIES: Final = {
    "V5": "suno-v5",
    "V4_5PLUS": "suno-v4.5-plus",
    "V4_5ALL": "suno-v4.5-all",
    "V4_5": "suno-v4.5",
    "V4": "suno-v4",
}

TITLE_MAX: Final = 80


# What its own pages describe, and what is published only where its text comes from.
PUBLISHED: Final = (Operation.GENERATE, Operation.EXTEND, Operation.LYRICS)
ASSUMED: Final = (
    Operation.COVER,
    Operation.EXTEND_UPLOAD,
    Operation.ADD_INSTRUMENTAL,
    Operation.ADD_VOCALS,
    Operation.SOUNDS,
    Operation.SEPARATE,
)


class Settings(SunoSettings):
    """What is assumed of this provider, and may be set."""

    assumed_operations: tuple[Operation, ...] = ASSUMED


_BUSY: Final = Refusal(
    FailureCode.RATE_LIMITED,
    "The provider takes no more requests at present.",
    may_retry=True,
)

# 403, 405, 413 and 415 are not in its own list, but mean the same wherever HTTP is spoken; 430 is
# what the sibling with the same text says when it is busy.
REFUSALS: Final = {
    400: Refusal(FailureCode.REJECTED, "The provider calls the request invalid."),
    401: Refusal(FailureCode.UNAUTHORIZED, "The provider does not accept the operator's key."),
    402: Refusal(FailureCode.OUT_OF_CREDIT, "The operator has no credit left at the provider."),
    403: Refusal(FailureCode.UNAUTHORIZED, "The provider does not let the operator in."),
    404: Refusal(FailureCode.REJECTED, "The provider has no such resource."),
    405: Refusal(FailureCode.REJECTED, "The provider has no such method."),
    409: Refusal(FailureCode.REJECTED, "The provider has such a record already."),
    413: Refusal(FailureCode.REJECTED, "The provider calls the request too large."),
    415: Refusal(FailureCode.REJECTED, "The provider does not read such a body."),
    422: Refusal(FailureCode.REJECTED, "The provider calls the request invalid."),
    429: _BUSY,
    430: _BUSY,
    451: Refusal(FailureCode.REJECTED, "The provider could not fetch a file."),
    455: Refusal(FailureCode.UNAVAILABLE, "The provider is under maintenance.", may_retry=True),
}

# 400: the lyrics are somebody's property; 413: the music matches an existing work.
FAILURES: Final = {400: FailureCode.CONTENT_POLICY, 413: FailureCode.CONTENT_POLICY}

# --- Wire

# The suno format's: what becomes of a request's fields is in `suno_fields.py`, and the bodies of
# answers and callbacks are in `suno_wire.py`.

# --- Translation

# The suno format's too: `suno_rules.py` and `suno_format.py`.

# --- Row


def make_row(settings: Settings) -> Provider:
    """Make the row that these settings say."""
    page = SunoPage(
        name="apikley",
        base_url=BASE_URL,
        families=FAMILIES,
        titles_max=dict.fromkeys(FAMILIES, TITLE_MAX),
        operations=(*PUBLISHED, *settings.assumed_operations),
        refusals=REFUSALS,
        failures=FAILURES,
    )
    return suno_row.make_row(page, settings)
