"""The bucket after functions were killed, held against what providers' hosts serve."""

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpx

from local.inspection import BESIDE
from tests.system.kill_checks import Complaint
from tests.system.kill_run import Run

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

AT_ONCE = 4
# Where in a file its title stands.
TAG_BYTES = 512


@dataclass(frozen=True, slots=True)
class File:
    """What is to be known of a file."""

    sha256: str
    size_bytes: int
    tag: bytes

    @classmethod
    def of(cls, content: bytes) -> "File":
        return cls(hashlib.sha256(content).hexdigest(), len(content), content[:TAG_BYTES])


def misfiled(run: Run) -> Iterator[Complaint]:
    """Complain unless the bucket holds each kept clip once, as its host serves it, and no more."""
    kept, served = stored(run), served_by_hosts(run)
    known = {clip["id"] for job in run.jobs.values() for clip in job["clips"]}
    for asked in run.asked:
        for clip in run.jobs[asked.job_id]["clips"]:
            if clip["status"] != "archived":
                continue
            files = kept.get(clip["id"], [])
            recorded = (clip["audio"]["sha256"], clip["audio"]["size_bytes"])
            if [(file.sha256, file.size_bytes) for file in files] != [recorded]:
                yield asked.job_id, f"{clip['id']} is recorded as {recorded}, stored as {files}"
            elif files[0] not in served:
                yield asked.job_id, f"{clip['id']} is served by no host: {files}"
            elif asked.song.name.encode() not in files[0].tag:
                yield asked.job_id, f"{clip['id']} is another song: {files}"
    yield from ((None, f"holds {clip_id}, of no job") for clip_id in kept.keys() - known)


def stored(run: Run) -> Mapping[str, list[File]]:
    """Read every clip's files from the bucket, by the clip's id in their key."""
    s3: S3Client = run.deployment.aws.client("s3")
    bucket = run.deployment.addresses.bucket_name
    found: dict[str, list[File]] = defaultdict(list)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="clips/"):
        for entry in page.get("Contents", ()):
            if entry["Key"].endswith(BESIDE):
                continue
            body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
            found[entry["Key"].split("/")[-2]].append(File.of(body))
    return found


def served_by_hosts(run: Run) -> set[File]:
    """Ask the hosts themselves for everything that was ever downloaded."""
    simulators = run.deployment.addresses.simulators
    urls = [simulators[provider] + path for provider, path in run.plan.downloads]
    with httpx.Client(trust_env=False) as http, ThreadPoolExecutor(AT_ONCE) as pool:

        def fetch(url: str) -> File | None:
            answer = http.get(url, follow_redirects=True)
            return File.of(answer.content) if answer.is_success else None

        return {file for file in pool.map(fetch, urls) if file}
