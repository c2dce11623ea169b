"""What is announced of a change, in which order, and which work it makes due."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from cliphook.domain.change import Change, apply, begin
from cliphook.domain.due import Work
from cliphook.domain.job import Job, JobError
from cliphook.domain.report import (
    Abandoned,
    Accepted,
    ClipArchived,
    Expired,
    Failure,
    Postponed,
    Progress,
    Refused,
    Report,
    Via,
)
from cliphook.domain.request import MusicRequest, Operation
from cliphook.domain.status import Stage
from tests.support.makers import (
    REFUSAL,
    accepted,
    at,
    claimed,
    new_job,
    passport,
    progressed,
    said_clip,
)


def changes(*reports: Report, job: Job | None = None) -> Iterator[Change]:
    """Tell a new job a story, one commit after another."""
    change = begin(job or new_job())
    yield change
    for report in reports:
        outcome = apply(change.job, report)
        if isinstance(outcome, Change):
            change = outcome
            yield change


def announced(*reports: Report, job: Job | None = None) -> list[str]:
    """List what subscribers hear of a story."""
    return [event.type for change in changes(*reports, job=job) for event in change.events]


def ordered(*reports: Report, job: Job | None = None) -> list[tuple[Work, datetime]]:
    """List the work that the last commit of a story makes due."""
    *_, last = changes(*reports, job=job)
    return [(order.work, order.due_at) for order in last.orders]


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


LYRICS = new_job(request=MusicRequest(operation=Operation.LYRICS, prompt="A calm piano"))
INLINE = tuple(
    replace(said_clip(name, index, audio=False), passport=passport(name))
    for index, name in enumerate(("one", "two"))
)
TEXTS = (said_clip("one", 0, audio=False), said_clip("two", 1, audio=False))
MUSIC = Accepted(1, None, at(50), Progress(None, Stage.COMPLETE, INLINE))
WORDS = Accepted(1, None, at(50), Progress(None, Stage.COMPLETE, TEXTS))
AT_ONCE = [
    "job.queued",
    "job.accepted",
    "job.complete",
    "clip.archived",
    "clip.archived",
    "job.archived",
]


def test_an_answer_that_is_the_music_announces_each_step_in_one_commit() -> None:
    *_, last = changes(claimed(), MUSIC)

    assert announced(claimed(), MUSIC) == AT_ONCE
    assert [event.seq for event in last.events] == [2, 3, 4, 5, 6]
    assert {event.at for event in last.events} == {at(50)}
    assert len({event.id for event in last.events}) == 5
    assert last.orders == ()


def test_an_answer_that_is_the_lyrics_announces_the_same_steps() -> None:
    assert announced(claimed(), WORDS, job=LYRICS) == AT_ONCE


def test_lyrics_that_a_poll_finds_are_complete_before_they_are_kept() -> None:
    found = progressed(Stage.COMPLETE, *TEXTS, via=Via.POLL)

    assert announced(claimed(), accepted(), found, job=LYRICS) == AT_ONCE


def test_an_answer_that_is_the_music_says_nothing_again_when_it_is_repeated() -> None:
    assert announced(claimed(), MUSIC, replace(MUSIC, at=at(70))) == AT_ONCE


def test_an_answer_that_links_to_the_music_leaves_the_keeping_to_the_archive() -> None:
    links = Accepted(1, None, at(50), Progress(None, Stage.COMPLETE, (said_clip(),)))

    assert announced(claimed(), links) == ["job.queued", "job.accepted", "job.complete"]
    assert ordered(claimed(), links) == [(Work.ARCHIVE, at(50))]
    kept = ClipArchived("one", passport(), at(60))
    assert announced(claimed(), links, kept)[3:] == ["clip.archived", "job.archived"]


def test_an_answer_that_comes_after_a_text_does_not_announce_the_job_as_taken_again() -> None:
    text = progressed(Stage.TEXT, said_clip(audio=False), task_id=None, seconds=5)

    heard = announced(claimed(), text, MUSIC)

    assert heard == ["job.queued", "job.accepted", "job.text", *AT_ONCE[2:]]


def test_music_that_an_answer_brings_after_the_end_is_recovered() -> None:
    heard = announced(claimed(), Expired(at(9)), MUSIC)

    assert heard == ["job.queued", "job.expired", "clip.recovered", "clip.recovered"]


def test_an_answer_that_tells_of_a_failure_shows_that_the_job_was_taken() -> None:
    error = JobError("content_policy", "No.")
    answer = Accepted(1, None, at(50), Failure(None, error))

    assert announced(claimed(), answer) == ["job.queued", "job.accepted", "job.failed"]


def waiting(until: float) -> Postponed:
    return Postponed(1, at(until), 0, "its rate is used up", at(1), has_slot=True)


def test_a_job_that_waits_is_not_announced() -> None:
    assert announced(waiting(12)) == ["job.queued"]


def test_a_job_that_is_given_up_unsent_has_failed() -> None:
    heard = announced(waiting(12), Abandoned(REFUSAL, at(700)))

    assert heard == ["job.queued", "job.failed"]


def test_a_job_that_has_to_wait_is_ordered_for_its_turn() -> None:
    assert ordered(waiting(3)) == [(Work.DISPATCH, at(3))]
    assert ordered(waiting(3), waiting(15)) == [(Work.DISPATCH, at(15))]


def test_a_new_job_is_ordered_only_where_its_submission_takes_long() -> None:
    long = new_job(pace=replace(new_job().pace, dispatch_after_s=0))

    assert ordered() == []
    assert ordered(job=long) == [(Work.DISPATCH, at(0))]


def test_a_refusal_orders_the_next_submission() -> None:
    busy = Refused(1, REFUSAL, may_retry=True, at=at(2))

    assert ordered(claimed(), busy) == [(Work.DISPATCH, at(7))]
