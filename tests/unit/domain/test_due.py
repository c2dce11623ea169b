"""What a job waits for, and when."""

from dataclasses import replace
from datetime import timedelta
from functools import reduce
from itertools import accumulate, pairwise

import pytest

from cliphook.domain.due import Call, Work, next_call, sweep_at, wanted_clips
from cliphook.domain.fold import fold
from cliphook.domain.job import Job, JobError
from cliphook.domain.report import (
    ClipArchived,
    ClipLost,
    Nudged,
    Postponed,
    Refused,
    Report,
    Said,
    Silence,
    Unanswered,
    Via,
)
from cliphook.domain.status import Stage
from tests.support.makers import (
    PACE,
    accepted,
    at,
    claimed,
    failed,
    new_job,
    passport,
    progressed,
    said_clip,
)


def after(*reports: Report) -> Job:
    return reduce(_folded, reports, new_job())


def _folded(job: Job, report: Report) -> Job:
    job_after = fold(job, report)
    assert isinstance(job_after, Job)
    return job_after


def silence(seconds: float) -> Said:
    return Said(1, Silence(), Via.POLL, at(seconds))


WHOLE = progressed(Stage.COMPLETE, said_clip(), via=Via.POLL, seconds=150)
ERROR = JobError("provider_rate_limited", "Busy.")


def test_a_new_job_waits_for_another_hand_only_if_its_request_died() -> None:
    assert next_call(after()) == Call(Work.DISPATCH, at(30))


def test_a_claimed_job_is_never_dispatched() -> None:
    deadline = at(1 + PACE.unknown_deadline_s)

    assert next_call(after(claimed())) == Call(Work.POLL, deadline)
    lost = after(claimed(), Unanswered(1, ERROR, at(20)))
    assert next_call(lost) == Call(Work.POLL, deadline)


def test_a_busy_provider_is_tried_again_after_a_growing_wait() -> None:
    refused = after(claimed(), Refused(1, ERROR, may_retry=True, at=at(2)))

    assert next_call(refused) == Call(Work.DISPATCH, at(7))


def waiting(until: float, attempt: int = 1) -> Postponed:
    return Postponed(attempt, at(until), 0, "its rate is used up", at(1), has_slot=True)


@pytest.mark.parametrize("until", [3, 12, 700])
def test_a_job_that_was_put_off_waits_for_its_turn_and_no_longer(until: float) -> None:
    assert next_call(after(waiting(until))) == Call(Work.DISPATCH, at(until))


def test_a_turn_after_a_refusal_is_for_the_next_attempt() -> None:
    refused = after(claimed(), Refused(1, ERROR, may_retry=True, at=at(2)))

    assert next_call(_folded(refused, waiting(19, attempt=2))) == Call(Work.DISPATCH, at(19))
    assert next_call(_folded(refused, waiting(19, attempt=1))) == Call(Work.DISPATCH, at(7))
    assert next_call(_folded(refused, waiting(3, attempt=2))) == Call(Work.DISPATCH, at(7))


def test_a_job_that_is_not_submitted_by_its_deadline_is_looked_at_then() -> None:
    deadline = at(PACE.deadline_s)

    assert next_call(after(waiting(9000))) == Call(Work.DISPATCH, deadline)
    refused = Refused(1, ERROR, may_retry=True, at=at(PACE.deadline_s - 2))
    assert next_call(after(claimed(), refused)) == Call(Work.DISPATCH, deadline)


@pytest.mark.parametrize("dispatch_after_s", [0, 30])
def test_a_submission_that_takes_long_is_another_processs_from_the_start(
    dispatch_after_s: int,
) -> None:
    job = new_job(pace=replace(PACE, dispatch_after_s=dispatch_after_s))

    assert next_call(job) == Call(Work.DISPATCH, at(dispatch_after_s))


def test_an_accepted_job_is_polled_after_the_first_wait() -> None:
    assert next_call(after(claimed(), accepted())) == Call(Work.POLL, at(1 + PACE.poll_first_s))


def test_a_hint_is_followed_up_at_once() -> None:
    hinted = after(claimed(), accepted(), failed(Via.CALLBACK, seconds=40))

    call = next_call(hinted)
    assert call
    assert call.at <= at(40)


def test_more_hints_do_not_put_the_poll_off() -> None:
    hinted = after(claimed(), accepted(), failed(Via.CALLBACK, seconds=40))
    again = _folded(hinted, failed(Via.CALLBACK, seconds=41))

    assert next_call(again) == next_call(hinted)


