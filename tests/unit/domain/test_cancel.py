"""A job that its owner called off: what that reaches, and what is still done for it."""

from collections.abc import Mapping
from typing import Final

import pytest

from cliphook.domain.cancellation import Reach, reach_of
from cliphook.domain.change import Change, apply
from cliphook.domain.due import Call, Work, next_call, sweep_at, wanted_clips
from cliphook.domain.job import Job
from cliphook.domain.report import (
    Abandoned,
    Canceled,
    ClipArchived,
    Expired,
    Postponed,
    Refused,
    Report,
    Unanswered,
    Unsent,
    Via,
)
from cliphook.domain.status import Stage, Status
from tests.support.makers import (
    REFUSAL,
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

CANCELED: Final = Canceled(at(70))
BUSY: Final = Refused(1, REFUSAL, may_retry=True, at=at(2))
TURN: Final = Postponed(1, at(90), 0, "its rate is used up", at(1), has_slot=True)
TEXT: Final = progressed(Stage.TEXT, said_clip(audio=False), seconds=20)
FIRST: Final = progressed(Stage.FIRST, said_clip(), seconds=40)
HINT: Final = progressed(Stage.COMPLETE, *WHOLE, seconds=100)
MUSIC: Final = progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL, seconds=105)

# How far a job may be, and what its cancellation has reached then.
STATES: Mapping[str, tuple[tuple[Report, ...], Reach]] = {
    "new": ((), Reach.NEVER_SENT),
    "waits for its turn": ((TURN,), Reach.NEVER_SENT),
    "perhaps on its way": ((claimed(),), Reach.UNANNOUNCED),
    "never left": ((claimed(), Unsent(1, REFUSAL, at(2))), Reach.NEVER_SENT),
    "refused for now": ((claimed(), BUSY), Reach.REFUSED),
    "refused, then on its way": ((claimed(), BUSY, claimed(2, 9)), Reach.UNANNOUNCED),
    "in doubt": ((claimed(), Unanswered(1, REFUSAL, at(20))), Reach.UNANNOUNCED),
    "taken": ((claimed(), accepted()), Reach.UNANNOUNCED),
    "written": ((claimed(), accepted(), TEXT), Reach.UNANNOUNCED),
    "to be heard": ((claimed(), accepted(), TEXT, FIRST), Reach.UNANNOUNCED),
}
every_state = pytest.mark.parametrize(("reports", "reach"), STATES.values(), ids=STATES)

# What may become of a submission that was under way.
ANSWERS: Mapping[str, tuple[Report, Reach]] = {
    "taken": (accepted(seconds=80), Reach.UNANNOUNCED),
    "refused": (Refused(1, REFUSAL, may_retry=False, at=at(80)), Reach.REFUSED),
    "refused for now": (Refused(1, REFUSAL, may_retry=True, at=at(80)), Reach.REFUSED),
    "never left": (Unsent(1, REFUSAL, at(80)), Reach.NEVER_SENT),
    "in doubt": (Unanswered(1, REFUSAL, at(80)), Reach.UNANNOUNCED),
}


def canceled(*reports: Report) -> Job:
    return told(*reports, CANCELED)


@every_state
def test_a_job_that_has_not_ended_can_be_canceled(
    reports: tuple[Report, ...], reach: Reach
) -> None:
    job = canceled(*reports)

    assert (job.status, job.is_done, reach_of(job)) == (Status.CANCELED, True, reach)
    assert job.verdict
    assert (job.verdict.at, job.verdict.error) == (at(70), None)


@every_state
def test_a_canceled_job_waits_for_nothing(reports: tuple[Report, ...], reach: Reach) -> None:
    job = canceled(*reports)

    assert (next_call(job), sweep_at(job), wanted_clips(job)) == (None, None, ())
    assert job.waiting is None
    assert reach_of(job) is reach


@every_state
def test_nobody_is_asked_for_a_canceled_job(reports: tuple[Report, ...], reach: Reach) -> None:
    job = canceled(*reports)

    assert told(claimed(len(job.attempts) + 1, 600), job=job) == job
    assert reach_of(job) is reach


@pytest.mark.parametrize(("answer", "reach"), ANSWERS.values(), ids=ANSWERS)
def test_the_answer_that_was_under_way_tells_what_was_reached_after_all(
    answer: Report, reach: Reach
) -> None:
    job = told(answer, job=canceled(claimed()))

    assert (job.status, reach_of(job)) == (Status.CANCELED, reach)
    assert (next_call(job), sweep_at(job)) == (None, None)


@pytest.mark.parametrize("seconds", [10, 70, 700])
def test_to_cancel_again_changes_nothing_whatever_the_clock_says(seconds: float) -> None:
    job = canceled(claimed(), accepted())

    assert told(Canceled(at(seconds)), job=job) == job


ENDED: Mapping[str, Job] = {
    "complete": completed(),
    "archived": told(
        ClipArchived("one", passport("one"), at(200)),
        ClipArchived("two", passport("two"), at(201)),
        job=completed(),
    ),
    "failed": running(failed()),
    "expired": running(Expired(at(7201))),
}


@pytest.mark.parametrize("job", ENDED.values(), ids=ENDED)
def test_a_job_that_has_ended_cannot_be_canceled(job: Job) -> None:
    assert told(Canceled(at(9000)), job=job) == job


@pytest.mark.parametrize("end", [failed(), Expired(at(7201)), Abandoned(REFUSAL, at(700))])
def test_a_canceled_job_ends_in_no_other_way(end: Report) -> None:
    job = told(end, job=canceled(claimed(), accepted()))

    assert (job.status, job.verdict and job.verdict.at) == (Status.CANCELED, at(70))


def test_a_callback_that_claims_the_end_is_asked_about_for_ten_minutes() -> None:
    hinted = told(HINT, job=canceled(claimed(), accepted()))
    denied = told(progressed(Stage.TEXT, via=Via.POLL, seconds=110), job=hinted)
    denied_again = told(progressed(Stage.TEXT, via=Via.POLL, seconds=701), job=denied)

    assert next_call(hinted) == Call(Work.POLL, at(1))
    assert next_call(denied) == Call(Work.POLL, at(120))
    assert (next_call(denied_again), sweep_at(denied_again)) == (None, None)


def test_music_that_comes_all_the_same_is_wanted_until_it_is_kept() -> None:
    late = told(HINT, MUSIC, job=canceled(claimed(), accepted()))
    kept = told(
        ClipArchived("one", passport("one"), at(200)),
        ClipArchived("two", passport("two"), at(201)),
        job=late,
    )

    assert [clip.provider_clip_id for clip in wanted_clips(late)] == ["one", "two"]
    assert sweep_at(late) == at(165)
    assert (wanted_clips(kept), sweep_at(kept)) == ((), None)
    assert (kept.status, kept.stage) == (Status.CANCELED, None)


def announced(*reports: Report) -> list[str]:
    """List what subscribers hear of a job after it was stored."""
    job, heard = new_job(), list[str]()
    for report in reports:
        change = apply(job, report)
        if isinstance(change, Change):
            job, heard = change.job, heard + [event.type for event in change.events]
    return heard


def test_a_cancellation_is_announced_once_and_nothing_after_it_but_what_is_recovered() -> None:
    one, two = (ClipArchived(name, passport(name), at(200)) for name in ("one", "two"))

    heard = announced(claimed(), CANCELED, accepted(), TEXT, CANCELED, FIRST, HINT, MUSIC, one, two)

    assert heard == ["job.canceled", "clip.recovered", "clip.recovered"]
