"""
hummingbird: a provider that is made up, to show all that adding one takes.

Reference: nobody's pages; the shapes are the commonest of those that real ones have, as of 2026-11.

Quirks: a task that failed is still answered with status 200, and says so in `state`.
"""

from functools import partial
from typing import Annotated, Final

from pydantic import Field, StringConstraints

from cliphook.adapters.providers import http_refusals, rules
from cliphook.adapters.providers.page_settings import PageSettings
from cliphook.adapters.providers.provider import (
    Arrival,
    Call,
    Callbacks,
    Creation,
    Facts,
    Model,
    Provider,
    Submission,
)
from cliphook.adapters.wire import Duration, Link, Title, Wire, parse_wire
from cliphook.domain.errors import FieldError, UnansweredPollError, UnreadableReportError
from cliphook.domain.gate import Rate
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import Failure, Progress, ReportedClip, Silence, Word
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage

# --- Facts

BASE_URL: Final = "https://api.hummingbird.example"
NAMES: Final = ("hum-2",)
LIMITS: Final = {"prompt": 600, "title": 60}
FIELDS: Final = frozenset({"prompt", "title", "provider_options.hummingbird"})
OWN: Final = ("text", "name", "model")
STAGES: Final = {"half": Stage.FIRST, "done": Stage.COMPLETE}


class Settings(PageSettings):
    """What is assumed of this provider, and may be set."""

    path: str = "/songs"
    poll_gap_s: int = 5


# --- Wire


class _Song(Wire):
    id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    name: Title = None
    link: Link = None
    seconds: Duration = None


class _Task(Wire):
    state: str
    songs: Annotated[tuple[_Song, ...], Field(max_length=16)] = ()


# --- Translation


def check(request: MusicRequest, _: str) -> tuple[FieldError, ...]:
    """Name every rule that a request breaks."""
    return (
        *rules.text("prompt", request.prompt, LIMITS["prompt"], needed=True),
        *rules.text("title", request.title, LIMITS["title"], needed=False),
        *rules.options(request, "hummingbird", OWN),
    )


def write_create(submission: Submission, settings: Settings) -> Call:
    """Write a submission."""
    request = submission.request
    body = {"text": request.prompt, "name": request.title, "model": submission.model}
    told = {name: value for name, value in body.items() if value is not None}
    return Call("POST", settings.path, body=told | rules.read_options(request, "hummingbird"))


def read_created(status: int, body: bytes, _: Operation) -> Creation:
    """Tell what became of a submission."""
    answer = http_refusals.read_answer(body, task_ids=("task",), codes=("code",))
    return http_refusals.judge(status, answer, http_refusals.WORDS)


def write_poll(task_id: str, _: Operation, settings: Settings) -> Call:
    """Write the question how far a task is."""
    return Call("GET", f"{settings.path}/{task_id}")


def read_polled(body: bytes, _: Operation) -> Word:
    """Read how far a task is; a state that is not known says nothing new."""
    try:
        task = parse_wire(_Task, body)
    except UnreadableReportError as error:
        raise UnansweredPollError from error
    if task.state == "failed":
        return Failure(None, JobError(FailureCode.GENERATION_FAILED, "There is no music."))
    stage = STAGES.get(task.state)
    return Progress(None, stage, _clips(task.songs)) if stage else Silence()


def read_callback(_: bytes) -> Word:
    """Refuse every callback, since there are none."""
    raise UnreadableReportError


def _clips(songs: tuple[_Song, ...]) -> tuple[ReportedClip, ...]:
    return tuple(
        ReportedClip(song.id, index, song.name, audio_url=song.link, duration_s=song.seconds)
        for index, song in enumerate(songs)
    )


# --- Row


def make_row(settings: Settings) -> Provider:
    """Make the row that these settings say."""
    able = {Operation.GENERATE: FIELDS}
    return Provider(
        name="hummingbird",
        base_url=BASE_URL,
        facts=Facts(
            arrival=Arrival.POLL,
            callbacks=Callbacks.NONE,
            stages=frozenset({Stage.FIRST, Stage.COMPLETE}),
            id_field_submit="task",
            id_field_callback=None,
            poll_gap_s=settings.poll_gap_s,
            rate=Rate(60, 60),
        ),
        models={name: Model(name, able, LIMITS, clips=1) for name in NAMES},
        refusals=http_refusals.REFUSALS,
        failures={},
        check=check,
        write_create=partial(write_create, settings=settings),
        read_created=read_created,
        write_poll=partial(write_poll, settings=settings),
        read_polled=read_polled,
        read_callback=read_callback,
    )
