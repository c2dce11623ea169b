"""What `Shelf` promises, and how S3 is asked to keep it."""

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
from botocore.stub import ANY, Stubber

from cliphook.adapters import aws
from cliphook.adapters.s3_shelf import S3Shelf
from cliphook.application.ports import Fetched, Shelf
from cliphook.domain.errors import UnavailableStoreError
from tests.support.fakes import FakeShelf
from tests.support.lean_moto import mock_aws

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "clips"
KEY = "clips/acct_A/job_J/clip_C/abc.mp3"
AUDIO = b"ID3" + bytes(range(256)) * 8


@dataclass(frozen=True, slots=True)
class Stand:
    """A shelf, and what lies on it."""

    shelf: Shelf
    files: Callable[[], dict[str, bytes]]


@pytest.fixture(scope="module")
def client() -> "Iterator[S3Client]":
    with mock_aws():
        client = aws.s3()
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture(params=["fake", "s3"])
def stand(request: pytest.FixtureRequest) -> Stand:
    if request.param == "fake":
        fake = FakeShelf()
        return Stand(fake, lambda: fake.files)
    client: S3Client = request.getfixturevalue("client")

    def files() -> dict[str, bytes]:
        found = [row["Key"] for row in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
        return {key: client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in found}

    for key in files():
        client.delete_object(Bucket=BUCKET, Key=key)
    return Stand(S3Shelf(BUCKET, client), files)


@pytest.fixture
def fetched(tmp_path: Path) -> Fetched:
    path = tmp_path / "audio"
    path.write_bytes(AUDIO)
    return Fetched(path, sha256(AUDIO).hexdigest(), len(AUDIO), "audio/mpeg", "mp3")


def test_a_file_is_kept_whole_under_its_key(stand: Stand, fetched: Fetched) -> None:
    stand.shelf.put(KEY, fetched)

    assert stand.files() == {KEY: AUDIO}


def test_to_keep_it_twice_changes_nothing(stand: Stand, fetched: Fetched) -> None:
    stand.shelf.put(KEY, fetched)
    stand.shelf.put(KEY, fetched)

    assert stand.files() == {KEY: AUDIO}


def test_the_file_that_was_put_may_go(stand: Stand, fetched: Fetched) -> None:
    stand.shelf.put(KEY, fetched)
    fetched.path.unlink()

    assert stand.files() == {KEY: AUDIO}


def test_the_checksum_goes_with_the_bytes(client: "S3Client", fetched: Fetched) -> None:
    checksum = base64.b64encode(sha256(AUDIO).digest()).decode()
    expected = {
        "Bucket": BUCKET,
        "Key": KEY,
        "Body": ANY,
        "ContentLength": len(AUDIO),
        "ContentType": "audio/mpeg",
        "ContentDisposition": "attachment",
        "ChecksumSHA256": checksum,
    }
    with Stubber(client) as stubber:
        stubber.add_response("put_object", {}, expected)

        S3Shelf(BUCKET, client).put(KEY, fetched)

        stubber.assert_no_pending_responses()


def test_the_kind_of_audio_is_kept(client: "S3Client", fetched: Fetched) -> None:
    S3Shelf(BUCKET, client).put(KEY, replace(fetched, content_type="audio/flac"))

    head = client.head_object(Bucket=BUCKET, Key=KEY)

    assert (head["ContentType"], head["ContentLength"]) == ("audio/flac", len(AUDIO))


def test_a_link_is_signed_for_a_quarter_of_an_hour(client: "S3Client") -> None:
    link = urlsplit(S3Shelf(BUCKET, client).link(KEY, "Iron Man.mp3"))

    query = parse_qs(link.query)
    assert link.path == f"/{BUCKET}/{KEY}"
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["900"]
    assert query["response-content-disposition"] == ['inline; filename="Iron Man.mp3"']
    # Only the host is signed, so a player may ask for any range.
    assert query["X-Amz-SignedHeaders"] == ["host"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Käfer.mp3", "filename=\"Kafer.mp3\"; filename*=UTF-8''K%C3%A4fer.mp3"),
        ("日本.mp3", "filename=\"__.mp3\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.mp3"),
    ],
)
def test_a_name_in_other_letters_is_said_in_both_ways(
    client: "S3Client", name: str, said: str
) -> None:
    link = urlsplit(S3Shelf(BUCKET, client).link(KEY, name, "attachment"))

    (disposition,) = parse_qs(link.query)["response-content-disposition"]
    assert disposition == f"attachment; {said}"


def test_a_document_lies_beside_its_file_and_may_be_put_there_again(stand: Stand) -> None:
    for _ in range(2):
        stand.shelf.put_document(f"{KEY}.json", '{"data":[-1,1]}')

    assert stand.files() == {f"{KEY}.json": b'{"data":[-1,1]}'}


def test_a_document_that_could_not_be_put_is_an_error(client: "S3Client") -> None:
    with pytest.raises(UnavailableStoreError):
        S3Shelf("nobody", client).put_document(KEY, "{}")
