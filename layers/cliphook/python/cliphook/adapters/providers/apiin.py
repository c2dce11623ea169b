"""
apiin: a provider which is polled, and which calls back where it is asked to.

Reference: the provider's public pages (Generate Music, feed, extend), as of 2026-11. What they
leave open (webhooks, errors, stages of a feed) is as at a sibling with the same ids and bodies.

Quirks: `tags` are what to avoid in a request, and the style in a result. The webhook's body is a
bare array that does not name its task, and nobody signs it. An extension's start is the one field
in camelCase. A cover needs an `audio_id` which no document says how to get, so none is offered.
"""

from collections.abc import Mapping
from functools import partial
from typing import Final, Literal

from cliphook.adapters.providers import apiin_feed, apiin_rules, http_refusals, rules
from cliphook.adapters.providers.apiin_models import Spelling, models, spell
from cliphook.adapters.providers.apiin_wire import (
    CODES,
    TASK_IDS,
    write_extension,
    write_music,
)
from cliphook.adapters.providers.provider import (
    Arrival,
    Call,
    Callbacks,
    Creation,
    Facts,
    Provider,
    Submission,
)
from cliphook.domain.report import Word
from cliphook.domain.request import Operation
from cliphook.domain.status import Stage

# --- Facts

BASE_URL: Final = "https://apiin.one"


class Settings(apiin_feed.Vocabulary):
    """
    What is assumed of this provider, and may be set.

    `model_map` is one of its two spellings, or a spelling of one's own; a model that is not in it
    is not offered. 5000 characters of lyrics are documented for v4-5, and for v5 nothing is.
    """

    create_path: str = "/api/v1/audio/music"
    extend_path: str = "/api/v1/audio/music/extend"
    feed_path: str = "/api/v1/audio/music/feed"
    id_param: str = "task_id"
    model_map: Spelling = "suno"
    v5_prompt_max: int = 3000
    error_shape: Literal["status_first", "body_first"] = "status_first"
    error_words: Mapping[str, int] = {}
    poll_gap_s: int = 5


# --- Wire

# In `apiin_wire.py`, and what it means in `apiin_feed.py`.

# --- Translation


def write_create(submission: Submission, settings: Settings, names: Mapping[str, str]) -> Call:
    """Write a submission, in exactly one of the shapes."""
    request = submission.request
    if request.operation is Operation.EXTEND:
        path, body = settings.extend_path, write_extension(request, submission.material)
    else:
        path, body = settings.create_path, write_music(request, names[submission.model])
    body["callback_url"] = submission.callback_url
    return Call("POST", path, body=body | rules.read_options(request, apiin_rules.NAMESPACE))


def read_created(status: int, body: bytes, _: Operation, settings: Settings) -> Creation:
    """Tell what became of a submission; the answer may be bare or wrapped."""
    answer = http_refusals.read_answer(body, task_ids=TASK_IDS, codes=CODES)
    words = {**http_refusals.WORDS, **settings.error_words}
    is_body_first = settings.error_shape == "body_first"
    return http_refusals.judge(status, answer, words, is_body_first=is_body_first)


def write_poll(task_id: str, _: Operation, settings: Settings) -> Call:
    """Write the question how far a task is."""
    return Call("GET", settings.feed_path, query={settings.id_param: task_id})


def read_polled(body: bytes, _: Operation, settings: Settings) -> Word:
    """Read a feed; that of an extension is the same."""
    return apiin_feed.read_polled(body, settings)


# --- Row


def make_row(settings: Settings) -> Provider:
    """Make the row that these settings say."""
    names = spell(settings.model_map)
    offered = models(names, settings.v5_prompt_max)
    return Provider(
        name="apiin",
        base_url=BASE_URL,
        facts=Facts(
            arrival=Arrival.PUSH,
            callbacks=Callbacks.OPTIONAL,
            stages=frozenset(Stage),
            id_field_submit="task_id",
            id_field_callback=None,
            poll_gap_s=settings.poll_gap_s,
        ),
        models=offered,
        refusals=http_refusals.REFUSALS,
        failures={},
        check=partial(
            apiin_rules.check, limits={name: row.limits for name, row in offered.items()}
        ),
        check_source=apiin_rules.check_source,
        write_create=partial(write_create, settings=settings, names=names),
        read_created=partial(read_created, settings=settings),
        write_poll=partial(write_poll, settings=settings),
        read_polled=partial(read_polled, settings=settings),
        read_callback=partial(apiin_feed.read_callback, vocabulary=settings),
    )
