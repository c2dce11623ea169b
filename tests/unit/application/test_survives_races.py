"""Two invocations may hold the same job: what one of them decided late undoes nothing."""

from cliphook.application.record import record
from cliphook.domain.job import AttemptStatus
from cliphook.domain.status import Status
from tests.support.dispatching import REF, DispatchHouse
from tests.support.fakes import Moment
from tests.support.makers import PACE, accepted, at, claimed_option

LAST = PACE.deadline_s


class RacedHouse(DispatchHouse):
    """A house in which somebody else claims the job just after it was looked at."""

    is_raced = True

    def _hook(self, name: str, moment: Moment) -> None:
        super()._hook(name, moment)
        if (name, moment) == ("jobs.load", Moment.AFTER) and self.is_raced:
            self.is_raced = False
            record(REF, claimed_option(1, seconds=LAST - 0.5), jobs=self.jobs)


def test_a_job_that_was_claimed_in_its_last_second_is_not_ended_as_unsent() -> None:
    house = RacedHouse()

    house.dispatch(seconds=LAST)

    assert house.sender.submitted == []
    assert house.job.verdict is None
    assert house.job.attempts[0].status is AttemptStatus.CLAIMED

    record(REF, accepted(seconds=LAST + 1), jobs=house.jobs)
    assert house.job.status is Status.ACCEPTED


def test_a_job_that_nobody_claimed_is_ended() -> None:
    house = RacedHouse()
    house.is_raced = False

    house.dispatch(seconds=LAST)

    assert house.job.status is Status.EXPIRED
    assert house.job.verdict
    assert house.job.verdict.at == at(LAST)
