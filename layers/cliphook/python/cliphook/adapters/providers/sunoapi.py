"""
sunoapi: the suno format as docs.sunoapi.org has it.

Reference: the provider's public pages (generate, callbacks, record-info), as of 2026-11.

Quirks: code 429 means that credits are used up, which other providers call 402; too many requests
are 405 or 430. Business errors come as HTTP 200 with the code in the body.
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

BASE_URL: Final = "https://api.sunoapi.org"

FAMILIES: Final = {
    "V5": "suno-v5",
    "V4_5PLUS": "suno-v4.5-plus",
    "V4_5ALL": "suno-v4.5-all",
    "V4_5": "suno-v4.5",
    "V4": "suno-v4",
}

TITLES_MAX: Final = {"V5": 100, "V4_5PLUS": 100, "V4_5ALL": 80, "V4_5": 100, "V4": 80}


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

# The suno format's, in `suno_format.py`.

# --- Translation

read_callback = partial(suno_format.read_callback, failures=FAILURES)
read_created = partial(suno_format.read_created, refusals=REFUSALS)
read_polled = partial(suno_format.read_polled, failures=FAILURES)

# --- Row


def make_row(settings: Settings) -> Provider:
    """Make the row that these settings say."""
    limits = {
        model: suno_rules.limits(model, settings.non_custom_prompt_max, TITLES_MAX[model])
        for model in FAMILIES
    }
    return Provider(
        name="sunoapi",
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
