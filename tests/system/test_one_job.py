"""One job through the synthesized template: asked for, made, kept, announced, heard."""

import hashlib
import json
import stat
from io import StringIO
from typing import TYPE_CHECKING

import httpx
import pytest

from local import demo, inspection
from local.addresses import Addresses
from local.bring_up import Deployment
from local.demo import Client, Job
from local.progress import Progress
from local.simulated import PROVIDERS

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client


@pytest.fixture(scope="module")
def jobs(deployment: Deployment) -> list[Job]:
    """Every request of the demonstration, which reaches every provider."""
    with demo.client(deployment.addresses) as api:
        return demo.make_music(api, demo.requests(), Progress(StringIO()))


def complaints(deployment: Deployment, jobs: list[Job]) -> list[str]:
    return inspection.complaints(
        jobs,
        aws=deployment.aws,
        bucket=deployment.addresses.bucket_name,
        witness=deployment.witness,
    )


def test_a_sentence_becomes_music_through_every_provider_and_a_song_through_one(
    deployment: Deployment, jobs: list[Job]
) -> None:
    assert {(job["provider"], "lyrics" in job["request"]) for job in jobs} == {
        *((provider, False) for provider in PROVIDERS),
        ("sunoapi", True),
    }

    assert complaints(deployment, jobs) == []


def test_every_stage_of_the_provider_is_on_record_and_no_other(jobs: list[Job]) -> None:
    for job in jobs:
        is_staged = job["provider"] in {"sunoapi", "apikley", "apiin"}
        assert {*job["stages"]} == ({"text", "first", "complete"} if is_staged else {"complete"})


def test_a_clip_is_heard_as_it_was_recorded(api: Client, jobs: list[Job]) -> None:
    for job in jobs:
        for clip in job["clips"]:
            body = api.audio(clip["id"])

            assert hashlib.sha256(body).hexdigest() == clip["audio"]["sha256"]


def test_a_clip_can_be_heard_from_the_middle(api: Client, jobs: list[Job]) -> None:
    clip = jobs[0]["clips"][0]

    link = api.http.get(f"/v1/clips/{clip['id']}/audio").headers["location"]
    part = httpx.get(link, headers={"Range": "bytes=1000-1099"}, trust_env=False)

    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 1000-1099/{clip['audio']['size_bytes']}"
    assert part.content == api.audio(clip["id"])[1000:1100]


def test_every_clip_says_what_it_is_and_can_be_drawn(api: Client, jobs: list[Job]) -> None:
    for job in jobs:
        for clip in job["clips"]:
            audio = clip["audio"]
            waveform = httpx.get(
                api.http.get(f"/v1/clips/{clip['id']}/peaks").headers["location"], trust_env=False
            ).json()

            assert (audio["container"], audio["codec"], audio["defects"]) == ("mp3", "mp3", [])
            assert audio["duration_s"] > 1
            assert -40 < audio["loudness_lufs"] < 0
            assert len(waveform["data"]) == 2 * waveform["length"]


def test_another_account_sees_none_of_it(deployment: Deployment, jobs: list[Job]) -> None:
    other = {"Authorization": f"Bearer {deployment.addresses.other_api_key}"}
    url = f"{deployment.addresses.api_url}/v1/jobs"

    answers = [
        httpx.get(f"{url}/{id_}", headers=other, trust_env=False)
        for id_ in (jobs[0]["id"], "job_00000000000000000000000000")
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    bodies = [answer.json() for answer in answers]
    assert bodies[0] | {"request_id": ""} == bodies[1] | {"request_id": ""}


def test_the_addresses_are_written_for_nobody_else_to_read(deployment: Deployment) -> None:
    (path,) = [places for places in [deployment.places.addresses] if places.exists()]

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Addresses.read(path) == deployment.addresses
    assert json.loads(path.read_text()).keys() >= {"api_url", "api_key", "other_api_key"}


def test_a_changed_byte_in_the_bucket_is_noticed(
    deployment: Deployment, jobs: list[Job], api: Client
) -> None:
    bucket, clip = deployment.addresses.bucket_name, jobs[0]["clips"][0]
    s3: S3Client = deployment.aws.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    (key,) = [
        entry["Key"]
        for page in pages
        for entry in page["Contents"]
        if clip["id"] in entry["Key"] and not entry["Key"].endswith(inspection.BESIDE)
    ]
    original = api.audio(clip["id"])

    s3.put_object(Bucket=bucket, Key=key, Body=original[:-1] + b"!")
    try:
        found = [*inspection.misfiled(jobs[0], aws=deployment.aws, bucket=bucket)]
    finally:
        s3.put_object(Bucket=bucket, Key=key, Body=original)

    assert [complaint.partition(":")[0] for complaint in found] == [clip["id"]]


@pytest.mark.parametrize("missing", ["job.queued", "job.complete", "clip.archived"])
def test_a_missing_event_is_noticed(deployment: Deployment, jobs: list[Job], missing: str) -> None:
    assert complaints(deployment, jobs) == []
    heard = deployment.witness.heard[jobs[0]["id"]]
    lost = next(event for event in heard if event["detail-type"] == missing)

    found = [*inspection.unannounced(jobs[0], [event for event in heard if event is not lost])]

    assert found


def test_an_unfinished_job_is_noticed(jobs: list[Job]) -> None:
    assert [*inspection.unfinished(jobs[0])] == []

    assert [*inspection.unfinished(jobs[0] | {"status": "complete"})]
    assert [*inspection.unfinished(jobs[0] | {"clips": []})]
