"""
apikley: the suno format as docs.apikley.ru has it.

Reference: the provider's public pages (generate, get-music-details), as of 2026-11.

Quirks: code 402 means that credits are used up and 429 that there were too many requests, as at
the format's origin. `prompt` is required even for instrumental music, where it may be empty.
"""

from functools import partial
from typing import Final

from cliphook.adapters.providers import suno_format, suno_rules
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.adapters.providers.provider import (
    Arrival,
    Callbacks,
    Facts,
    Model,
    Provider,
    Refusal,
)
from cliphook.domain.gate import Rate
from cliphook.domain.job import FailureCode
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage

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


class Settings(PageSettings):
    """What is assumed of this provider, and may be set."""

    non_custom_prompt_max: int = 500
    rate_count: int = 20
    rate_span_s: int = 10
    retry_schedule_s: tuple[int, ...] = (60, 300, 900)
    retention_days: int = 14


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

# The suno format's, in `suno_format.py`.

# --- Translation

read_callback = partial(suno_format.read_callback, failures=FAILURES)
read_created = partial(suno_format.read_created, refusals=REFUSALS)
read_polled = partial(suno_format.read_polled, failures=FAILURES)

# --- Row


def make_row(settings: Settings) -> Provider:
    """Make the row that these settings say."""
    limits = {
        model: suno_rules.limits(model, settings.non_custom_prompt_max, TITLE_MAX)
        for model in FAMILIES
    }
    return Provider(
        name="apikley",
        base_url=BASE_URL,
        facts=Facts(
            arrival=Arrival.PUSH,
            callbacks=Callbacks.REQUIRED,
            stages=frozenset(Stage),
            id_field_submit="data.taskId",
            id_field_callback="data.task_id",
            file_retention_days=settings.retention_days,
            callback_timeout_s=15,
            callback_retries_s=settings.retry_schedule_s,
            rate=Rate(settings.rate_count, settings.rate_span_s),
        ),
        models={
            model: Model(family, {Operation.GENERATE: suno_rules.FIELDS}, limits[model], clips=2)
            for model, family in FAMILIES.items()
        },
        refusals=REFUSALS,
        failures=FAILURES,
        check=partial(suno_rules.check, limits=limits),
        write_create=suno_format.write_create,
        read_created=read_created,
        write_poll=suno_format.write_poll,
        read_polled=read_polled,
        read_callback=read_callback,
    )
