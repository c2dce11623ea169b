"""Checks what a job left behind, at the source: the bucket's bytes, and the bus's events."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local.aws_server import Aws
from local.demo import Client, Job
from local.witness import Event, Witness

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

PASSING: Final = ("text", "first")
STEPS: Final = ("job.queued", "job.accepted", "job.complete", "job.archived")
EVENTS_WITHIN_S: Final = 10.0
# What lies beside a clip's audio: its waveform, its words in time, and its cover.
BESIDE: Final = (".peaks.json", ".lyrics.json", ".jpg", ".png", ".webp")
NOT_IN_A_NAME: Final = re.compile(r"[^\w .,'-]+")


def complaints(
    jobs: list[Job], *, aws: Aws, bucket: str, witness: Witness, announced: Sequence[str] = STEPS
) -> list[str]:
    """
    List what is not as promised; nothing, if all music is kept and all was announced.

    The steps to be announced are those that every job takes whose provider behaves.
    """
    witness.listen_for((job["id"] for job in jobs), "job.archived", within_s=EVENTS_WITHIN_S)
    return [
        f"{job['id']}: {complaint}"
        for job in jobs
        for complaint in (
            *unfinished(job),
            *misfiled(job, aws=aws, bucket=bucket),
            *unannounced(job, witness.heard[job["id"]], steps=announced),
        )
    ]


def unfinished(job: Job) -> Iterator[str]:
    """Complain unless a job and all its clips are archived."""
    if job["status"] != "archived":
        yield f"the job is {job['status']}: {job.get('error')}"
    if not job["clips"]:
        yield "the job has no clips"
    for clip in job["clips"]:
        if clip["status"] != "archived":
            yield f"{clip['id']} is {clip['status']}"


def misfiled(job: Job, *, aws: Aws, bucket: str) -> Iterator[str]:
    """Complain unless the bucket holds each clip once, with the size and hash on record."""
    for clip in job["clips"]:
        found = [*stored(aws, bucket, clip["id"])]
        recorded = clip["audio"] or {}
        if [(len(body), hashlib.sha256(body).hexdigest()) for body in found] != [
            (recorded.get("size_bytes"), recorded.get("sha256"))
        ]:
            sizes = [len(body) for body in found]
            yield f"{clip['id']}: the bucket holds {sizes}, the record says {recorded}"


def stored(aws: Aws, bucket: str, clip_id: str) -> Iterator[bytes]:
    """Read every file of a clip's audio from the bucket itself, and nothing beside it."""
    s3: S3Client = aws.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="clips/"):
        for entry in page.get("Contents", ()):
            is_beside = entry["Key"].endswith(BESIDE)
            if clip_id in entry["Key"].split("/") and not is_beside:
                yield s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()


def unannounced(job: Job, events: list[Event], *, steps: Sequence[str] = STEPS) -> Iterator[str]:
    """
    Complain unless each step was announced once and each clip too, without a gap in the numbers.

    The stages text and first may be announced, but not if a later one overtook them.
    """
    # At least once is the promise of the bus, so what came twice counts once.
    distinct = {event["detail"]["id"]: event for event in events}.values()
    heard = Counter(event["detail-type"] for event in distinct)
    passed = {f"job.{stage}" for stage in PASSING if job["stages"].get(stage)}
    expected = Counter([*steps, *(passed & heard.keys())])
    expected["clip.archived"] = len(job["clips"])
    if heard != expected:
        yield f"the bus carried {dict(heard)}, expected {dict(expected)}"
    numbers = sorted(event["detail"]["seq"] for event in distinct)
    if numbers != [*range(1, len(numbers) + 1)]:
        yield f"its events are numbered {numbers}"


def download(api: Client, jobs: list[Job], folder: Path) -> Iterator[Path]:
    """Save every archived clip under its title, as the API gives it."""
    folder.mkdir(parents=True, exist_ok=True)
    for job in jobs:
        for clip in job["clips"]:
            if clip["status"] != "archived":
                continue
            title = NOT_IN_A_NAME.sub(" ", clip["title"] or clip["id"]).strip()
            path = folder / f"{title} ({job['provider']} {clip['index'] + 1}).mp3"
            path.write_bytes(api.audio(clip["id"]))
            yield path
