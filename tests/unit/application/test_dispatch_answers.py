"""What is made of a provider's answer: it is stored, and its gate is told how the call went."""

from dataclasses import replace

import pytest

from cliphook.application.dispatch_job import PATIENCE_S
from cliphook.application.ports import Origin
from cliphook.application.record import record
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.gate import Outcome
from cliphook.domain.report import Accepted, Answer, Progress, Unanswered, Unsent
from cliphook.domain.status import Stage, Status
from tests.support.dispatching import REF, DispatchHouse, no
from tests.support.fakes import FakeSender, Moment
from tests.support.makers import REFUSAL, at, passport, progressed, said_clip


@pytest.fixture
def house() -> DispatchHouse:
    return DispatchHouse()


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (Accepted(1, "task", at(0)), Outcome.WELL),
        (no(), Outcome.WELL),
        (Unsent(1, REFUSAL, at(0)), Outcome.UNWELL),
        (Unanswered(1, REFUSAL, at(0)), Outcome.UNWELL),
    ],
)
def test_the_gate_is_told_how_the_call_went_and_when(
    house: DispatchHouse, answer: Answer, outcome: Outcome
) -> None:
    house.sender.answers = [answer]
    house.call_s = 7

    house.dispatch()

    assert house.gates.load("sunoapi").calls == ((at(47), outcome),)
    assert house.gates.load("apikley").calls == ()


def test_a_gate_that_cannot_be_told_costs_no_answer(house: DispatchHouse) -> None:
    house.fail("gates.load", 1)

    house.dispatch()

    assert house.job.status is Status.ACCEPTED


def test_a_gate_that_cannot_be_read_keeps_the_job_waiting_unsent(house: DispatchHouse) -> None:
    house.table.hook = _failing_gate

    with pytest.raises(UnavailableStoreError):
        house.dispatch()

    assert house.sender.submitted == []
    assert house.job.attempts == ()


def _failing_gate(name: str, _: Moment) -> None:
    if name == "gates.load":
        raise UnavailableStoreError


def test_an_answer_counts_from_when_it_came(house: DispatchHouse) -> None:
    house.sender.answers = [no(may_retry=True)]
    house.call_s = 200

    house.dispatch()

    (attempt,) = house.job.attempts
    assert (attempt.answered_at, attempt.retry_at) == (at(240), at(240))


@pytest.mark.parametrize("name", ["jobs.load", "jobs.commit"])
def test_an_answer_is_stored_as_soon_as_the_table_is_back(house: DispatchHouse, name: str) -> None:
    house.fail(name, len(PATIENCE_S))

    house.dispatch()

    assert house.waits == [*PATIENCE_S]
    assert house.job.status is Status.ACCEPTED
    assert [(one.origin, one.body) for one in house.table.evidence.values()] == [
        (Origin.ANSWER, b"accepted")
    ]


def test_an_answer_that_cannot_be_stored_is_said_so_and_the_job_not_sent_again(
    house: DispatchHouse,
) -> None:
    house.fail("jobs.commit", len(PATIENCE_S) + 1)

    with pytest.raises(UnavailableStoreError):
        house.dispatch()
    house.dispatch(seconds=3000)

    assert len(house.sender.submitted) == 1
    assert house.job.status is Status.SUBMITTING


def test_an_answer_that_is_the_music_ends_the_job(house: DispatchHouse) -> None:
    inline = replace(said_clip(audio=False), passport=passport())
    house.sender.answers = [Accepted(1, None, at(0), Progress(None, Stage.COMPLETE, (inline,)))]

    house.dispatch()

    assert house.job.status is Status.ARCHIVED
    assert house.job.stages == {Stage.COMPLETE: at(40)}


def test_an_answer_that_callbacks_overtook_does_not_lower_the_job(house: DispatchHouse) -> None:
    def overtake(name: str, moment: Moment) -> None:
        if (name, moment) == ("sender.submit", Moment.AFTER):
            house.table.hook = lambda _, __: None
            word = progressed(Stage.FIRST, said_clip(), task_id=None)
            record(REF, word, jobs=house.jobs)

    house.sender = FakeSender(hook=overtake)

    house.dispatch()

    assert house.job.status is Status.FIRST
    assert house.job.task_id == "task-1"
