"""What a subscriber heard while functions were killed, held against what was committed."""

import json
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from local.bring_up import Deployment
from local.witness import SOURCE
from tests.support.bus_watch import expected_clips
from tests.system.kill_checks import Complaint
from tests.system.kill_run import Run
from tests.system.kill_songs import KEPT, PARTLY

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

HEARD_WITHIN_S = 30.0

# Of one job, by the event's id: every text in which it was told.
type Told = Mapping[str, set[str]]


def unheard(run: Run) -> Iterator[Complaint]:
    """Complain unless a subscriber heard what was committed: all of it, and each always alike."""
    committed = announced(run.deployment)
    heard = listen(run, committed)
    for asked in run.asked:
        job = run.jobs[asked.job_id]
        texts = committed[job["id"]]
        for id_ in [id_ for id_, text in texts.items() if heard[job["id"]].get(id_) != text]:
            yield job["id"], f"was told {heard[job['id']].get(id_)}, committed is {texts[id_]}"
        told = sorted((json.loads(*text) for text in texts.values()), key=lambda it: it["seq"])
        if [detail["seq"] for detail in told] != [*range(1, len(told) + 1)]:
            yield job["id"], f"its events are numbered {[detail['seq'] for detail in told]}"
        types = [detail["type"] for detail in told]
        if [one for one in types if one.startswith("job.")][-1:] != [f"job.{job['status']}"]:
            yield job["id"], f"is {job['status']}, but told was {types}"
        clips = Counter(one for one in types if one.startswith("clip."))
        if job["status"] in {KEPT, PARTLY} and clips != expected_clips(job):
            yield job["id"], f"has {dict(expected_clips(job))}, but told was {dict(clips)}"


def announced(deployment: Deployment) -> Mapping[str, Told]:
    """Read from the table what was to be announced, by job."""
    table: DynamoDBClient = deployment.aws.client("dynamodb")
    found: dict[str, dict[str, set[str]]] = defaultdict(dict)
    pages = table.get_paginator("scan").paginate(
        TableName=deployment.addresses.table_name,
        FilterExpression="entity = :event AND #source = :ours",
        ExpressionAttributeNames={"#source": "source"},
        ExpressionAttributeValues={":event": {"S": "EVENT"}, ":ours": {"S": SOURCE}},
        ConsistentRead=True,
    )
    for page in pages:
        for row in page["Items"]:
            detail = json.loads(row["detail"]["S"])
            found[detail["job"]["id"]][detail["id"]] = {canonical(detail)}
    return found


def listen(run: Run, committed: Mapping[str, Told]) -> Mapping[str, Told]:
    """Hear on until all that was committed was told, or for half a minute."""
    deadline = time.monotonic() + HEARD_WITHIN_S
    while True:
        heard = by_job(run)
        is_all = all(told.keys() <= heard[job_id].keys() for job_id, told in committed.items())
        if is_all or time.monotonic() > deadline:
            return heard
        run.deployment.witness.listen()


def by_job(run: Run) -> Mapping[str, Told]:
    """Sort what was heard by job and by event."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for job_id, events in run.deployment.witness.heard.items():
        for event in events:
            detail = event["detail"]
            found[job_id][detail["id"]].add(canonical(detail))
    return found


def canonical(detail: Mapping[str, Any]) -> str:
    """Write an event so that those that say the same are the same."""
    return json.dumps(detail, sort_keys=True)
