"""Functions whose clocks differ by minutes keep every job going."""

from dataclasses import replace
from itertools import pairwise

import pytest

from cliphook.domain.due import Work, next_call
from cliphook.domain.report import Said, Silence, Via
from tests.support.makers import PACE, accepted, at, claimed, failed, new_job, running, told


@pytest.mark.parametrize("is_polled", [True, False])
def test_a_poll_by_a_clock_that_is_behind_is_followed_by_another(*, is_polled: bool) -> None:
    pace = replace(PACE, is_polled=is_polled)
    asked = Said(1, Silence(), Via.POLL, at(2))

    job = told(claimed(seconds=300), accepted(seconds=301), asked, job=new_job(pace=pace))

    call = next_call(job)
    assert call
    assert call.work is Work.POLL
    assert at(7) <= call.at <= at(2 + 2 * PACE.poll_first_s)


def test_a_hint_by_a_clock_that_is_ahead_does_not_have_the_provider_asked_all_the_time() -> None:
    job = running(failed(Via.CALLBACK, seconds=341), failed(Via.POLL, seconds=41))

    asked_at = [41.0]
    while call := next_call(job):
        asked_at.append((call.at - at(0)).total_seconds())
        job = told(Said(1, Silence(), Via.POLL, call.at), job=job)

    gaps = [later - earlier for earlier, later in pairwise(asked_at)]
    # Asking every five seconds until the clocks have met would be sixty times.
    assert len(gaps) <= 20
    assert min(gaps) >= PACE.poll_gap_s
    assert asked_at[-1] >= 341
