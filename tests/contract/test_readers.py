"""Whatever comes over the wire, a provider's readers answer, or raise what they declare."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import cycle

import pytest

from cliphook.adapters.providers.provider import (
    Callbacks,
    Declined,
    Doubtful,
    Finished,
    Provider,
    Taken,
)
from cliphook.adapters.providers.table import PROVIDERS
from cliphook.domain.errors import UnansweredPollError, UnreadableReportError
from cliphook.domain.report import Failure, Progress, Silence, Word
from cliphook.domain.request import Operation
from tests.support import samples
from tests.support.mutants import mutants

# For each reader of each row.
BODIES = 100_000
STATUSES = (200, 200, 200, 201, 202, 204, 302, 400, 401, 402, 404, 422, 429, 500, 503)
CREATIONS = (Taken, Finished, Declined, Doubtful)
WORDS = (Progress, Failure, Silence)


@dataclass(frozen=True, slots=True)
class Reader:
    """One of a row's readers: what it may answer, and the one error that it may raise."""

    name: str
    read: Callable[[int, bytes, Operation], object]
    answers: tuple[type, ...]
    error: type[Exception] | tuple[()] = ()

    def makes_sense_of(self, body: bytes, operations: Iterable[Operation]) -> bool:
        """Tell whether a body is of the kind that this reader is for."""
        for operation in operations:
            try:
                answer = self.read(200, body, operation)
            except self.error:
                continue
            if not isinstance(answer, Doubtful | None):
                return True
        return False


def readers(row: Provider) -> Iterator[Reader]:
    """List a row's readers."""
    yield Reader("created", row.read_created, CREATIONS)
    yield Reader(
        "polled", lambda _, body, asked: row.read_polled(body, asked), WORDS, UnansweredPollError
    )
    if row.facts.callbacks is not Callbacks.NONE:
        yield Reader(
            "callback", lambda _, body, __: row.read_callback(body), WORDS, UnreadableReportError
        )
    if uploaded := row.read_uploaded:
        yield Reader("uploaded", lambda status, body, _: uploaded(status, body), (str, type(None)))


@dataclass(slots=True)
class Given:
    """What a reader was given last, to be told if it breaks, and what became of all."""

    body: bytes = b""
    outcomes: dict[str, int] = field(default_factory=dict[str, int])

    @contextmanager
    def to(self, row: Provider, reader: Reader) -> Iterator[None]:
        """Say in whatever is raised which body it was."""
        try:
            yield
        finally:
            if error := sys.exception():
                error.add_note(f"{row.name}: {reader.name} was given {self.body!r}")

    def count(self, outcome: str) -> None:
        self.outcomes[outcome] = self.outcomes.get(outcome, 0) + 1


def assail(row: Provider, seeds: Sequence[bytes], count: int) -> Given:
    """Give each of a row's readers many bodies; what else it raises goes out with the body."""
    given = Given()
    operations = sorted({name for model in row.models.values() for name in model.abilities})
    for reader in readers(row):
        # What is meant for another reader comes too, but less often.
        meant = [body for body in seeds if reader.makes_sense_of(body, operations)]
        bodies = mutants([*meant * 4, *seeds], count, f"{row.name}/{reader.name}")
        asked = cycle(zip(cycle(operations), STATUSES, strict=False))
        with given.to(row, reader):
            for body, (operation, status) in zip(bodies, asked, strict=False):
                given.body = body
                given.count(_read(reader, status, body, operation))
    return given


def _read(reader: Reader, status: int, body: bytes, operation: Operation) -> str:
    try:
        answer = reader.read(status, body, operation)
    except reader.error:
        return f"{reader.name}: nothing"
    assert isinstance(answer, reader.answers)
    word = answer.word if isinstance(answer, Finished) else answer
    if isinstance(word, Progress):
        _fits(word)
    return f"{reader.name}: {type(word).__name__}"


def _fits(word: Progress) -> None:
    """Hold what is to be stored to what a job's row has room for."""
    assert len(word.clips) <= 16
    for clip in word.clips:
        assert 1 <= len(clip.provider_clip_id) <= 200
        assert len(clip.title or "") <= 1000
        assert len(clip.lyrics or "") <= 20_000
        assert len(str(clip.duration_s)) <= 10


@contextmanager
def untraced() -> Iterator[None]:
    """Let nobody count lines, which would take longer than reading the bodies."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)


def seeds_of(provider: str) -> list[bytes]:
    return [samples.sample(provider, name) for name in samples.names(provider)]


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_no_body_gets_past_the_readers(provider: str) -> None:
    row = PROVIDERS[provider]

    with untraced():
        given = assail(row, seeds_of(provider), BODIES)

    # It is not for want of sense that nothing broke.
    for reader in readers(row):
        assert len([name for name in given.outcomes if name.startswith(reader.name)]) >= 2
    assert sum(given.outcomes.values()) == BODIES * len([*readers(row)])


def test_the_same_run_makes_the_same_bodies() -> None:
    seeds = seeds_of("sunoapi")

    once, again, other = (tuple(mutants(seeds, 100, seed)) for seed in ("a", "a", "b"))

    assert once == again != other


def trusting(body: bytes, operation: Operation) -> Word:
    """Read an answer as it should be, and then once more as somebody would who trusts it."""
    word = PROVIDERS["sunoapi"].read_polled(body, operation)
    assert len(json.loads(body)["data"]["taskId"])
    return word


def test_a_reader_that_breaks_is_caught_with_the_body_that_broke_it() -> None:
    row = replace(PROVIDERS["sunoapi"], name="planted", read_polled=trusting)

    with pytest.raises((KeyError, TypeError)) as caught:
        assail(row, seeds_of("sunoapi"), 3000)

    assert "planted: polled was given b'" in caught.value.__notes__[0]