def test_a_hint_right_after_a_poll_keeps_the_distance() -> None:
    job = after(claimed(), accepted(), silence(40), failed(Via.CALLBACK, seconds=41))

    assert next_call(job) == Call(Work.POLL, at(45))


@pytest.mark.parametrize(("polled", "wait"), [(41, 5), (50, 10), (80, 40)])
def test_a_denied_hint_is_asked_about_at_doubling_gaps(polled: float, wait: float) -> None:
    job = after(claimed(), accepted(), failed(Via.CALLBACK, seconds=40), silence(polled))

    assert next_call(job) == Call(Work.POLL, at(polled + wait))


@pytest.mark.parametrize(
    ("polled", "gap"), [(91, 60), (151, 120), (271, 240), (511, 480), (991, 900), (5001, 900)]
)
def test_the_gap_between_polls_grows_with_age_up_to_a_limit(polled: float, gap: float) -> None:
    call = next_call(after(claimed(), accepted(), silence(polled)))

    assert call
    assert call.work is Work.POLL
    assert at(polled + 0.8 * gap) <= call.at <= at(polled + min(900, 1.2 * gap))


def test_no_poll_is_later_than_the_deadline() -> None:
    job = after(claimed(), accepted(), silence(7000))

    assert next_call(job) == Call(Work.POLL, at(1 + PACE.deadline_s))


POLLED = replace(PACE, poll_first_s=10, is_polled=True)


def polls(job: Job, until: float, late: float = 0) -> list[float]:
    """Poll a job whose provider has nothing to say, and list the distances between the polls."""
    times = [1.0]
    while times[-1] < until:
        call = next_call(job)
        assert call
        assert call.work is Work.POLL
        times.append((call.at - at(0)).total_seconds() + late)
        job = _folded(job, silence(times[-1]))
    return [later - earlier for earlier, later in pairwise(times)]


@pytest.mark.parametrize("late", [0, 0.25])
def test_where_polls_are_all_that_tells_they_are_close_at_first(late: float) -> None:
    job = _folded(_folded(new_job(pace=POLLED), claimed()), accepted())

    gaps = [gap - late for gap in polls(job, 900, late)]

    assert gaps[:5] == [10, 15, 20, 30, 30]
    asked_at = [*accumulate(gap + late for gap in gaps)]
    for asked, gap in zip(asked_at[3:], gaps[4:], strict=False):
        assert gap == (30 if asked < 600 else 60)


@pytest.mark.parametrize(("gap_s", "expected"), [(12, [12, 15, 20]), (25, [25, 25, 30])])
def test_no_poll_is_closer_than_the_provider_allows(gap_s: int, expected: list[float]) -> None:
    pace = replace(POLLED, poll_gap_s=gap_s)
    job = _folded(_folded(new_job(pace=pace), claimed()), accepted())

    assert polls(job, 60)[:3] == expected


def test_not_even_the_last_poll_is() -> None:
    pace = replace(POLLED, poll_gap_s=25)
    job = _folded(_folded(new_job(pace=pace), claimed()), accepted())
    deadline_s = 1 + pace.deadline_s

    for polled, last in ((deadline_s - 10, deadline_s + 15), (deadline_s - 30, deadline_s)):
        assert next_call(_folded(job, silence(polled))) == Call(Work.POLL, at(last))


def test_a_complete_job_waits_for_its_clips_and_for_nothing_else() -> None:
    job = after(claimed(), accepted(), WHOLE)

    assert next_call(job) is None
    assert [clip.provider_clip_id for clip in wanted_clips(job)] == ["one"]


@pytest.mark.parametrize(
    "last",
    [ClipArchived("one", passport(), at(200)), ClipLost("one", "empty", at(200))],
)
def test_a_job_at_rest_is_never_swept(last: Report) -> None:
    job = after(claimed(), accepted(), WHOLE, last)

    assert next_call(job) is None
    assert sweep_at(job) is None


def test_a_clip_that_a_failed_job_did_get_is_wanted() -> None:
    first = progressed(Stage.FIRST, said_clip(), via=Via.POLL, seconds=40)
    job = after(claimed(), accepted(), first, failed(Via.POLL, seconds=90))

    assert len(wanted_clips(job)) == 1


def test_the_sweep_looks_a_minute_after_the_time_and_then_leaves_the_job_alone() -> None:
    job = after(claimed(), accepted())
    due = at(1 + PACE.poll_first_s)
    nudged = _folded(job, Nudged(at(200)))

    assert sweep_at(job) == due + timedelta(seconds=60)
    assert sweep_at(nudged) == at(500)
