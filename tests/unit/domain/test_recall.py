"""What is not kept of a job that is over can be asked for again, once for each recall."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from cliphook.domain.change import Change, apply
from cliphook.domain.due import (
    OVERDUE_S,
    Call,
    Work,
    next_call,
    sweep_at,
    unkept_clips,
    wanted_clips,
)
from cliphook.domain.job import Job
from cliphook.domain.report import (
    Canceled,
    ClipArchived,
    ClipLost,
    Expired,
    Recalled,
    Report,
    Said,
    Silence,
    Via,
)
from cliphook.domain.status import Stage, Status
from tests.support.makers import (
    WHOLE,
    accepted,
    at,
    claimed,
    completed,
    failed,
    new_job,
    passport,
    progressed,
    running,
    said_clip,
    told,
)

DAY_S: Final = 86_400
LOST: Final = (ClipLost("one", "http_403", at(300)), ClipLost("two", "http_404", at(310)))
SILENCE: Final = Said(1, Silence(), Via.POLL, at(5 * DAY_S + 9))
WANTED: Final = at(5 * DAY_S)


def lost() -> Job:
    return told(*LOST, job=completed())


def orders(job: Job, report: Report) -> list[tuple[Work, str | None]]:
    change = apply(job, report)
    assert isinstance(change, Change)
    names = {clip.id: clip.provider_clip_id for clip in change.job.clips.values()}
    return [(one.work, names.get(one.clip_id) if one.clip_id else None) for one in change.orders]


def test_a_job_whose_clips_were_given_up_is_at_rest_until_it_is_recalled() -> None:
    assert (next_call(lost()), wanted_clips(lost()), sweep_at(lost())) == (None, (), None)

    assert orders(lost(), Recalled(WANTED)) == [
        (Work.POLL, None),
        (Work.ARCHIVE, "one"),
        (Work.ARCHIVE, "two"),
    ]


def test_the_sweep_gives_a_recall_its_time() -> None:
    recalled = told(Recalled(WANTED), job=lost())

    assert sweep_at(recalled) == WANTED + timedelta(seconds=OVERDUE_S)


def test_only_what_is_not_kept_is_ordered() -> None:
    job = told(ClipArchived("one", passport("one"), at(250)), LOST[1], job=completed())

    assert orders(job, Recalled(WANTED)) == [(Work.POLL, None), (Work.ARCHIVE, "two")]


def test_it_is_asked_once_whether_there_is_an_answer_or_none() -> None:
    recalled = told(Recalled(WANTED), job=lost())
    assert next_call(recalled) == Call(Work.POLL, WANTED)

    assert next_call(told(SILENCE, job=recalled)) is None
    gone = Said(1, failed().word, Via.POLL, SILENCE.at)
    assert told(gone, job=recalled).status is Status.COMPLETE
    assert next_call(told(gone, job=recalled)) is None


def test_a_loss_after_the_recall_ends_it() -> None:
    recalled = told(Recalled(WANTED), SILENCE, job=lost())
    assert len(wanted_clips(recalled)) == len(WHOLE)
    assert sweep_at(recalled)

    later = [replace(loss, at=at(5 * DAY_S + 900)) for loss in LOST]
    again = told(*later, job=recalled)

    assert (wanted_clips(again), sweep_at(again), again.is_done) == ((), None, True)
    assert len(unkept_clips(again)) == len(WHOLE)
    assert orders(again, Recalled(at(6 * DAY_S)))


def test_a_recall_that_comes_again_orders_again_and_does_no_harm() -> None:
    recalled = told(Recalled(WANTED), job=lost())

    assert apply(recalled, Recalled(WANTED)) is None
    assert orders(recalled, Recalled(at(5 * DAY_S + 60))) == [(Work.POLL, None)]


@pytest.mark.parametrize("link", ["a-lesser-one", "z-greater-one"])
def test_a_link_that_was_told_days_later_counts_more(link: str) -> None:
    fresh = [replace(clip, audio_url=f"https://{link}.test/") for clip in WHOLE]
    said = progressed(Stage.COMPLETE, *fresh, via=Via.POLL, seconds=5 * DAY_S + 9)

    job = told(Recalled(WANTED), said, job=lost())

    assert {clip.addresses for clip in job.results} == {(f"https://{link}.test/",)}
    # Whatever was told first is heard of last.
    assert told(progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL), job=job) == job


def test_what_is_kept_after_all_completes_the_job() -> None:
    kept = [ClipArchived(name, passport(name), at(5 * DAY_S + 99)) for name in ("one", "two")]

    assert told(Recalled(WANTED), *kept, job=lost()).status is Status.ARCHIVED


@pytest.mark.parametrize("ending", [Expired(at(7300)), failed(), Canceled(at(99))])
def test_a_job_that_ended_without_its_music_asks_whether_there_is_some_by_now(
    ending: Report,
) -> None:
    job = running(ending)
    assert orders(job, Recalled(WANTED)) == [(Work.POLL, None)]

    found = progressed(Stage.COMPLETE, said_clip(), via=Via.POLL, seconds=5 * DAY_S + 9)
    after = told(Recalled(WANTED), found, job=job)

    assert after.status is job.status
    assert [after.is_late(clip) for clip in wanted_clips(after)] == [True]


def test_a_recall_asks_nobody_about_a_job_that_nobody_took_or_that_goes_on_or_is_kept() -> None:
    nobody = told(Canceled(at(9)))
    goes_on = told(claimed(), accepted(), job=new_job())
    kept = [ClipArchived(name, passport(name), at(250)) for name in ("one", "two")]

    for job in (nobody, goes_on, told(*kept, job=completed())):
        recalled = told(Recalled(WANTED), job=job)
        assert next_call(recalled) == next_call(job)
        assert wanted_clips(recalled) == wanted_clips(job)
