"""Deleting, by whole events: what is answered, what is erased when, and what stays."""

import json
from http import HTTPStatus
from typing import Any, Final

import pytest
from time_machine import Traveller

from cliphook.adapters import aws
from cliphook.adapters.dynamodb_keys import DynamoDbKeys
from cliphook.application.ports import Evidence, JobRef, Origin, Promise
from cliphook.domain.api_key import Scope
from cliphook.domain.deletion import SETTLED_AFTER
from cliphook.domain.report import ClipArchived, Report
from tests.functions.conftest import Output
from tests.support.deletion_events import delete_event
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.makers import ACCOUNT, at, passport
from tests.support.paid_jobs import PRICE, SUNOAPI, Found, paid
from tests.support.problems import problem
from tests.support.sample_world import OTHER_KEY, PROMPT, clips_of, key_of, stored_key
from tests.support.samples import TUNES

REF: Final = JobRef(ACCOUNT, SUNOAPI.job_id)
NAMES: Final = [clip.provider_clip_id for clip in TUNES["sunoapi"].clips]
KEPT: Final[tuple[Report, ...]] = tuple(
    ClipArchived(name, passport(name), at(50)) for name in NAMES
)
MINE: Final = (
    f"clips/{ACCOUNT}/{SUNOAPI.job_id}/clip/abc.mp3",
    f"clips/{ACCOUNT}/{SUNOAPI.job_id}/clip/abc.peaks.json",
    f"tagged/{ACCOUNT}/{SUNOAPI.job_id}/clip/abc.mp3",
)
OTHERS: Final = (
    f"clips/{ACCOUNT}/{SUNOAPI.job_id}0/clip/abc.mp3",
    f"files/{ACCOUNT}/file.mp3",
)
MINUTE: Final = load("erase", "minute")


@pytest.fixture
def delete(deployed: Deployed) -> Function:
    return deployed.load("delete")


@pytest.fixture
def erase(deployed: Deployed) -> Function:
    return deployed.load("erase")


@pytest.fixture
def kept(deployed: Deployed) -> JobRef:
    """Store a job that was paid for and is kept, with all that there is of such a job."""
    promise = Promise("key-hash", "fingerprint", at(600_000))
    ref = deployed.store(paid(*SUNOAPI.opening, SUNOAPI.whole, *KEPT), promise)
    deployed.jobs.keep(Evidence(ref, Origin.CALLBACK, PROMPT.encode(), at(9), "unreadable"))
    s3 = aws.s3()
    s3.put_bucket_versioning(Bucket=deployed.bucket, VersioningConfiguration={"Status": "Enabled"})
    for key in (*MINE, *MINE, *OTHERS):
        s3.put_object(Bucket=deployed.bucket, Key=key, Body=b"ID3")
    s3.delete_object(Bucket=deployed.bucket, Key=MINE[0])
    return ref


def versions(deployed: Deployed) -> list[str]:
    told = aws.s3().list_object_versions(Bucket=deployed.bucket)
    found = [*told.get("Versions", []), *told.get("DeleteMarkers", [])]
    return [str(row.get("Key")) for row in found]


def announce(deployed: Deployed) -> None:
    """Have the sweep send what nobody has sent: it has no stream here."""
    deployed.load("sweep")(load("sweep", "minute"))


def deletions(deployed: Deployed) -> list[dict[str, Any]]:
    told = deployed.load("operator")(load("operator", "deletions"))
    found: list[dict[str, Any]] = told["deletions"]
    return found


def test_a_job_is_deleted_and_nobody_finds_it(
    delete: Function, deployed: Deployed, kept: JobRef
) -> None:
    clip_id = clips_of(deployed.job())[0]

    answered = delete.answer(load("delete", "job"))

    assert (answered.status, answered.body) == (HTTPStatus.NO_CONTENT, "")
    assert answered.headers["cache-control"] == "no-store"
    query, clips = deployed.load("query"), deployed.load("clips")
    problem(query.answer(load("query", "job")), HTTPStatus.NOT_FOUND, "not_found")
    assert query.answer(load("query", "jobs")).json["data"] == []
    assert clips.answer(load("clips", "clips")).json["data"] == []
    for route in ("GET /v1/clips/{id}", "GET /v1/clips/{id}/audio", "GET /v1/clips/{id}/peaks"):
        path = route.partition(" ")[2].replace("{id}", clip_id)
        found = clips.answer(query_event(route, path))
        problem(found, HTTPStatus.NOT_FOUND, "not_found")
    problem(
        deployed.load("cancel").answer(load("cancel", "job")), HTTPStatus.NOT_FOUND, "not_found"
    )
    assert kept == REF


def test_to_delete_again_is_answered_alike(
    delete: Function, deployed: Deployed, kept: JobRef, clock: Traveller
) -> None:
    first = delete.answer(load("delete", "job"))
    before = deployed.rows()
    clock.move_to(at(700))

    again = delete.answer(load("delete", "job"))

    assert (again.status, again.body) == (first.status, first.body)
    assert deployed.rows() == before
    assert kept == REF


