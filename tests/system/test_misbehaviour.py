"""What providers do wrong, through the synthesized template: each kind once, all at once."""

from dataclasses import dataclass
from io import StringIO

import httpx
import pytest

from local import demo, inspection
from local.bring_up import Deployment
from local.demo import Client, Job
from local.progress import Progress

PROMPT = "A quiet song [[sim:{scenario}]]"


@dataclass(frozen=True, slots=True)
class End:
    """How a job must end."""

    status: str
    error: str | None = None
    clips: tuple[str, ...] = ()


KEPT = End("archived", clips=("archived", "archived"))
ENDS = {
    # The safety net polls after 20 s.
    ("sunoapi/V5", "lost-callbacks"): KEPT,
    ("apikley/V4_5", "lost-complete"): KEPT,
    ("apikley/V4_5", "sensitive-word"): End("failed", "content_policy"),
    # Unsigned reports are confirmed before anything moves.
    ("sunoapi/V5", "complete-then-failed"): End("failed", "generation_failed", ("ready", "ready")),
    ("apikley/V4_5", "error-then-success"): KEPT,
    # The ticket in the address binds a callback, whatever became of the answer.
    ("sunoapi/V5", "S8-error-after-accept"): KEPT,
    ("apikley/V4_5", "complete-before-answer"): KEPT,
    ("sunoapi/V5", "foreign-task-id"): KEPT,
    # Files that come late, or never.
    ("sunoapi/V5", "S14-audio-404-then-ok"): KEPT,
    ("apikley/V4_5", "audio-404"): End("complete", clips=("archive_failed", "archive_failed")),
    # Not now: dispatched again from the queue.
    ("apikley/V4_5", "S5-rate-limited-then-ok"): KEPT,
    # Refused.
    ("sunoapi/V5", "S4-no-credits"): End("failed", "provider_out_of_credit"),
    ("apikley/V4_5", "S6-validation"): End("failed", "provider_rejected"),
}


@pytest.fixture(scope="module")
def doubtful(deployment: Deployment) -> Job:
    """A job whose `complete` no poll confirms; it is begun before all others."""
    with demo.client(deployment.addresses) as api:
        return api.submit(
            {
                "model": "apikley/V4_5",
                "prompt": PROMPT.format(scenario="complete-then-pending"),
            }
        )


@pytest.fixture(scope="module")
def jobs(deployment: Deployment, doubtful: Job) -> dict[tuple[str, str], Job]:
    """One job for each kind, when nothing will change any more."""
    assert not doubtful["done"]
    wanted = [
        {"model": model, "prompt": PROMPT.format(scenario=scenario)} for model, scenario in ENDS
    ]
    with demo.client(deployment.addresses) as api:
        made = demo.make_music(api, wanted, Progress(StringIO()))
    return dict(zip(ENDS, made, strict=True))


@pytest.mark.parametrize("kind", ENDS, ids="/".join)
def test_a_job_ends_as_it_must(jobs: dict[tuple[str, str], Job], kind: tuple[str, str]) -> None:
    job = jobs[kind]

    error = job["error"]["code"] if job["error"] else None
    clips = tuple(clip["status"] for clip in job["clips"] if clip["audio"] or clip["archive_error"])
    assert End(job["status"], error, clips) == ENDS[kind], job


@pytest.mark.parametrize("kind", [kind for kind, end in ENDS.items() if end == KEPT], ids="/".join)
def test_what_arrived_in_a_roundabout_way_is_kept_and_announced(
    deployment: Deployment, jobs: dict[tuple[str, str], Job], kind: tuple[str, str]
) -> None:
    found = inspection.complaints(
        [jobs[kind]],
        aws=deployment.aws,
        bucket=deployment.addresses.bucket_name,
        witness=deployment.witness,
    )

    assert found == []


@pytest.mark.usefixtures("jobs")
def test_a_complete_that_no_poll_confirms_moves_nothing(
    deployment: Deployment, api: Client, doubtful: Job
) -> None:
    simulator = deployment.addresses.simulators["apikley"]
    callbacks = httpx.get(f"{simulator}/_sim/callbacks", trust_env=False).json()["callbacks"]

    job = api.job(doubtful["id"])

    heard_of = [
        (callback["stage"], callback["status"])
        for callback in callbacks
        if callback["task_id"] == job["provider_task_id"]
    ]
    assert heard_of == [("text", 200), ("first", 200), ("complete", 200)]
    assert (job["status"], job["done"]) == ("first", False)
    assert {clip["status"] for clip in job["clips"]} <= {"pending", "ready"}
