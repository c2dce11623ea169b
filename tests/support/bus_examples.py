"""What the lives of a few jobs announce: the examples in the schemas."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from cliphook.adapters.documents import write_event
from cliphook.domain.event import Event
from cliphook.domain.job import FailureCode, JobError
from cliphook.domain.report import (
    Canceled,
    ClipArchived,
    ClipLost,
    Expired,
    Failure,
    Refused,
    Report,
    Said,
    Via,
)
from cliphook.domain.status import Stage
from tests.support.makers import at, passport
from tests.support.sample_world import SAMPLES, Sample
from tests.support.samples import TUNES

EXAMPLES_MAX: Final = 2
REFUSED: Final = Refused(
    1,
    JobError(FailureCode.OUT_OF_CREDIT, "The operator has no credit left there.", "429"),
    may_retry=False,
    at=at(2),
)


def examples() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """Write what is announced in the lives of a few jobs, by type."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for event in events():
        shown = found.setdefault(event.type, [])
        if len(shown) < EXAMPLES_MAX:
            shown.append({**write_event(event)})
    return found


def events() -> Iterator[Event]:
    """Tell what the lives of a few jobs announce, between them every type that there is."""
    for told in SAMPLES.values():
        for life in _lives(told):
            for change in told.story(*told.opening, *life):
                yield from change.events
        for change in told.story(told.opening[0], REFUSED):
            yield from change.events


def _lives(told: Sample) -> Iterator[tuple[Report, ...]]:
    """Tell how it may go on: all kept, one lost, failed, called off, and found after the end."""
    tune = TUNES[told.provider]
    one, two = tune.clips
    kept = ClipArchived(one.provider_clip_id, passport("one", 50), at(50))
    both = ClipArchived(two.provider_clip_id, passport("two", 52), at(52))
    lost = ClipLost(two.provider_clip_id, "http_404", at(700))
    text = Said(1, tune.at(Stage.TEXT, *tune.silent), Via.CALLBACK, at(15))
    first = Said(1, tune.at(Stage.FIRST, one), Via.CALLBACK, at(30))
    error = JobError(FailureCode.GENERATION_FAILED, "The provider could not make it.", "500")
    yield text, first, told.whole, kept, both
    yield told.whole, kept, lost
    yield (Said(1, Failure(None, error), Via.POLL, at(35)),)
    yield (Canceled(at(20)),)
    late = replace(told.whole, at=at(7300))
    yield Expired(at(7201)), late, replace(kept, passport=passport("one", 7310), at=at(7310))
