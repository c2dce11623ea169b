"""Clips that come after a job's end was decided: kept and marked, and they change nothing else."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Final

import pytest

from cliphook.domain.change import Change, apply, begin
from cliphook.domain.clip import Clip
from cliphook.domain.job import Job
from cliphook.domain.plan import Option
from cliphook.domain.report import (
    Accepted,
    Canceled,
    ClipArchived,
    ClipLost,
    Expired,
    Progress,
    Report,
    Via,
)
from cliphook.domain.status import ClipStatus, Stage, Status
from tests.support.makers import (
    PACE,
    WHOLE,
    accepted,
    at,
    claimed,
    failed,
    new_job,
    passport,
    progressed,
    said_clip,
)

PRICED: Final = (Option("sunoapi", "V5", PACE, Decimal("10.0000"), clips=2),)
ENDS: Final[Mapping[str, Report]] = {
    "failed": failed(seconds=100),
    "expired": Expired(at(100)),
    "canceled": Canceled(at(100)),
}
every_end = pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)


def lived(*reports: Report, job: Job | None = None) -> tuple[Job, list[Change]]:
    """Tell a paid job that its provider has taken what comes of it, and list the commits."""
    changes = [] if job else [begin(new_job(route=PRICED, charge=Decimal(10)))]
    job = job or changes[0].job
    for report in reports:
        change = apply(job, report)
        if isinstance(change, Change):
            changes.append(change)
            job = change.job
    return job, changes


def started(*reports: Report) -> Job:
    return lived(claimed(), accepted(), *reports)[0]


def polled(stage: Stage = Stage.COMPLETE, *names: str, seconds: float = 200) -> Report:
    clips = [clip for clip in WHOLE if clip.provider_clip_id in (names or ("one", "two"))]
    return progressed(stage, *clips, via=Via.POLL, seconds=seconds)


def kept(name: str, seconds: float = 300) -> ClipArchived:
    return ClipArchived(name, passport(name, seconds), at(seconds))


@every_end
def test_late_music_is_kept_and_announced_and_moves_neither_status_nor_money(end: Report) -> None:
    ended = started(end)

    job, changes = lived(polled(), kept("one"), kept("two"), job=ended)

    assert (job.status, job.stages, job.refund) == (ended.status, {}, Decimal(10))
    assert [(clip.status, job.is_late(clip)) for clip in job.results] == [
        (ClipStatus.ARCHIVED, True)
    ] * 2
    events = [(event.type, event.clips[0].id) for one in changes for event in one.events]
    assert events == [("clip.recovered", clip.id) for clip in job.results]
    assert [entry for one in changes for entry in one.entries] == []


@every_end
def test_late_music_that_cannot_be_kept_is_given_up_as_such(end: Report) -> None:
    job, changes = lived(polled(), ClipLost("one", "http_404", at(300)), job=started(end))

    (event,) = changes[-1].events
    assert event.type == "clip.archive_failed"
    assert job.is_late(event.clips[0])


@every_end
def test_what_was_delivered_before_the_end_is_not_late(end: Report) -> None:
    job, changes = lived(
        polled(seconds=150), kept("one"), kept("two"), job=started(polled(Stage.FIRST, "one"), end)
    )

    heard = [event.type for one in changes for event in one.events]
    assert heard == ["clip.archived", "clip.recovered"]
    assert (job.refund, [job.is_late(clip) for clip in job.results]) == (Decimal(5), [False, True])


@pytest.mark.parametrize("seconds", [30, 100, 900])
@every_end
def test_whether_a_clip_is_late_follows_from_what_was_given_back_and_from_no_clock(
    end: Report, seconds: float
) -> None:
    seen = polled(Stage.FIRST, "one", seconds=seconds)
    before, after = started(seen, end), started(end, seen)

    assert (before.refund, before.is_late(before.clips["one"])) == (Decimal(5), False)
    assert (after.refund, after.is_late(after.clips["one"])) == (Decimal(10), True)


def test_a_clip_that_is_seen_again_stays_as_late_as_it_was() -> None:
    late = started(Canceled(at(100)), polled(seconds=200))
    early = started(polled(Stage.FIRST, seconds=50), Canceled(at(100)))
    again = polled(seconds=40)

    assert [late.is_late(clip) for clip in lived(again, job=late)[0].results] == [True, True]
    assert [early.is_late(clip) for clip in lived(again, job=early)[0].results] == [False, False]


def test_an_answer_that_was_long_in_coming_brings_late_music() -> None:
    inline = tuple(
        replace(clip, audio_url=None, passport=passport(clip.provider_clip_id)) for clip in WHOLE
    )
    answer = Accepted(1, None, at(300), Progress(None, Stage.COMPLETE, inline))

    job, changes = lived(claimed(), Canceled(at(100)), answer)

    assert [event.type for event in changes[-1].events] == ["clip.recovered"] * 2
    assert (job.status, job.refund) == (Status.CANCELED, Decimal(10))


def test_a_clip_that_comes_after_complete_music_is_late_too_and_brings_no_job_back() -> None:
    whole = started(polled(Stage.COMPLETE, "one"))
    archived = lived(kept("one"), job=whole)[0]
    assert (archived.status, archived.refund) == (Status.ARCHIVED, Decimal(5))

    more, changes = lived(polled(seconds=400), kept("two", 500), job=archived)

    assert (more.status, more.is_done, more.refund) == (Status.ARCHIVED, True, Decimal(5))
    assert [event.type for one in changes for event in one.events] == ["clip.recovered"]
    assert [more.is_late(clip) for clip in more.results] == [False, True]


def test_complete_music_is_archived_without_waiting_for_what_is_late() -> None:
    more = lived(polled(seconds=400), job=started(polled(Stage.COMPLETE, "one")))[0]

    job, changes = lived(kept("one"), job=more)

    assert (job.status, job.is_done) == (Status.ARCHIVED, True)
    assert [event.type for event in changes[-1].events] == ["clip.archived", "job.archived"]


def stored_before(clip: Clip) -> Clip:
    """Make of a clip what an older version would have stored."""
    return replace(clip, is_late=None)


@pytest.mark.parametrize(("seconds", "is_late"), [(99, False), (101, True)])
def test_of_a_clip_that_an_older_version_stored_the_times_tell(
    seconds: float,
    is_late: bool,  # noqa: FBT001
) -> None:
    job = started(polled(Stage.FIRST, "one", seconds=seconds), Canceled(at(100)))
    old = replace(job, clips={"one": stored_before(job.clips["one"])})

    assert old.is_late(old.clips["one"]) is is_late
    again = lived(polled(Stage.FIRST, "one", seconds=seconds + 5), job=old)[0]
    assert again.clips["one"].is_late is None


def test_a_clip_that_nobody_delivered_is_not_late() -> None:
    job = started(Canceled(at(100)), progressed(Stage.FIRST, said_clip(), seconds=200))

    assert not job.is_late(job.clips["one"])
