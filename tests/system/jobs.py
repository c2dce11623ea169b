"""Jobs that tests have asked for: how they end, and who was asked to make them."""

from local.demo import Client, Job
from tests.system.processes import soon

DONE_WITHIN_S = 90.0


def done(api: Client, jobs: list[Job]) -> list[Job]:
    """Wait until nothing will change any more."""
    assert soon(lambda: all(api.job(job["id"])["done"] for job in jobs), within_s=DONE_WITHIN_S)
    return [api.job(job["id"]) for job in jobs]


def attempts(job: Job) -> list[tuple[str, str, str | None]]:
    """List who was asked, what became of it, and the code if it came to nothing."""
    return [
        (one["provider"], one["status"], one["error"] and one["error"]["code"])
        for one in job["attempts"]
    ]
