"""What becomes of music later, through the synthesized template: deleted, or kept after all."""

import json
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final

from cliphook.application.recall_jobs import Outcome
from local import demo
from local.bring_up import Deployment
from local.demo import Client, Job
from tests.system.jobs import done
from tests.system.processes import soon
from tests.system.steering import told

if TYPE_CHECKING:
    from types_boto3_lambda.client import LambdaClient
    from types_boto3_s3.client import S3Client

WITHIN_S: Final = 60.0


def invoke(deployment: Deployment, function: str, event: dict[str, object]) -> Any:
    functions: LambdaClient = deployment.aws.client("lambda")
    name = f"cliphook-local-{function}"
    answer = functions.invoke(FunctionName=name, Payload=json.dumps(event))
    said = json.loads(answer["Payload"].read() or "null")
    assert "FunctionError" not in answer, said
    return said


def operate(deployment: Deployment, command: dict[str, object]) -> Any:
    return invoke(deployment, "operator", command)


def account_of(deployment: Deployment, job: Job) -> str:
    """Tell whose a job is, by where its clips are."""
    s3: S3Client = deployment.aws.client("s3")
    (bucket, *_) = buckets(deployment)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="clips/")
    keys = [found["Key"].split("/") for page in pages for found in page["Contents"]]
    return next(account for _, account, job_id, *_ in keys if job_id == job["id"])


def buckets(deployment: Deployment) -> list[str]:
    s3: S3Client = deployment.aws.client("s3")
    names = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    return [
        name for name in names if s3.get_bucket_versioning(Bucket=name).get("Status") == "Enabled"
    ]


def versions(deployment: Deployment, job: Job) -> list[str]:
    """Name every version of an object of a job, and every mark of a deleted one."""
    s3: S3Client = deployment.aws.client("s3")
    found: list[Any] = []
    for bucket in buckets(deployment):
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
            found += [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
    return sorted(row["Key"] for row in found if job["id"] in row["Key"])


def ask(api: Client) -> Job:
    return api.submit({"model": "sunoapi/V5", "prompt": "A song that somebody regrets"})


def test_a_deleted_job_is_gone_with_every_version_of_its_files_and_its_credit_balances(
    deployment: Deployment, api: Client
) -> None:
    other, job = done(api, [ask(api), ask(api)])
    clip_ids = [clip["id"] for clip in job["clips"]]
    assert len(versions(deployment, job)) >= len(clip_ids) > 0
    began = datetime.now(UTC).isoformat()

    answered = [api.http.delete(f"/v1/jobs/{job['id']}").status_code for _ in range(2)]

    assert answered == [HTTPStatus.NO_CONTENT] * 2
    paths = [f"/v1/jobs/{job['id']}", *(f"/v1/clips/{one}/audio" for one in clip_ids)]
    assert {api.http.get(path).status_code for path in paths} == {HTTPStatus.NOT_FOUND}
    listed = {one["id"] for one in api.http.get("/v1/jobs?limit=100").json()["data"]}
    assert job["id"] not in listed
    invoke(deployment, "erase", {})
    assert soon(lambda: versions(deployment, job) == [], within_s=WITHIN_S)
    ledger = api.http.get("/v1/ledger?limit=100").json()["data"]
    assert ("charge", job["id"]) in {(one["kind"], one["job_id"]) for one in ledger}
    assert operate(deployment, {"command": "audit"})["discrepancies"] == []
    (told_of,) = operate(deployment, {"command": "deletions", "since": began})["deletions"]
    assert (told_of["job_id"], told_of["by"]) == (job["id"], "client")
    assert told_of["clips"] == len(clip_ids)
    assert told_of["size_bytes"] == sum(clip["audio"]["size_bytes"] for clip in job["clips"])
    assert api.job(other["id"])["status"] == "archived"
    assert len(versions(deployment, other)) >= len(clip_ids)


def test_a_job_that_goes_on_is_not_deleted_and_says_what_to_do(api: Client) -> None:
    job = api.submit({"model": "infery/suno-v4", "prompt": "A song under way"})

    answered = api.http.delete(f"/v1/jobs/{job['id']}")

    assert (answered.status_code, answered.json()["code"]) == (HTTPStatus.CONFLICT, "not_done")


def test_what_was_given_up_is_asked_for_again_and_kept(deployment: Deployment, api: Client) -> None:
    (kept,) = done(api, [ask(api)])
    account_id = account_of(deployment, kept)
    with told(deployment, "cliphook-local-archive", FETCH_LOOPBACK="false"):
        (job,) = done(api, [ask(api)])
        assert {clip["status"] for clip in job["clips"]} == {"archive_failed"}
    hours_left = operate(deployment, {"command": "measure"})["ProviderHoursLeft"]
    assert 0 < hours_left <= 14 * 24

    recalled = operate(
        deployment, {"command": "backfill", "account_id": account_id, "job_id": job["id"]}
    )

    (one,) = recalled["jobs"]
    assert (one["outcome"], one["missing"]) == (Outcome.ORDERED, len(job["clips"]))
    assert soon(lambda: api.job(job["id"])["status"] == "archived", within_s=WITHIN_S)
    deployment.witness.listen_for([job["id"]], "job.archived", within_s=WITHIN_S)
    again = operate(
        deployment, {"command": "backfill", "account_id": account_id, "job_id": job["id"]}
    )
    assert again["counts"] == {Outcome.KEPT: 1}


def test_an_account_is_deleted_with_its_keys_and_jobs_and_no_other_one(
    deployment: Deployment, api: Client
) -> None:
    (mine,) = done(api, [ask(api)])
    made = operate(deployment, {"command": "create_account", "name": "Somebody who leaves"})
    account_id = made["account_id"]
    grant = {"amount": "100.0000", "reference": "start"}
    operate(deployment, {"command": "grant", "account_id": account_id, **grant})
    with demo.client(deployment.addresses) as theirs:
        theirs.http.headers["authorization"] = f"Bearer {made['api_key']}"
        (job,) = done(theirs, [ask(theirs)])

        said = operate(deployment, {"command": "delete_account", "account_id": account_id})
        invoke(deployment, "erase", {})
        invoke(deployment, "erase", {})

        assert said["keys_revoked"] == 1
        assert soon(lambda: versions(deployment, job) == [], within_s=WITHIN_S)
        shown = theirs.http.get(f"/v1/jobs/{job['id']}").status_code
        assert shown in {HTTPStatus.NOT_FOUND, HTTPStatus.UNAUTHORIZED}
    audited = operate(deployment, {"command": "audit", "account_id": account_id})
    assert (audited["audited"], audited["discrepancies"]) == (1, [])
    assert api.job(mine["id"])["status"] == "archived"
