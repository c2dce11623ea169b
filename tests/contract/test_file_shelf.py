"""What `FileShelf` promises, and how S3 is asked to keep it."""

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from botocore.exceptions import EndpointConnectionError
from botocore.stub import Stubber

from cliphook.adapters import aws
from cliphook.adapters.s3_files import S3Files
from cliphook.application.ports import FileShelf
from cliphook.domain.errors import UnavailableStoreError
from tests.support.fake_files import FakeFileShelf
from tests.support.file_events import AUDIO, CLIP_KEY, FILE
from tests.support.lean_moto import mock_aws
from tests.support.makers import START

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "clips"


@dataclass(frozen=True, slots=True)
class Stand:
    """A shelf, and how something comes to lie there."""

    shelf: FileShelf
    put: Callable[[str, bytes], object]


@pytest.fixture
def client() -> "Iterator[S3Client]":
    with mock_aws():
        client = aws.s3_brief()
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture(params=["fake", "s3"])
def stand(request: pytest.FixtureRequest) -> Stand:
    if request.param == "fake":
        fake = FakeFileShelf()
        return Stand(fake, fake.objects.__setitem__)
    client: S3Client = request.getfixturevalue("client")
    return Stand(
        S3Files(BUCKET, client),
        lambda key, body: client.put_object(Bucket=BUCKET, Key=key, Body=body),
    )


@pytest.mark.parametrize("body", [b"", AUDIO])
def test_what_lies_there_has_a_length(body: bytes, stand: Stand) -> None:
    stand.put(FILE.key, body)

    assert stand.shelf.size_of(FILE.key) == len(body)


def test_what_does_not_lie_there_has_none(stand: Stand) -> None:
    stand.put(FILE.key, AUDIO)

    assert stand.shelf.size_of(f"{FILE.key}x") is None


def test_an_upload_is_for_one_key_and_kind_and_a_quarter_of_an_hour(stand: Stand) -> None:
    upload = stand.shelf.sign_upload(FILE, START)

    asked = {"key": FILE.key, "Content-Type": "audio/mpeg"}
    assert asked.items() <= upload.fields.items()
    assert upload.expires_at == START + timedelta(minutes=15)


def test_the_policy_takes_exactly_what_was_promised(client: "S3Client") -> None:
    with time_machine.travel(START, tick=False):
        upload = S3Files(BUCKET, client).sign_upload(FILE, START)

    policy = json.loads(base64.b64decode(upload.fields["policy"]))
    signed = {"x-amz-algorithm", "x-amz-credential", "x-amz-date", "x-amz-security-token"}
    said = [
        condition
        for condition in policy["conditions"]
        if not (isinstance(condition, dict) and condition.keys() <= signed)
    ]
    assert sorted(said, key=str) == sorted(
        [
            {"bucket": BUCKET},
            {"key": FILE.key},
            {"Content-Type": "audio/mpeg"},
            ["content-length-range", len(AUDIO), len(AUDIO)],
        ],
        key=str,
    )
    assert policy["expiration"] == "2026-11-21T09:15:00Z"


@pytest.mark.parametrize("status", [403, 404])
def test_what_may_not_be_listed_and_is_not_there_is_absent(status: int, client: "S3Client") -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("head_object", str(status), http_status_code=status)

        assert S3Files(BUCKET, client).size_of(FILE.key) is None


@pytest.mark.parametrize("status", [400, 500, 503])
def test_a_bucket_in_trouble_is_not_an_empty_one(status: int, client: "S3Client") -> None:
    with Stubber(client) as stubber:
        stubber.add_client_error("head_object", str(status), http_status_code=status)

        with pytest.raises(UnavailableStoreError):
            S3Files(BUCKET, client).size_of(FILE.key)


def test_a_bucket_that_cannot_be_reached_is_not_an_empty_one(client: "S3Client") -> None:
    def fail(**_: object) -> None:
        raise EndpointConnectionError(endpoint_url="https://s3.test")

    client.meta.events.register("before-call.s3.HeadObject", fail)
    try:
        with pytest.raises(UnavailableStoreError):
            S3Files(BUCKET, client).size_of(FILE.key)
    finally:
        client.meta.events.unregister("before-call.s3.HeadObject", fail)


@pytest.mark.parametrize("key", [FILE.key, CLIP_KEY])
def test_a_link_is_signed_for_its_method_and_a_quarter_of_an_hour(
    key: str, client: "S3Client"
) -> None:
    shelf = S3Files(BUCKET, client)

    links = [urlsplit(shelf.read_link(key, method)) for method in ("GET", "HEAD", "GET")]

    queries = [parse_qs(link.query) for link in links]
    assert {link.path for link in links} == {f"/{BUCKET}/{key}"}
    for query in queries:
        assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
        assert query["X-Amz-Expires"] == ["900"]
        # Only the host is signed, so any range may be asked for.
        assert query["X-Amz-SignedHeaders"] == ["host"]
    get, head, _ = (query["X-Amz-Signature"] for query in queries)
    assert get != head


def test_a_call_that_carries_no_file_has_no_reason_to_take_long() -> None:
    brief, whole = aws.s3_brief().meta.config, aws.s3().meta.config

    assert brief.read_timeout == aws.READ_TIMEOUT_S  # type: ignore[attr-defined]
    assert whole.read_timeout == aws.UPLOAD_TIMEOUT_S  # type: ignore[attr-defined]
