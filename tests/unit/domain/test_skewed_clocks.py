"""Functions whose clocks differ by minutes keep every job going."""

from dataclasses import replace

import pytest

from cliphook.domain.due import Work, next_call
from cliphook.domain.report import Said, Silence, Via
from tests.support.makers import PACE, accepted, at, claimed, new_job, told


@pytest.mark.parametrize("is_polled", [True, False])
def test_a_poll_by_a_clock_that_is_behind_is_followed_by_another(*, is_polled: bool) -> None:
    pace = replace(PACE, is_polled=is_polled)
    asked = Said(1, Silence(), Via.POLL, at(2))

    job = told(claimed(seconds=300), accepted(seconds=301), asked, job=new_job(pace=pace))

    call = next_call(job)
    assert call
    assert call.work is Work.POLL
    assert at(7) <= call.at <= at(2 + 2 * PACE.poll_first_s)
