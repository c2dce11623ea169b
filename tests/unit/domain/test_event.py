"""What is announced of a change, in which order."""

from cliphook.domain.change import Change, apply, begin
from cliphook.domain.job import Job
from cliphook.domain.report import Expired, Report
from cliphook.domain.status import Stage
from tests.support.makers import accepted, at, claimed, new_job, progressed, said_clip


def announced(*reports: Report) -> list[str]:
    """Tell a new job a story, and list what subscribers hear of it."""
    change = begin(new_job())
    types = [event.type for event in change.events]
    job: Job = change.job
    for report in reports:
        outcome = apply(job, report)
        if isinstance(outcome, Change):
            job = outcome.job
            types += [event.type for event in outcome.events]
    return types


TEXT = progressed(Stage.TEXT, said_clip(audio=False), seconds=5)
FIRST = progressed(Stage.FIRST, said_clip(), seconds=6)


def test_a_claim_is_not_announced() -> None:
    assert announced(claimed()) == ["job.queued"]


def test_a_callback_that_overtakes_the_answer_announces_that_the_job_was_taken() -> None:
    assert announced(claimed(), TEXT, accepted()) == ["job.queued", "job.accepted", "job.text"]


def test_a_callback_that_names_no_task_shows_as_much() -> None:
    nameless = progressed(Stage.FIRST, said_clip(), task_id=None)

    heard = announced(claimed(), nameless, accepted())

    assert heard == ["job.queued", "job.accepted", "job.first"]


def test_a_stage_that_comes_after_a_later_one_is_not_announced() -> None:
    heard = announced(claimed(), accepted(), FIRST, TEXT)

    assert heard == ["job.queued", "job.accepted", "job.first"]


def test_nothing_is_announced_twice() -> None:
    once = announced(claimed(), accepted(), TEXT)

    assert announced(claimed(), accepted(), TEXT, TEXT, accepted(), TEXT) == once


def test_a_job_that_has_ended_is_not_announced_as_taken() -> None:
    assert announced(claimed(), Expired(at(9)), TEXT) == ["job.queued", "job.expired"]
