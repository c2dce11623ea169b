"""Jobs that are called off, through the synthesized template: before and after they were sent."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from cliphook.adapters.dynamodb_gates import DynamoDbGates
from cliphook.domain.gate import OPEN_S
from local import demo
from local.bring_up import Deployment
from local.demo import Client, Job
from tests.system.jobs import done
from tests.system.processes import soon
from tests.system.simulators import asked

if TYPE_CHECKING:
    from types_boto3_dynamodb.client import DynamoDBClient

# Who is closed, who calls back, and who answers with the music itself.
CLOSED, PUSHES, BLOCKS = "apikley/V5", "sunoapi/V5", "infery/suno-v4"
# So long a turn is off, and so long after it nobody would come any more.
TURN_S, AFTER_S = 4, 2
RECOVERED_WITHIN_S = 60.0


def words(name: str) -> str:
    """Write a sentence that no other test writes."""
    return f"A door that closes for {name}"


def cancel(api: Client, job: Job) -> Job:
    answered = api.http.post(f"/v1/jobs/{job['id']}/cancel")
    assert answered.status_code == HTTPStatus.OK, answered.text
    canceled: Job = answered.json()
    return canceled


@contextmanager
def closed(deployment: Deployment, provider: str) -> Iterator[None]:
    """Let nobody in at a provider until a few seconds from now, and everybody afterwards."""
    table: DynamoDBClient = deployment.aws.client("dynamodb")
    gates = DynamoDbGates(deployment.addresses.table_name, table)

    def open_at(at: datetime | None) -> None:
        gate = gates.load(provider)
        changed = replace(gate, opened_at=at, probed_at=None, calls=(), version=gate.version + 1)
        assert gates.swap(changed, gate.version)

    open_at(datetime.now(UTC) - timedelta(seconds=OPEN_S - TURN_S))
    try:
        yield
    finally:
        open_at(None)


@dataclass(frozen=True, slots=True)
class Canceled:
    """A job that was called off, as that was answered, and as it is much later."""

    at_first: Job
    later: Job
    events: list[str]
    entries: list[tuple[str, str]]


@pytest.fixture(scope="module")
def canceled(deployment: Deployment) -> dict[str, Canceled]:
    """Call jobs off: one that waits for its turn, one that was taken, and one on its way."""
    with demo.client(deployment.addresses) as api:
        with closed(deployment, "apikley"):
            waiting = api.submit({"model": CLOSED, "prompt": words("the one that waits")})
            assert waiting["waiting"]
            answered = {"waiting": cancel(api, waiting)}
        taken = api.submit({"model": PUSHES, "prompt": words("the one that was taken")})
        assert taken["status"] == "accepted"
        answered["taken"] = cancel(api, taken)
        under_way = api.submit({"model": BLOCKS, "prompt": words("the one on its way")})
        # The first order of all finds nobody awake.
        is_asked = partial(asked, deployment, words("the one on its way"))
        assert soon(is_asked, within_s=RECOVERED_WITHIN_S)
        answered["under way"] = cancel(api, under_way)
        for job in (answered["taken"], answered["under way"]):
            is_recovered = partial(recovered, deployment, api, job)
            assert soon(is_recovered, within_s=RECOVERED_WITHIN_S), api.job(job["id"])
        time.sleep(AFTER_S)
        deployment.witness.listen()
        return {name: found(deployment, api, job) for name, job in answered.items()}


def recovered(deployment: Deployment, api: Client, job: Job) -> bool:
    """Tell whether the music of a job is kept, all of it, and that was announced."""
    clips = api.job(job["id"])["clips"]
    deployment.witness.listen()
    told = deployment.witness.types(job["id"]).count("clip.recovered")
    return bool(clips) and told == len(clips) and {clip["status"] for clip in clips} == {"archived"}


def found(deployment: Deployment, api: Client, job: Job) -> Canceled:
    ledger: list[dict[str, Any]] = api.http.get("/v1/ledger", params={"limit": 100}).json()["data"]
    entries = [(one["kind"], one["amount"]) for one in ledger if one["job_id"] == job["id"]]
    return Canceled(job, api.job(job["id"]), deployment.witness.types(job["id"]), sorted(entries))


def test_what_waits_for_its_turn_is_never_sent_and_all_comes_back(
    deployment: Deployment, canceled: dict[str, Canceled]
) -> None:
    job = canceled["waiting"]

    assert job.at_first["cancellation"]["reached"] == "never_sent"
    assert job.later == job.at_first
    assert (job.later["status"], job.later["attempts"]) == ("canceled", [])
    assert asked(deployment, words("the one that waits")) == []
    assert job.events == ["job.queued", "job.canceled"]


@pytest.mark.parametrize("name", ["taken", "under way"])
def test_what_was_sent_is_only_no_longer_announced_and_its_music_is_kept_as_late(
    name: str, canceled: dict[str, Canceled]
) -> None:
    job = canceled[name]

    assert job.at_first["cancellation"]["reached"] == "unannounced"
    assert job.later["cancellation"] == job.at_first["cancellation"]
    assert (job.later["status"], job.later["done"]) == ("canceled", True)
    assert {clip["late"] for clip in job.later["clips"]} == {True}
    assert {clip["status"] for clip in job.later["clips"]} == {"archived"}
    after = job.events[job.events.index("job.canceled") + 1 :]
    assert after == ["clip.recovered"] * len(job.later["clips"])


@pytest.mark.parametrize("name", ["waiting", "taken", "under way"])
def test_all_comes_back_once_and_nothing_moves_after_that(
    name: str, canceled: dict[str, Canceled]
) -> None:
    job = canceled[name]

    price = job.at_first["billing"]["charged"]
    assert Decimal(price) > 0
    assert job.at_first["billing"]["refunded"] == price
    assert job.later["billing"] == job.at_first["billing"]
    assert [(kind, Decimal(amount).copy_abs()) for kind, amount in job.entries] == [
        ("charge", Decimal(price)),
        ("refund", Decimal(price)),
    ]


def test_late_music_can_be_heard(api: Client, canceled: dict[str, Canceled]) -> None:
    clip = canceled["taken"].later["clips"][0]

    assert len(api.audio(clip["id"])) == clip["audio"]["size_bytes"]


def test_to_cancel_again_is_answered_with_the_same_job(
    api: Client, canceled: dict[str, Canceled]
) -> None:
    later = canceled["taken"].later

    assert cancel(api, later) == later


def test_what_has_ended_cannot_be_canceled_and_another_accounts_job_is_unknown(
    deployment: Deployment, api: Client, canceled: dict[str, Canceled]
) -> None:
    (ended,) = done(api, [api.submit({"model": PUSHES, "prompt": words("nobody")})])
    path = f"/v1/jobs/{ended['id']}/cancel"
    other = {"Authorization": f"Bearer {deployment.addresses.other_api_key}"}

    mine = api.http.post(path)
    theirs = httpx.post(f"{deployment.addresses.api_url}{path}", headers=other, trust_env=False)
    canceled_id = canceled["taken"].later["id"]
    foreign = api.http.post(f"/v1/jobs/{canceled_id}/cancel", headers=other)

    assert (mine.status_code, mine.json()["code"]) == (409, "already_done")
    assert [answer.status_code for answer in (theirs, foreign)] == [404, 404]
