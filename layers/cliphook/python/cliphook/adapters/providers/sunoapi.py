"""
sunoapi: the suno format as docs.sunoapi.org has it.

Reference: the provider's public pages (one an operation, callbacks, record-info), as of 2026-11.

Quirks: code 429 means that credits are used up, which other providers call 402; too many requests
are 405 or 430. Business errors come as HTTP 200 with the code in the body.
"""

from typing import Final

from cliphook.adapters.providers import suno_row
from cliphook.adapters.providers.provider import Provider, Refusal
from cliphook.adapters.providers.suno_row import SunoPage, SunoSettings
from cliphook.domain.job import FailureCode
from cliphook.domain.request import Operation

# --- Facts

BASE_URL: Final = "https://api.sunoapi.org"

FAMILIES: Final = {
    "V5": "suno-v5",
    "V4_5PLUS": "suno-v4.5-plus",
    "V4_5ALL": "suno-v4.5-all",
    "V4_5": "suno-v4.5",
    "V4": "suno-v4",
}

TITLES_MAX: Final = {"V5": 100, "V4_5PLUS": 100, "V4_5ALL": 80, "V4_5": 100, "V4": 80}

# Each is described on a page of its own.
OPERATIONS: Final = (
    Operation.GENERATE,
    Operation.EXTEND,
    Operation.COVER,
    Operation.EXTEND_UPLOAD,
    Operation.ADD_INSTRUMENTAL,
    Operation.ADD_VOCALS,
    Operation.SOUNDS,
    Operation.SEPARATE,
    Operation.LYRICS,
)


class Settings(SunoSettings):
    """What is assumed of this provider, and may be set."""

    # The page that we know of names no host; the code list is this one's.
    base_url: str = BASE_URL
    persona_kind_models: tuple[str, ...] = ("V5",)


_BUSY: Final = Refusal(
    FailureCode.RATE_LIMITED,
    "The provider takes no more requests at present.",
    may_retry=True,
)

# 402, 403, 415, 422 and 451 are not in its own list, but mean the same wherever HTTP is spoken.
REFUSALS: Final = {
    400: Refusal(FailureCode.REJECTED, "The provider calls the request invalid."),
    401: Refusal(FailureCode.UNAUTHORIZED, "The provider does not accept the operator's key."),
    402: Refusal(FailureCode.OUT_OF_CREDIT, "The operator has no credit left at the provider."),
    403: Refusal(FailureCode.UNAUTHORIZED, "The provider does not let the operator in."),
    404: Refusal(FailureCode.REJECTED, "The provider has no such method or path."),
    405: _BUSY,
    413: Refusal(FailureCode.REJECTED, "The provider calls the prompt too long."),
    415: Refusal(FailureCode.REJECTED, "The provider does not read such a body."),
    422: Refusal(FailureCode.REJECTED, "The provider calls the request invalid."),
    429: Refusal(FailureCode.OUT_OF_CREDIT, "The operator has no credit left at the provider."),
    430: _BUSY,
    451: Refusal(FailureCode.REJECTED, "The provider could not fetch a file."),
    455: Refusal(FailureCode.UNAVAILABLE, "The provider is under maintenance.", may_retry=True),
}

# Parameter errors and content violations share code 400 there; a request that passed our checks
# can only mean the second.
FAILURES: Final = {400: FailureCode.CONTENT_POLICY}

# --- Wire

# The suno format's: what becomes of a request's fields is in `suno_fields.py`, and the bodies of
# answers and callbacks are in `suno_wire.py`.

# --- Translation

# The suno format's too: `suno_rules.py` and `suno_format.py`.

# --- Row


def make_row(settings: Settings) -> Provider:
    """Make the row that these settings say."""
    page = SunoPage(
        name="sunoapi",
        base_url=settings.base_url,
        families=FAMILIES,
        titles_max=TITLES_MAX,
        operations=OPERATIONS,
        refusals=REFUSALS,
        failures=FAILURES,
    )
    return suno_row.make_row(page, settings)
