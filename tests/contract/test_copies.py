"""What `Copies` promises, and how S3 is asked to keep it."""

import base64
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import chain, repeat
from typing import TYPE_CHECKING

import pytest
from botocore.stub import ANY, Stubber

from cliphook.adapters import aws
from cliphook.adapters.s3_copies import S3Copies
from cliphook.application.tag_clip import Copies
from cliphook.domain.errors import UnavailableStoreError
from tests.support.fakes import FakeCopies
from tests.support.lean_moto import mock_aws

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

BUCKET = "clips"
ORIGINAL = "clips/acct_A/job_J/clip_C/abc.mp3"
COPY = "tagged/acct_A/job_J/clip_C/abc.def.mp3"
AUDIO = b"ID3" + bytes(range(256)) * 4000


@dataclass
class Clock:
    """A clock that a test turns forward."""

    passed: timedelta = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.passed


@dataclass(frozen=True, slots=True)
class Stand:
    """Copies beside an archive of one file, and what lies where."""

    copies: Copies
    clock: Clock
    files: Callable[[], dict[str, bytes]]
    end_time: Callable[[], object]


@pytest.fixture(scope="module")
def client() -> "Iterator[S3Client]":
    with mock_aws():
        client = aws.s3_copying()
        client.create_bucket(Bucket=BUCKET)
        yield client


@pytest.fixture(params=["fake", "s3"])
def stand(request: pytest.FixtureRequest) -> Stand:
    clock = Clock()
    if request.param == "fake":
        fake = FakeCopies(clock)
        fake.archive[ORIGINAL] = AUDIO

        def end() -> None:
            fake.has_time = False

        return Stand(fake, clock, lambda: {**fake.archive, **fake.files}, end)
    client: S3Client = request.getfixturevalue("client")
    for key in lying(client):
        client.delete_object(Bucket=BUCKET, Key=key)
    client.put_object(Bucket=BUCKET, Key=ORIGINAL, Body=AUDIO)
    left = [True]
    copies = S3Copies(BUCKET, client, clock=clock, has_time=lambda: bool(left))
    return Stand(copies, clock, lambda: lying(client), left.clear)


def lying(client: "S3Client") -> dict[str, bytes]:
    found = [row["Key"] for row in client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    return {key: client.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in found}


def put(copies: Copies) -> None:
    copies.put(COPY, io.BytesIO(AUDIO[::-1]), "audio/mpeg")


def test_a_file_of_the_archive_is_fetched_whole_and_stays_as_it_is(stand: Stand) -> None:
    with stand.copies.original(ORIGINAL) as original:
        assert original.read() == AUDIO

    assert stand.files() == {ORIGINAL: AUDIO}


def test_a_copy_is_kept_whole_beside_its_original(stand: Stand) -> None:
    put(stand.copies)

    assert stand.files() == {ORIGINAL: AUDIO, COPY: AUDIO[::-1]}


def test_a_copy_is_put_from_its_beginning_wherever_it_was_read_to(stand: Stand) -> None:
    stand.copies.put(COPY, io.BytesIO(AUDIO[::-1]), "audio/mpeg")
    copy = io.BytesIO(AUDIO)
    copy.seek(9)
    stand.copies.put(COPY, copy, "audio/mpeg")

    assert stand.files()[COPY] == AUDIO


def test_a_copy_lies_there_once_it_was_put(stand: Stand) -> None:
    assert not stand.copies.has(COPY)

    put(stand.copies)

    assert stand.copies.has(COPY)


@pytest.mark.parametrize(("hours", "lies_there"), [(11, True), (12, False)])
def test_a_copy_that_a_link_could_outlive_does_not_count(
    stand: Stand, hours: int, *, lies_there: bool
) -> None:
    put(stand.copies)

    stand.clock.passed = timedelta(hours=hours)

    assert stand.copies.has(COPY) is lies_there


def test_to_put_a_copy_again_makes_it_as_good_as_new(stand: Stand) -> None:
    put(stand.copies)
    put(stand.copies)

    assert stand.copies.has(COPY)
    assert stand.files()[COPY] == AUDIO[::-1]


def test_what_is_not_in_the_archive_cannot_be_fetched(stand: Stand) -> None:
    with (
        pytest.raises(UnavailableStoreError),
        stand.copies.original("clips/acct_A/none.mp3"),
    ):
        pass


def test_when_time_is_over_nothing_is_fetched_or_put(stand: Stand) -> None:
    stand.end_time()

    with pytest.raises(UnavailableStoreError), stand.copies.original(ORIGINAL):
        pass
    with pytest.raises(UnavailableStoreError):
        put(stand.copies)

    assert stand.files() == {ORIGINAL: AUDIO}


def test_time_may_end_in_the_midst_of_a_file(client: "S3Client") -> None:
    client.put_object(Bucket=BUCKET, Key=ORIGINAL, Body=AUDIO)
    answers = chain([True, True], repeat(object=False))
    copies = S3Copies(BUCKET, client, clock=Clock(), has_time=lambda: next(answers))

    with pytest.raises(UnavailableStoreError), copies.original(ORIGINAL):
        pass

    assert len(AUDIO) > 3 * 2**16
    assert not next(answers)


def test_the_kind_of_audio_is_kept(client: "S3Client") -> None:
    copies = S3Copies(BUCKET, client, clock=Clock(), has_time=lambda: True)

    copies.put(COPY, io.BytesIO(AUDIO), "audio/flac")

    head = client.head_object(Bucket=BUCKET, Key=COPY)
    assert (head["ContentType"], head["ContentLength"]) == ("audio/flac", len(AUDIO))


def test_the_checksum_goes_with_the_bytes(client: "S3Client") -> None:
    expected = {
        "Bucket": BUCKET,
        "Key": COPY,
        "Body": ANY,
        "ContentLength": len(AUDIO),
        "ContentType": "audio/mpeg",
        "ContentDisposition": "attachment",
        "ChecksumSHA256": base64.b64encode(sha256(AUDIO).digest()).decode(),
    }
    read_on = io.BytesIO(AUDIO)
    read_on.seek(9)
    with Stubber(client) as stubber:
        stubber.add_response("put_object", {}, expected)

        S3Copies(BUCKET, client, clock=Clock(), has_time=lambda: True).put(
            COPY, read_on, "audio/mpeg"
        )

        stubber.assert_no_pending_responses()


@pytest.mark.parametrize(("status", "is_absent"), [(404, True), (403, True), (503, False)])
def test_a_store_in_trouble_is_not_taken_for_one_without_the_copy(
    client: "S3Client", status: int, *, is_absent: bool
) -> None:
    copies = S3Copies(BUCKET, client, clock=Clock(), has_time=lambda: True)
    with Stubber(client) as stubber:
        stubber.add_client_error("head_object", http_status_code=status)

        if is_absent:
            assert not copies.has(COPY)
        else:
            with pytest.raises(UnavailableStoreError):
                copies.has(COPY)


def test_a_copy_that_could_not_be_put_is_an_error(client: "S3Client") -> None:
    copies = S3Copies("nobody", client, clock=Clock(), has_time=lambda: True)

    assert not copies.has(COPY)
    with pytest.raises(UnavailableStoreError):
        put(copies)
