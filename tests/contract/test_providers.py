"""
Every row of the table has samples, and gets through whatever else may come over the wire.

What each sample must become stands in `test_<format>_samples.py`. Its `READ` names, for each of
its providers, the samples that its tests read.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cliphook.adapters import schema
from cliphook.adapters.providers.provider import (
    Arrival,
    Creation,
    Declined,
    Doubtful,
    Finished,
    Provider,
    Taken,
)
from cliphook.adapters.providers.table import PROVIDERS, find_provider
from cliphook.domain.errors import (
    UnansweredPollError,
    UnknownProviderError,
    UnreadableReportError,
)
from cliphook.domain.report import Failure, Progress, Silence, Word
from cliphook.domain.request import Operation
from tests.support import samples
from tests.support.twisting import garbled, twisted

ROWS = sorted(PROVIDERS)
# What no row can do without, by how the names of samples begin.
CREATED = {"created", "refused"}
CALLED_BACK = {"text", "first", "complete", "error"}

every = pytest.mark.parametrize("provider", ROWS)


@cache
def read() -> Mapping[str, set[str]]:
    """Gather which samples the tests of all formats read."""
    found: dict[str, set[str]] = {}
    for path in sorted(Path(__file__).parent.glob("test_*_samples.py")):
        found |= import_module(f"tests.contract.{path.stem}").READ
    return found


@every
def test_a_row_has_a_name_that_everybody_knows(provider: str) -> None:
    assert provider in schema.PROVIDERS
    assert find_provider(provider).name == provider


@every
def test_a_row_has_samples_of_what_it_can_send(provider: str) -> None:
    pushes = PROVIDERS[provider].facts.arrival is Arrival.PUSH

    for beginning in CREATED | (CALLED_BACK if pushes else set()):
        assert any(name.startswith(beginning) for name in samples.names(provider)), beginning


@every
def test_every_sample_is_read_by_a_test(provider: str) -> None:
    assert set(samples.names(provider)) == read()[provider]


def test_no_row_has_another_name() -> None:
    for name in ("", "SUNOAPI", "suno", "__class__", "nobody", "\ud800"):
        with pytest.raises(UnknownProviderError):
            find_provider(name)


def operations(row: Provider) -> list[Operation]:
    """List what any model of a provider can be asked to do."""
    return sorted({operation for model in row.models.values() for operation in model.abilities})


def readings(row: Provider, status: int, body: bytes) -> Iterator[Creation | Word]:
    """Read a body as each of the things that a provider may send; nothing else is raised."""
    for operation in operations(row):
        yield row.read_created(status, body, operation)
        with suppress(UnansweredPollError):
            yield row.read_polled(body, operation)
    with suppress(UnreadableReportError):
        yield row.read_callback(body)


def is_within_limits(reading: Creation | Word) -> bool:
    """Tell whether a reading is one of the few that there are, and fits into a job's row."""
    word = reading.word if isinstance(reading, Finished) else reading
    for clip in word.clips if isinstance(word, Progress) else ():
        assert 1 <= len(clip.provider_clip_id) <= 200
        assert len(clip.title or "") <= 1000
        assert len(clip.lyrics or "") <= 20_000
        assert len(str(clip.duration_s)) <= 10
    assert not isinstance(word, Progress) or len(word.clips) <= 16
    return isinstance(word, Taken | Declined | Doubtful | Progress | Failure | Silence)


bodies = st.sampled_from([(row, name) for row in ROWS for name in samples.names(row)]).map(
    lambda one: samples.sample(*one)
)


@settings(max_examples=2000)
@given(
    provider=st.sampled_from(ROWS),
    status=st.sampled_from([200, 200, 201, 302, 400, 401, 429, 500, 503]),
    body=twisted(bodies) | twisted(bodies) | garbled(bodies) | st.binary(max_size=64),
)
def test_no_body_gets_past_the_readers(provider: str, status: int, body: bytes) -> None:
    for reading in readings(PROVIDERS[provider], status, body):
        assert is_within_limits(reading)
