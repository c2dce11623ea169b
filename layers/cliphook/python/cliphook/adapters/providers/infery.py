"""
infery: a gateway whose answer is the music itself, or a job to ask about.

Reference: the provider's public page (Generate music from text prompt) and its pages on keys and
video, as of 2026-11. Its schema has the music in the answer, its prose a job; how a job is told of
is known from video only, and the rest of what is assumed is a setting.

Quirks: an answer may take minutes, and holds base64 where the provider's own storage failed. There
is a `prompt` always and `lyrics` beside it. No result is documented to have an id, which extending
and separating need. A signed link lives for seven days. Another model may answer than was asked.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final

from cliphook.adapters.providers import http_refusals, infery_answers, infery_fields, infery_rules
from cliphook.adapters.providers.infery_fields import Flag, Forms
from cliphook.adapters.providers.provider import (
    Arrival,
    Call,
    Callbacks,
    Facts,
    Model,
    Provider,
    Submission,
)
from cliphook.domain.errors import UnreadableReportError
from cliphook.domain.gate import Rate
from cliphook.domain.report import Word
from cliphook.domain.status import Stage

# --- Facts

BASE_URL: Final = "https://api.infery.ai"
SUNO: Final = "suno-v4"
LYRIA_CLIP: Final = "lyria-3-clip-preview"
URL_EXPIRY_DAYS: Final = 7
MINUTE_S: Final = 60


class Settings(infery_answers.Vocabulary, infery_rules.Needs):
    """
    What is assumed of this provider, and may be set.

    Lyria Pro's name is its maker's. `default_param_flag` says what it means that the flag is true:
    that the source's own parameters are used, as this provider writes, or those of the request, as
    the one behind it does. Idempotency keys are advertised, and the name of their header is not:
    `Idempotency-Key` would be a guess.
    """

    path: str = "/v1/music/generations"
    lyria_pro: str = "lyria-3-pro-preview"
    idempotency_header: str | None = None
    send_duration: bool = True
    default_param_flag: Flag = "keeps_source"
    answer_max_s: int = 600
    poll_gap_s: int = 5
    runtime_max_s: int = 3600
    requests_per_minute: int | None = None


# --- Wire

# In `infery_wire.py`, and what it means in `infery_answers.py`.

# --- Translation


def write_create(submission: Submission, settings: Settings, forms: Mapping[str, Forms]) -> Call:
    """Write a submission; our reference is its idempotency key, where there is a header for one."""
    form = forms[submission.model][submission.request.operation]
    header = settings.idempotency_header
    return Call(
        "POST",
        settings.path,
        body=infery_fields.write_body(submission, form, settings.default_param_flag),
        headers={header: submission.reference} if header else {},
    )


def read_callback(_: bytes) -> Word:
    """Refuse every callback, since there are none."""
    raise UnreadableReportError


# --- Row


def make_row(settings: Settings) -> Provider:
    """Make the row that these settings say."""
    forms = {
        SUNO: infery_fields.suno(send_duration=settings.send_duration),
        LYRIA_CLIP: infery_fields.lyria(writes_wav=False),
        settings.lyria_pro: infery_fields.lyria(writes_wav=True),
    }
    families = (SUNO, "lyria-3-clip", "lyria-3-pro")
    lyria = {"prompt": settings.lyria_prompt_max}
    limits = dict.fromkeys(forms, lyria) | {SUNO: infery_rules.suno_limits(settings)}
    return Provider(
        name="infery",
        base_url=BASE_URL,
        facts=_facts(settings),
        models={
            model: Model(family, infery_rules.abilities(forms[model]), limits[model])
            for model, family in zip(forms, families, strict=True)
        },
        refusals=http_refusals.REFUSALS,
        failures={},
        check=lambda request, model: infery_rules.check(
            request,
            forms[model][request.operation],
            limits[model],
            needs_upstream=settings.needs_upstream,
        ),
        check_source=partial(infery_rules.check_source, forms=forms[SUNO]),
        write_create=partial(write_create, settings=settings, forms=forms),
        read_created=partial(infery_answers.read_created, words=settings),
        write_poll=lambda task_id, _: Call("GET", f"{settings.path}/{task_id}"),
        read_polled=partial(infery_answers.read_polled, words=settings),
        read_callback=read_callback,
    )


def _facts(settings: Settings) -> Facts:
    return Facts(
        arrival=Arrival.BLOCK,
        callbacks=Callbacks.NONE,
        stages=frozenset({Stage.COMPLETE}),
        id_field_submit=None if settings.mode == "sync" else "job_id",
        id_field_callback=None,
        lookup=settings.mode != "sync",
        idempotency_header=settings.idempotency_header,
        inline_audio=True,
        url_expiry_days=URL_EXPIRY_DAYS,
        poll_gap_s=settings.poll_gap_s,
        answer_max_s=settings.answer_max_s,
        runtime_max_s=settings.runtime_max_s,
        rate=Rate(settings.requests_per_minute, MINUTE_S) if settings.requests_per_minute else None,
    )
