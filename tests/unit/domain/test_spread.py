"""Polls that make up for lost callbacks do not come all at once."""

from dataclasses import replace
from datetime import timedelta

from cliphook.domain.due import next_call
from cliphook.domain.ids import JobId
from cliphook.domain.report import Said, Silence, Via
from tests.support.makers import accepted, at, claimed, told


def test_polls_of_jobs_that_began_together_spread() -> None:
    running = told(claimed(), accepted(), Said(1, Silence(), Via.POLL, at(91)))
    jobs = [replace(running, id=JobId(f"job_{number}")) for number in range(50)]
    times = [call.at for job in jobs if (call := next_call(job))]

    assert len({*times}) > 25
    assert max(times) - min(times) > timedelta(seconds=15)