def test_all_that_is_left_is_erased_and_what_tells_of_credit_stays(
    delete: Function, erase: Function, deployed: Deployed, kept: JobRef, clock: Traveller
) -> None:
    delete.answer(load("delete", "job"))
    clock.move_to(at(200))
    announce(deployed)

    erase(MINUTE)

    assert versions(deployed) == sorted(OTHERS)
    (row,) = [row for row in deployed.rows() if kept.job_id in row["pk"]]
    assert (row["entity"], row["clips"], row["size_bytes"]) == ("DELETION", 2, 8_000_000)
    text = json.dumps(deployed.rows(), default=str)
    titles = [str(clip.title) for clip in TUNES["sunoapi"].clips]
    assert [word for word in (PROMPT, *titles, "https://") if word in text] == []
    assert Found(deployed).moved() == [("charge", PRICE)]
    told = deployed.load("operator")({"command": "audit"})
    assert told["discrepancies"] == []


def test_what_comes_late_is_erased_by_the_last_look_and_then_it_is_over(
    delete: Function, erase: Function, deployed: Deployed, kept: JobRef, clock: Traveller
) -> None:
    delete.answer(load("delete", "job"))
    clock.move_to(at(200))
    announce(deployed)
    erase(MINUTE)
    (first,) = deletions(deployed)
    # Whoever had read the job before puts a file that nobody asked for any more.
    aws.s3().put_object(Bucket=deployed.bucket, Key=MINE[0], Body=b"ID3")

    clock.move_to(at(60) + SETTLED_AFTER)
    erase(MINUTE)

    assert versions(deployed) == sorted(OTHERS)
    (last,) = deletions(deployed)
    assert (first["erased_at"], first["look_again_at"]) == (None, "2026-11-21T10:01:00+00:00")
    assert (last["erased_at"], last["look_again_at"]) == ("2026-11-21T10:01:00+00:00", None)
    assert (last["job_id"], last["by"]) == (kept.job_id, "client")
    before = deployed.rows()
    clock.shift(900)
    erase(MINUTE)
    assert deployed.rows() == before


def test_what_the_bus_has_not_heard_waits_for_it(
    delete: Function, erase: Function, deployed: Deployed, kept: JobRef, clock: Traveller
) -> None:
    delete.answer(load("delete", "job"))

    erase(MINUTE)

    assert len(Found(deployed).announced()) > 0
    assert versions(deployed) == sorted(OTHERS)
    announce_at = 200
    clock.move_to(at(announce_at))
    announce(deployed)
    erase(MINUTE)
    assert Found(deployed).announced() == []
    assert kept == REF


def test_what_cannot_be_erased_is_counted_and_tried_again_and_keeps_no_other_waiting(
    delete: Function, deployed: Deployed, kept: JobRef, clock: Traveller, output: Output
) -> None:
    delete.answer(load("delete", "job"))
    broken = deployed.load("erase", BUCKET_NAME="there-is-no-such-bucket")

    broken(MINUTE)

    assert '"FailedErasures":[1.0]' in output.read()
    clock.move_to(at(60 + 299))
    broken(MINUTE)
    assert '"FailedErasures":[0.0]' in output.read()
    clock.move_to(at(60 + 301))
    announce(deployed)
    deployed.load("erase")(MINUTE)
    assert versions(deployed) == sorted(OTHERS)
    assert kept == REF


def test_a_job_that_goes_on_says_what_to_do_first(delete: Function, deployed: Deployed) -> None:
    deployed.store(paid(*SUNOAPI.opening))

    told = problem(delete.answer(load("delete", "job")), HTTPStatus.CONFLICT, "not_done")

    assert "cancel" in told["title"]
    deployed.load("cancel").answer(load("cancel", "job"))
    assert delete.answer(load("delete", "job")).status == HTTPStatus.NO_CONTENT
    assert Found(deployed).moved() == [("charge", PRICE), ("refund", PRICE)]


def test_nobody_else_deletes_it(delete: Function, deployed: Deployed, kept: JobRef) -> None:
    reader = stored_key(3, scopes=(Scope.JOBS_READ,))
    DynamoDbKeys(deployed.table, aws.dynamodb()).add(reader, "reader")
    before = deployed.rows()

    answered = delete.answer(delete_event(SUNOAPI.job_id, OTHER_KEY))

    problem(answered, HTTPStatus.NOT_FOUND, "not_found")
    problem(
        delete.answer(load("delete", "without_key")), HTTPStatus.UNAUTHORIZED, "unauthenticated"
    )
    answered = delete.answer(delete_event(SUNOAPI.job_id, key_of(3)))
    problem(answered, HTTPStatus.FORBIDDEN, "missing_scope")
    for job_id in ("job_1", "job_" + "0" * 3000, "clip_01KAJ5T1W0000000000000000C"):
        problem(delete.answer(delete_event(job_id)), HTTPStatus.NOT_FOUND, "not_found")
    assert deployed.rows() == before
    assert kept == REF


def test_a_late_callback_and_a_repeated_order_bring_nothing_back(
    delete: Function, deployed: Deployed, kept: JobRef, clock: Traveller
) -> None:
    delete.answer(load("delete", "job"))
    clock.move_to(at(200))
    announce(deployed)
    before = deployed.rows()

    called = deployed.load("callback").answer(load("callback", "sunoapi_complete"))

    assert called.status == HTTPStatus.NOT_FOUND
    deployed.load("poll")(deployed.deliver(load("poll", "sunoapi_order")))
    deployed.load("archive")(deployed.deliver(load("archive", "orders")))
    deployed.load("sweep")(load("sweep", "minute"))
    assert deployed.rows() == before
    assert kept == REF
