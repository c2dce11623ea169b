"""
stratizon: a provider which is polled, and which charges as soon as it takes a job.

Reference: the provider's one published page (Music generation, a preview), as of 2026-11. It names
no address, so an operator has to; what else it leaves open is a setting below or in
`stratizon_wire.py`.

Quirks: the cost is debited with the answer to a submission, so one that went unanswered must never
be sent again; our reference in its metadata lets a person find it. Callbacks are only planned.
"""

from collections.abc import Mapping
from functools import partial

from cliphook.adapters.providers import http_refusals, stratizon_models, stratizon_rules
from cliphook.adapters.providers.provider import (
    Arrival,
    Call,
    Callbacks,
    Creation,
    Facts,
    Material,
    Provider,
    Submission,
    Upload,
)
from cliphook.adapters.providers.stratizon_models import KNOBS, LIMITS, Knob, Name, Text
from cliphook.adapters.providers.stratizon_tasks import Vocabulary, read_polled
from cliphook.adapters.providers.stratizon_wire import (
    read_artifact,
    write_options,
    write_reference,
)
from cliphook.domain.errors import UnreadableReportError
from cliphook.domain.report import Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage

# --- Facts


class Settings(Vocabulary):
    """
    What is assumed of this provider, and may be set.

    A field that `suno_options` does not name, and an operation of a model that is not among
    `reference_models`, are not offered. `job_key` is where a submission's metadata names us.
    """

    generate_path: str = "/v1/music/text-to-music"
    cover_path: str = "/v1/music/reference-audio-to-music"
    tasks_path: str = "/v1/tasks"
    upload_path: str = "/v1/uploads"
    upload_field: str = "file"
    key_header: str = "Authorization"
    key_scheme: str = "Bearer"
    error_words: Mapping[str, int] = {}
    reference_models: frozenset[Name] = frozenset({"suno-5.5", "minimax-music-2.6"})
    job_key: str = "cliphook_reference"
    suno_options: Mapping[Knob, str] = KNOBS
    limits: Mapping[Name, Mapping[Text, int]] = LIMITS
    is_prompt_needed: bool = True
    poll_gap_s: int = 5


# --- Wire

# In `stratizon_wire.py`, and what it means in `stratizon_tasks.py`.

# --- Translation


def write_create(submission: Submission, settings: Settings) -> Call:
    """Write a submission; our reference stands in its metadata, beside the client's own."""
    request, model = submission.request, submission.model
    texts = {"prompt": request.prompt, "lyrics": request.lyrics, "title": request.title}
    body: dict[str, object] = {name: text for name, text in texts.items() if text is not None}
    body |= {
        "model": model,
        "instrumental": request.instrumental,
        "metadata": {**request.metadata, settings.job_key: submission.reference},
    }
    if options := write_options(request, model, settings.suno_options):
        body["model_options"] = options
    if request.operation is not Operation.COVER:
        return Call("POST", settings.generate_path, body=body)
    body[settings.reference_field] = write_reference(submission.material or Material(), settings)
    return Call("POST", settings.cover_path, body=body)


def read_created(status: int, body: bytes, _: Operation, settings: Settings) -> Creation:
    """Tell what became of a submission."""
    names, words = settings.task_id_keys, {**http_refusals.WORDS, **settings.error_words}
    answer = http_refusals.read_answer(body, task_ids=names, codes=settings.error_keys)
    return http_refusals.judge(status, answer, words)


def write_poll(task_id: str, _: Operation, settings: Settings) -> Call:
    """Write the question how far a task is."""
    return Call("GET", f"{settings.tasks_path}/{task_id}")


def read_callback(_: bytes) -> Word:
    """Refuse every callback, since there are none."""
    raise UnreadableReportError


def read_uploaded(status: int, body: bytes, settings: Settings) -> str | None:
    """Read under which id a file was kept."""
    return read_artifact(body, settings) if status in http_refusals.TAKEN else None


# --- Row


def make_row(settings: Settings) -> Provider:
    """Make the row that these settings say."""
    knobs = settings.suno_options
    models = stratizon_models.models(knobs, settings.limits, settings.reference_models)
    return Provider(
        name="stratizon",
        base_url=None,
        facts=Facts(
            arrival=Arrival.POLL,
            callbacks=Callbacks.NONE,
            stages=frozenset({Stage.COMPLETE}),
            id_field_submit=next(iter(settings.task_id_keys), None),
            id_field_callback=None,
            client_reference=f"metadata.{settings.job_key}",
            poll_gap_s=settings.poll_gap_s,
            upload=Upload(settings.upload_path, settings.upload_field),
            key_header=settings.key_header,
            key_scheme=settings.key_scheme,
        ),
        models=models,
        refusals=http_refusals.REFUSALS,
        failures={},
        check=partial(
            stratizon_rules.check,
            models=models,
            knobs=knobs,
            is_prompt_needed=settings.is_prompt_needed,
        ),
        write_create=partial(write_create, settings=settings),
        read_created=partial(read_created, settings=settings),
        write_poll=partial(write_poll, settings=settings),
        read_polled=lambda body, _: read_polled(body, settings),
        read_callback=read_callback,
        read_uploaded=partial(read_uploaded, settings=settings),
    )
