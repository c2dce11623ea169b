"""A row of the suno format: made from what one provider differs in, and what an operator set."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import PositiveInt

from cliphook.adapters.providers import (
    kie_signature,
    suno_fields,
    suno_format,
    suno_parts,
    suno_rules,
)
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.adapters.providers.provider import (
    Arrival,
    Callbacks,
    Facts,
    Model,
    Provider,
    Refusal,
)
from cliphook.domain.companion import Part
from cliphook.domain.gate import Rate
from cliphook.domain.job import FailureCode
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage


class SunoSettings(PageSettings):
    """What the documents of the format leave open, or say in two ways; each may be set."""

    # Newer pages say 3000.
    non_custom_prompt_max: PositiveInt = 500
    # Where nothing is to be sung: one schema requires a prompt, and its own prose does not.
    send_empty_prompt: bool = True
    # The models that can be told what kind of persona is meant, which only newer pages mention.
    persona_kind_models: tuple[str, ...] = ()
    # Clients disagree on CALLBACK_EXCEPTION. A task that is whole is complete either way; one
    # that is not may still become so until its deadline, or fails if this is set.
    callback_exception_fails: bool = False
    # Whether callbacks bear the signature of the format's origin, which neither document mentions.
    signed_callbacks: bool = False
    # Only older pages of the format's origin have the spacing.
    retry_schedule_s: tuple[PositiveInt, ...] = (60, 300, 900)
    rate_count: PositiveInt = 20
    rate_span_s: PositiveInt = 10
    # One quick start says 15.
    retention_days: PositiveInt = 14
    # What is asked for besides of every song, for credit of the operator's: when each word is sung
    # (half a credit, by what others report), and the same audio as a WAV file (0.4 credits).
    timed_lyrics: bool = False
    wav_twins: bool = False


@dataclass(frozen=True, slots=True)
class SunoPage:
    """What a provider of the format has of its own; the models are in the order of preference."""

    name: str
    base_url: str
    families: Mapping[str, str]
    titles_max: Mapping[str, int]
    operations: tuple[Operation, ...]
    refusals: Mapping[int, Refusal]
    failures: Mapping[int, FailureCode]


def make_row(page: SunoPage, settings: SunoSettings) -> Provider:
    """Make a provider's row."""
    limits = {
        model: suno_rules.limits(model, title_max, settings.non_custom_prompt_max)
        for model, title_max in page.titles_max.items()
    }
    able = partial(
        suno_rules.abilities,
        namespace=page.name,
        operations=page.operations,
        persona_kinds=settings.persona_kind_models,
    )
    return Provider(
        name=page.name,
        base_url=page.base_url,
        facts=_facts(settings),
        models={
            model: Model(family, able(model), limits[model], clips=2)
            for model, family in page.families.items()
        },
        refusals=page.refusals,
        failures=page.failures,
        check=partial(suno_rules.check, namespace=page.name, limits=limits),
        check_source=suno_rules.check_source,
        write_create=partial(
            suno_fields.write_create,
            namespace=page.name,
            send_empty_prompt=settings.send_empty_prompt,
        ),
        read_created=partial(suno_format.read_created, refusals=page.refusals),
        write_poll=suno_fields.write_poll,
        read_polled=partial(
            suno_format.read_polled,
            failures=page.failures,
            callback_exception_fails=settings.callback_exception_fails,
        ),
        read_callback=partial(suno_format.read_callback, failures=page.failures),
        recipes=suno_parts.recipes(_parts(settings), page.refusals),
    )


def _parts(settings: SunoSettings) -> frozenset[Part]:
    wanted = {Part.TIMED_LYRICS: settings.timed_lyrics, Part.WAV: settings.wav_twins}
    return frozenset(part for part, is_wanted in wanted.items() if is_wanted)


def _facts(settings: SunoSettings) -> Facts:
    return Facts(
        arrival=Arrival.PUSH,
        callbacks=Callbacks.REQUIRED,
        stages=frozenset(Stage),
        id_field_submit="data.taskId",
        id_field_callback="data.task_id",
        callback_signature=kie_signature.SCHEME if settings.signed_callbacks else None,
        file_retention_days=settings.retention_days,
        callback_timeout_s=15,
        callback_retries_s=settings.retry_schedule_s,
        rate=Rate(settings.rate_count, settings.rate_span_s),
    )
