"""
One consumer of every provider: same steps, same events, same shape, same errors.

What is a provider's own here is the name of its model, and what its simulator calls a trouble.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise, product

import pytest

from local import demo, inspection
from local.bring_up import Deployment
from local.demo import Client, Job
from tests.support import bus_watch, job_schema
from tests.support.following import WAITS_S, Step, crowd, finish, follow, with_covers

# Those that push, poll and block.
MODELS = ("sunoapi/V5", "apikley/V4_5", "apiin/suno-v5-0", "stratizon/suno-5.5", "infery/suno-v4")
PROMPT = "A quiet song of a harbour"
LADDER = ("queued", "submitting", "accepted", "text", "first", "complete", "archived")
MAGIC = {"audio/mpeg": rb"ID3|\xff[\xe0-\xff]", "audio/wav": rb"(?s)RIFF....WAVE"}
# What is announced of an error.
SAID = ("code", "provider_code")
AT_ONCE = 2

type Trouble = tuple[str, str]


@dataclass(frozen=True, slots=True)
class End:
    """How a job must end, with all its clips alike."""

    status: str
    error: str | None = None
    clips: str | None = None


TROUBLES = {
    "S4-no-credits": End("failed", "provider_out_of_credit"),
    "S6-validation": End("failed", "provider_rejected"),
    "fail-policy": End("failed", "content_policy"),
    "S11-failure-after-accept": End("failed", "generation_failed"),
    "audio-404": End("complete", clips="archive_failed"),
    "first-poll-html-502": End("archived", clips="archived"),
}
CALLED = {
    ("stratizon/suno-5.5", "fail-policy"): "fail-content_policy_violation",
    ("infery/suno-v4", "S11-failure-after-accept"): "async-failure",
}

by_model = pytest.mark.parametrize("model", MODELS, ids=[name.split("/")[0] for name in MODELS])
by_trouble = pytest.mark.parametrize(
    "trouble", [*product(MODELS, TROUBLES)], ids=lambda it: f"{it[0].split('/')[0]}-{it[1]}"
)


def request(model: str) -> dict[str, str]:
    return {"model": model, "prompt": PROMPT}


def key(model: str) -> dict[str, str]:
    return {"Idempotency-Key": f"song-by-{model}"}


@pytest.fixture(scope="module")
def begun(deployment: Deployment) -> Mapping[Trouble, Job]:
    """A job for each trouble of each provider, which nobody watches yet."""
    with crowd(deployment.addresses, AT_ONCE) as (api, pool):

        def begin(trouble: Trouble) -> Job:
            marker = f"[[sim:{CALLED.get(trouble, trouble[1])}]]"
            return api.submit(request(trouble[0]) | {"prompt": f"{PROMPT} {marker}"})

        troubles = [*product(MODELS, TROUBLES)]
        return dict(zip(troubles, pool.map(begin, troubles), strict=True))


@pytest.fixture(scope="module")
def courses(deployment: Deployment, begun: Mapping[Trouble, Job]) -> Mapping[str, list[Step]]:
    """A job for each provider, as it was at every step from its request to its end."""
    assert all(begun.values())
    with crowd(deployment.addresses, len(MODELS)) as (api, pool):

        def watch(model: str) -> list[Step]:
            answer = api.http.post("/v1/jobs", json=request(model), headers=key(model))
            assert answer.status_code == 202, answer.text
            return [*follow(api, answer.json())]

        return dict(zip(MODELS, pool.map(watch, MODELS), strict=True))


@pytest.fixture(scope="module")
def jobs(deployment: Deployment, courses: Mapping[str, list[Step]]) -> Mapping[str, Job]:
    """The same, when they were done and their covers kept, which come behind the audio."""
    told = {model: steps[-1].job for model, steps in courses.items()}
    with demo.client(deployment.addresses) as api:
        return {model: with_covers(api, job) for model, job in told.items()}


@pytest.fixture(scope="module")
def troubled(
    deployment: Deployment, begun: Mapping[Trouble, Job], jobs: Mapping[str, Job]
) -> Mapping[Trouble, Job]:
    """The jobs in trouble, when they were done."""
    assert all(job["done"] for job in jobs.values())
    with crowd(deployment.addresses, AT_ONCE) as (api, pool):
        done = pool.map(lambda job: finish(api, job), begun.values())
        return dict(zip(begun, done, strict=True))


@by_model
def test_a_job_has_the_same_shape_at_every_step(
    courses: Mapping[str, list[Step]], model: str
) -> None:
    assert [one for step in courses[model] for one in job_schema.complaints(step.job)] == []


def test_jobs_have_the_same_fields_whoever_made_them(jobs: Mapping[str, Job]) -> None:
    outlines = [
        job_schema.outline({**job, "stages": {}}, leave_out="image") for job in jobs.values()
    ]

    assert outlines == outlines[:1] * len(MODELS)


@by_model
def test_a_status_only_rises_up_to_archived(courses: Mapping[str, list[Step]], model: str) -> None:
    climbed = [LADDER.index(step.job["status"]) for step in courses[model]]

    assert climbed == sorted(climbed)
    assert [step.job["done"] for step in courses[model]].index(True) == len(climbed) - 1
    assert courses[model][-1].job["status"] == "archived"


@by_model
def test_a_stage_stays_and_none_is_made_up(
    api: Client, courses: Mapping[str, list[Step]], model: str
) -> None:
    listed = api.http.get("/v1/providers").json()["data"]
    (told,) = [row["stages"] for row in listed if model in row["models"]]

    for before, after in pairwise(courses[model]):
        assert before.job["stages"].items() <= after.job["stages"].items()
    stages = [*courses[model][-1].job["stages"]]
    assert "complete" in stages
    assert stages == [stage for stage in told if stage in stages]


@by_model
def test_an_answer_is_held_until_there_is_news(
    courses: Mapping[str, list[Step]], model: str
) -> None:
    for before, after in pairwise(courses[model]):
        assert after.job != before.job or after.held_s >= WAITS_S


@by_model
def test_all_is_kept_and_told_to_whoever_listens(
    deployment: Deployment, jobs: Mapping[str, Job], model: str
) -> None:
    kept = inspection.misfiled(
        jobs[model], aws=deployment.aws, bucket=deployment.addresses.bucket_name
    )

    assert [*kept] == []
    heard = bus_watch.listen(deployment.witness, jobs[model])
    assert [*bus_watch.complaints(jobs[model], heard)] == []


@by_model
def test_what_is_told_to_everybody_is_thin(
    deployment: Deployment, jobs: Mapping[str, Job], model: str
) -> None:
    job = jobs[model]

    told = json.dumps(bus_watch.listen(deployment.witness, job))

    assert PROMPT not in told
    for clip in job["clips"]:
        assert clip["id"] in told
        assert json.dumps(clip["lyrics"] or PROMPT)[1:-1] not in told


@by_model
def test_a_clip_is_heard_as_it_was_recorded(
    api: Client, jobs: Mapping[str, Job], model: str
) -> None:
    assert jobs[model]["clips"]
    for clip in jobs[model]["clips"]:
        body, told = api.audio(clip["id"]), clip["audio"]

        assert re.match(MAGIC[told["content_type"]], body)
        assert told["size_bytes"] == len(body)
        assert told["sha256"] == hashlib.sha256(body).hexdigest()


@by_model
def test_a_job_and_its_clips_are_the_same_everywhere(
    api: Client, jobs: Mapping[str, Job], model: str
) -> None:
    job = jobs[model]

    listed = api.http.get("/v1/jobs", params={"limit": 100}).json()["data"]
    clips = [api.http.get(f"/v1/clips/{clip['id']}").json() for clip in job["clips"]]

    assert api.job(job["id"]) == job
    assert [one for one in listed if one["id"] == job["id"]] == [job]
    assert clips == job["clips"]


@by_model
def test_the_same_request_is_the_same_job_and_another_is_refused(
    api: Client, jobs: Mapping[str, Job], model: str
) -> None:
    again = api.http.post("/v1/jobs", json=request(model), headers=key(model))
    other = request(model) | {"prompt": "Another song"}
    refused = api.http.post("/v1/jobs", json=other, headers=key(model))

    assert (again.status_code, again.json()) == (202, jobs[model])
    assert again.headers["idempotency-replayed"] == "true"
    assert (refused.status_code, refused.json()["code"]) == (422, "idempotency_key_reused")


@by_trouble
def test_a_trouble_ends_alike_at_every_provider(
    troubled: Mapping[Trouble, Job], trouble: Trouble
) -> None:
    job, end = troubled[trouble], TROUBLES[trouble[1]]

    assert (job["status"], job["error"] and job["error"]["code"]) == (end.status, end.error), job
    assert {clip["status"] for clip in job["clips"]} == ({end.clips} if end.clips else set()), job
    assert job_schema.complaints(job) == []


@by_trouble
def test_a_trouble_is_told_to_whoever_listens(
    deployment: Deployment, troubled: Mapping[Trouble, Job], trouble: Trouble
) -> None:
    job = troubled[trouble]

    heard = bus_watch.listen(deployment.witness, job)

    assert [*bus_watch.complaints(job, heard)] == []
    error, told = job["error"] or {}, bus_watch.details(heard)[-1]["job"]
    assert told.get("error", {}) == {name: error[name] for name in SAID if error}
