"""A job's deletion by its owner, as an event ready to invoke the function with."""

from collections.abc import Iterator
from typing import Final

from tests.support.lambda_shapes import Event, http_event
from tests.support.makers import at
from tests.support.sample_world import KEY, SAMPLES

DELETE_JOB: Final = "DELETE /v1/jobs/{id}"


def delete_event(job_id: str, key: str = KEY) -> Event:
    """Wrap the wish of an account, or of nobody if there is no key, to have a job deleted."""
    headers = {"authorization": f"Bearer {key}"} if key else None
    path = f"/v1/jobs/{job_id}"
    return http_event(DELETE_JOB, path, at=at(60), headers=headers, parameters={"id": job_id})


def delete_cases() -> Iterator[tuple[str, Event]]:
    """Make every case."""
    job_id = SAMPLES["sunoapi"].job_id
    yield "job", delete_event(job_id)
    yield "without_key", delete_event(job_id, key="")
