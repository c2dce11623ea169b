"""The operator's commands, each as an event ready to invoke the function with."""

from collections.abc import Iterator

from tests.support.lambda_shapes import Event
from tests.support.makers import ACCOUNT
from tests.support.sample_world import SAMPLES, clips_of


def operator_cases() -> Iterator[tuple[str, Event]]:
    """Make a case of each command; those that name a job name one of the samples'."""
    told = SAMPLES["sunoapi"]
    account = {"account_id": ACCOUNT}
    job = {**account, "job_id": told.job_id}
    clip_id = clips_of(told.complete[-1].job)[0]
    grant = {"amount": "25.0000", "reference": "invoice-2026-001"}
    yield "create_account", {"command": "create_account", "name": "Radio Nowhere"}
    yield "create_key", {"command": "create_key", **account, "name": "laptop"}
    yield "grant", {"command": "grant", **account, **grant}
    yield "balance", {"command": "balance", **account}
    yield "audit", {"command": "audit"}
    yield "inspect", {"command": "inspect"}
    yield "measure", {"command": "measure"}
    yield "redrive", {"command": "redrive", "queue": "archive-dead"}
    yield "unpark", {"command": "unpark"}
    yield "nudge", {"command": "nudge", **job}
    yield "reread", {"command": "reread", **job}
    yield "retry_clip", {"command": "retry_clip", **job, "clip_id": clip_id}
    yield "dismiss", {"command": "dismiss", **job, "where": "quarantine"}
    yield "backfill", {"command": "backfill", **job}
    since = {"since": "2026-11-01T00:00:00Z", "limit": 500}
    yield "backfill_many", {"command": "backfill", **account, **since}
    yield "delete_job", {"command": "delete_job", **job}
    yield "delete_account", {"command": "delete_account", **account}
    yield "deletions", {"command": "deletions", "since": "2026-11-01T00:00:00Z"}
    hours = {"since": "2026-11-21T08:00:00Z", "until": "2026-11-21T12:00:00Z"}
    yield "replay", {"command": "replay", "rule": "billing-archived-jobs", **hours}
