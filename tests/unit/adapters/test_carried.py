"""What only a newer version understands goes through an older one and comes out as it was."""

from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from dataclasses import replace
from functools import reduce
from typing import Any, Final

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cliphook.adapters.carried import carry, unknown_of
from cliphook.adapters.documents import read_job, write_job
from cliphook.domain.change import Change, apply
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.job import Job
from cliphook.domain.report import Canceled, Refused, Report, Unanswered, Via
from cliphook.domain.status import Stage
from tests.support.histories import histories, reports
from tests.support.makers import (
    REFUSAL,
    WHOLE,
    accepted,
    at,
    claimed,
    new_job,
    progressed,
    told,
)

# Parts whose names are no attributes: a name more there is a clip, a stage or a note more.
MAPS: Final = frozenset({"clips", "companions", "stages", "metadata", "provider_options"})

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
# One of them is what a job calls what it carries, and the others are as good as any.
names = st.sampled_from(["carried", "newer", "0", "", "späte ♪"])


def objects(part: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """List every place of a document where a newer version might write a new name."""
    if isinstance(part, dict) and not (path and path[-1] in MAPS):
        yield path
    places = enumerate(part) if isinstance(part, list) else ()
    parts: Iterable[tuple[object, Any]] = part.items() if isinstance(part, dict) else places
    for name, inner in parts:
        yield from objects(inner, (*path, str(name)))


def find(document: Any, path: tuple[str, ...]) -> Any:
    """Go to a place of a document."""
    return reduce(
        lambda part, step: part[int(step) if isinstance(part, list) else step], path, document
    )


@st.composite
def newer_documents(draw: st.DrawFn) -> tuple[dict[str, Any], dict[tuple[str, ...], Any]]:
    """Draw a job's document, and new names with their values in any places of it."""
    job = draw(histories())[-1].job
    document: dict[str, Any] = deepcopy(dict(write_job(job)))
    places = st.tuples(st.sampled_from([*objects(document)]), names)
    added: dict[tuple[str, ...], Any] = {}
    for (path, name), value in draw(
        st.dictionaries(places, values, min_size=1, max_size=6)
    ).items():
        find(document, path)[name] = value
        added[*path, name] = value
    return document, added


def still(document: Mapping[str, Any], added: Mapping[tuple[str, ...], Any]) -> bool:
    """Tell whether a document has every value in its place."""
    return all(find(document, path) == value for path, value in added.items())


@settings(max_examples=50)
@given(newer_documents())
def test_what_is_read_is_written_with_every_name_that_nobody_knows(
    newer: tuple[dict[str, Any], dict[tuple[str, ...], Any]],
) -> None:
    document, added = newer

    assert write_job(read_job(document)) == document
    assert still(document, added)


@settings(max_examples=50)
@given(newer_documents())
def test_what_nobody_knows_makes_no_other_job(
    newer: tuple[dict[str, Any], dict[tuple[str, ...], Any]],
) -> None:
    document, _ = newer
    known = write_job(read_job(document))

    assert read_job(known) == read_job(document)


@settings(max_examples=100)
@given(newer=newer_documents(), told=st.lists(reports, min_size=1, max_size=6))
def test_it_is_there_after_whatever_is_reported_as_long_as_its_part_is(
    newer: tuple[dict[str, Any], dict[tuple[str, ...], Any]], told: list[Report]
) -> None:
    document, added = newer
    job = reduce(_step, told, read_job(document))
    assume(job.version != read_job(document).version)

    written = write_job(job)

    plain: Any = write_job(read_job(strip(written, added)))
    left = {path: value for path, value in added.items() if has(plain, path[:-1])}
    assert still(written, left)
    # What comes of it can be read again, by this version as well.
    assert read_job(written) == job


def _step(job: Job, report: Report) -> Job:
    change = apply(job, report)
    return change.job if isinstance(change, Change) else job


def has(document: Any, path: tuple[str, ...]) -> bool:
    try:
        find(document, path)
    except (KeyError, IndexError):
        return False
    return True


def strip(document: Mapping[str, Any], added: Mapping[tuple[str, ...], Any]) -> dict[str, Any]:
    """Take the new names out again."""
    stripped: dict[str, Any] = deepcopy(dict(document))
    for path in added:
        if has(stripped, path):
            del find(stripped, path[:-1])[path[-1]]
    return stripped


def read_with(job: Job, *path: str) -> Job:
    """Read a job to which a newer version has written something in some place."""
    document: dict[str, Any] = deepcopy(dict(write_job(job)))
    find(document, path)["newer"] = {"for": [*path]}
    return read_job(document)


BUSY: Final = Refused(1, REFUSAL, may_retry=True, at=at(2))


def test_attempts_and_clips_that_come_later_take_nothing_away() -> None:
    job = told(claimed(), BUSY)
    job = read_with(read_with(read_with(job, "attempts", "0"), "attempts", "0", "error"))

    later = told(
        claimed(2, 9),
        accepted(2, 10),
        replace(progressed(Stage.FIRST, *WHOLE, via=Via.POLL, seconds=40), attempt=2),
        Canceled(at(60)),
        job=job,
    )
    written: Any = write_job(later)

    assert (len(written["attempts"]), len(written["clips"])) == (2, 2)
    assert written["newer"] == {"for": []}
    assert written["attempts"][0]["newer"] == {"for": ["attempts", "0"]}
    assert written["attempts"][0]["error"]["newer"] == {"for": ["attempts", "0", "error"]}
    assert "newer" not in written["attempts"][1]


def test_of_a_part_that_is_gone_nothing_stays_behind() -> None:
    doubted = told(claimed(), Unanswered(1, REFUSAL, at(20)))
    job = read_with(doubted, "attempts", "0", "error")

    found = told(accepted(seconds=21), job=job)

    assert "error" not in write_job(found)["attempts"][0]
    assert read_job(write_job(found)) == found


def test_what_was_nothing_and_has_become_something_is_that() -> None:
    document: Any = {**write_job(told(claimed())), "verdict": None}

    job = told(Canceled(at(9)), job=read_job(document))

    assert read_job(document) == told(claimed())
    assert read_job(write_job(job)) == job


def test_a_job_of_a_later_format_waits_for_the_version_that_knows_it() -> None:
    document: Any = write_job(new_job())
    assert document["format"] == 1

    with pytest.raises(UnavailableStoreError):
        read_job({**document, "format": 2})
    of_before = {name: value for name, value in document.items() if name != "format"}
    assert read_job(of_before) == new_job()


def test_what_is_carried_is_put_where_it_was_and_nowhere_else() -> None:
    known = {"a": {"b": 1}, "c": [{"d": 1}, {"d": 2}], "e": "text"}
    document = {"a": {"b": 1, "x": 1}, "c": [{"d": 1}, {"d": 2, "y": [2]}], "e": "text", "z": {}}

    unknown = unknown_of(document, known)

    assert carry(known, unknown) == document
    assert carry({"a": 1, "c": [{}], "e": {}}, unknown) == {"a": 1, "c": [{}], "e": {}, "z": {}}
    assert carry({"z": 3}, unknown) == {"z": 3}
    assert known == {"a": {"b": 1}, "c": [{"d": 1}, {"d": 2}], "e": "text"}
