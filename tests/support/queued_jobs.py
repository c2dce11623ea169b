"""Jobs of an account that nobody has taken, one for each hour."""

from cliphook.domain.change import begin
from cliphook.domain.ids import JobId, make_id
from tests.support.deployed import Deployed
from tests.support.makers import at, new_job


def queued_jobs(deployed: Deployed) -> list[JobId]:
    """Store a job for each of five hours; name them, the newest first."""
    ids = [JobId(make_id("job", at(3600 * hour), bytes(10))) for hour in range(5)]
    for hour, job_id in enumerate(ids):
        deployed.jobs.add(begin(new_job(id=job_id, created_at=at(3600 * hour))), None)
    return ids[::-1]
