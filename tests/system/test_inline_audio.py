"""Audio inside an answer, through the synthesized template: all of it in S3, nothing elsewhere."""

import base64
import hashlib
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from local import demo, inspection
from local.bring_up import Deployment
from local.demo import Client, Job
from tests.system.jobs import done
from tests.system.simulators import creates

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

MODEL = "infery/suno-v4"
LARGE = "b64-large"
SCENARIOS = ("b64-fallback", "mixed-data", "b64-escaped-slashes", "b64-data-url", LARGE)
LARGE_BYTES = 60 * 1024 * 1024
# What DynamoDB and EventBridge take.
ITEM_BYTES_MAX, EVENT_BYTES_MAX = 400_000, 256_000
# So much of a file is nowhere by accident, and is looked for in so many places of it.
PIECE, PLACES = 48, 40
# Five times as slow as otherwise: ten seconds.
SLOW, SLOW_TIMES = "S2-slow", 3
ANSWER_WITHIN_S = 2.0


@dataclass(frozen=True, slots=True)
class Sent:
    """One result as the provider sends it."""

    content: bytes
    is_inline: bool

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def piece(self) -> bytes:
        """Give some of what stood in the answer, from where it is least like anything else."""
        starts = range(0, len(self.content) - PIECE, len(self.content) // PLACES // 3 * 3)
        pieces = (self.content[start : start + PIECE] for start in starts)
        return base64.b64encode(max(pieces, key=lambda piece: len({*piece})))


@dataclass(frozen=True, slots=True)
class Posted:
    """A request that was answered: after how long, and whether its music was made by then."""

    job: Job
    took_s: float
    was_made: bool


type Made = dict[str, tuple[Job, list[Sent]]]


def words(scenario: str) -> str:
    return f"A lighthouse of {scenario} [[sim:{scenario}]]"


def listen(deployment: Deployment, scenario: str) -> list[Sent]:
    """Ask the provider the same once more, as an ordinary client does that holds all in memory."""
    (entry,) = creates(deployment, "infery", words(scenario))
    answered = httpx.post(
        f"{deployment.addresses.simulators['infery']}{entry['path']}",
        json=entry["body"],
        headers={"Authorization": "Bearer sim-listener"},
        timeout=60,
        trust_env=False,
    ).raise_for_status()
    return [_sent(item) for item in answered.json()["data"]]


def _sent(item: dict[str, Any]) -> Sent:
    if "b64_audio" in item:
        content = base64.b64decode(item["b64_audio"].rpartition(",")[2], validate=True)
        return Sent(content, is_inline=True)
    content = httpx.get(item["url"], trust_env=False).raise_for_status().content
    return Sent(content, is_inline=False)


@pytest.fixture(scope="module")
def slow(deployment: Deployment) -> list[Posted]:
    """Jobs that take the provider long, as they were answered; they are begun before all others."""
    posted = []
    with demo.client(deployment.addresses) as api:
        for number in range(SLOW_TIMES):
            began = time.monotonic()
            job = api.submit({"model": MODEL, "prompt": f"{words(SLOW)} {number}"})
            took_s = time.monotonic() - began
            entries = creates(deployment, "infery", words(SLOW))
            posted.append(Posted(job, took_s, any(entry["status"] for entry in entries)))
    return posted


@pytest.fixture(scope="module")
def made(deployment: Deployment, slow: object) -> Made:  # noqa: ARG001 - begun before
    """One job for each way of writing, done, and what the provider sent for it."""
    wanted = [{"model": MODEL, "prompt": words(scenario)} for scenario in SCENARIOS]
    with demo.client(deployment.addresses) as api:
        jobs = done(api, [api.submit(request) for request in wanted])
    with ThreadPoolExecutor(len(SCENARIOS)) as pool:
        sent = [*pool.map(lambda scenario: listen(deployment, scenario), SCENARIOS)]
    ids = [job["id"] for job in jobs]
    deployment.witness.listen_for(ids, "job.archived", within_s=inspection.EVENTS_WITHIN_S)
    return dict(zip(SCENARIOS, zip(jobs, sent, strict=True), strict=True))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_what_is_kept_is_what_was_sent(scenario: str, deployment: Deployment, made: Made) -> None:
    job, sent = made[scenario]

    for clip, one in zip(job["clips"], sent, strict=True):
        assert clip["audio"]["size_bytes"] == len(one.content)
        # What is behind a link bears the name of its job.
        assert not one.is_inline or clip["audio"]["sha256"] == one.sha256
    found = inspection.complaints(
        [job],
        aws=deployment.aws,
        bucket=deployment.addresses.bucket_name,
        witness=deployment.witness,
    )
    assert found == []


def test_the_answers_were_what_they_are_to_be(made: Made) -> None:
    kinds = {name: [one.is_inline for one in sent] for name, (_, sent) in made.items()}

    assert kinds == {
        "b64-fallback": [True, True],
        "mixed-data": [False, True],
        "b64-escaped-slashes": [True, True],
        "b64-data-url": [True, True],
        LARGE: [True],
    }
    assert len(made[LARGE][1][0].content) == LARGE_BYTES
    assert b"/" in base64.b64encode(made["b64-escaped-slashes"][1][0].content)


def rows(deployment: Deployment, job: Job) -> Iterator[dict[str, Any]]:
    """Read every row of a job, in DynamoDB's own notation."""
    table: DynamoDBClient = deployment.aws.client("dynamodb")
    pages = table.get_paginator("scan").paginate(TableName=deployment.addresses.table_name)
    for page in pages:
        yield from (item for item in page["Items"] if item["pk"]["S"].endswith(f"#{job['id']}"))


def text(row: dict[str, Any]) -> bytes:
    """Write all that a row holds."""
    return json.dumps(row, default=lambda body: bytes(body).decode()).encode()


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_table_holds_marks_in_the_place_of_audio(
    scenario: str, deployment: Deployment, made: Made
) -> None:
    job, sent = made[scenario]
    stored = [*rows(deployment, job)]

    assert {row["entity"]["S"] for row in stored} >= {"JOB", "CLIP", "REPORT", "EVENT"}
    assert max(len(text(row)) for row in stored) < ITEM_BYTES_MAX
    (report,) = [row["body"]["B"] for row in stored if row["entity"]["S"] == "REPORT"]
    inline = [item.get("b64_audio") for item in json.loads(bytes(report))["data"]]
    marks = iter(range(len(sent)))
    assert inline == [f"inline:{next(marks)}" if one.is_inline else None for one in sent]
    for row in stored:
        assert not [one for one in sent if one.piece in text(row)], row["sk"]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_neither_events_nor_answers_nor_logs_hold_any_of_it(
    scenario: str, deployment: Deployment, api: Client, made: Made
) -> None:
    job, sent = made[scenario]
    events = [json.dumps(event).encode() for event in deployment.witness.heard[job["id"]]]
    orders = [text(row) for row in rows(deployment, job) if row["entity"]["S"] == "EVENT"]
    answers = [api.http.get(f"/v1/jobs/{job['id']}").content, api.http.get("/v1/jobs").content]
    logs = [path.read_bytes() for path in (deployment.places.logs / "functions").iterdir()]

    assert events
    assert max(map(len, (*events, *orders))) < EVENT_BYTES_MAX
    for told in (*events, *orders, *answers, *logs):
        assert not [one for one in sent if one.piece in told]


def test_a_client_does_not_wait_for_a_provider_that_answers_with_the_music(
    api: Client, slow: list[Posted]
) -> None:
    jobs = [posted.job for posted in slow]

    assert [(job["status"], job["attempts"]) for job in jobs] == [("queued", [])] * SLOW_TIMES
    # The best of them, since a machine that does other things as well may be slow for once.
    assert min(posted.took_s for posted in slow) < ANSWER_WITHIN_S
    assert not any(posted.was_made for posted in slow)
    assert {job["status"] for job in done(api, jobs)} == {"archived"}
