"""
Functions are killed, and nobody else notices: no job, no clip, no event and no credit is lost.

Two hundred songs from five misbehaving providers, on a deployment of their own. At each of a
dozen points one process gets a SIGKILL; nothing in the product knows of it. `KILLED_JOBS` and
`KILLED_SEED` choose how many songs there are, and the chance that names, sorts and kills.
"""

import os
import sys
from collections.abc import Iterator

import pytest

from tests.system import kill_checks, kill_events, kill_files, kill_money, kill_run
from tests.system.kill_points import POINTS
from tests.system.kill_report import report
from tests.system.kill_run import Run
from tests.system.processes import alive

JOBS = int(os.environ.get("KILLED_JOBS", "200"))
SEED = int(os.environ.get("KILLED_SEED", "1"))

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """One run, as it was when all was done."""
    with kill_run.up(tmp_path_factory.mktemp("killed"), SEED) as deployment:
        yield kill_run.play(deployment, JOBS, SEED)


def test_a_process_died_at_each_point(run: Run) -> None:
    died = {kill.point for kill in run.plan.kills if not alive(kill.worker.pid)}

    missed = [(None, f"nobody died: {point.function}, {point.name}") for point in {*POINTS} - died]
    assert report(run, missed) == ""
    assert len({kill.worker.pid for kill in run.plan.kills}) == len(POINTS) >= 10


def test_every_job_is_done_and_ended_as_its_provider_behaved(run: Run) -> None:
    assert len(run.asked) == JOBS
    assert report(run, kill_checks.unfinished(run)) == ""


def test_whoever_asks_again_after_a_death_gets_the_same_job(run: Run) -> None:
    assert report(run, kill_checks.untold(run)) == ""


def test_no_provider_was_asked_twice(run: Run) -> None:
    assert report(run, kill_checks.asked_twice(run)) == ""


def test_every_clip_is_what_its_host_serves(run: Run) -> None:
    assert report(run, kill_files.misfiled(run)) == ""


def test_every_event_reached_a_subscriber(run: Run) -> None:
    assert report(run, kill_events.unheard(run)) == ""


def test_the_ledger_balances(run: Run) -> None:
    assert report(run, kill_money.unbalanced(run)) == ""
