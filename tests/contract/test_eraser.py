"""What erases objects takes every version of those under a prefix, and says when some are left."""

from collections.abc import Iterator

import pytest
from botocore.stub import Stubber

from cliphook.adapters import aws
from cliphook.adapters.s3_eraser import S3Eraser
from cliphook.domain.errors import UnavailableStoreError
from tests.support.lean_moto import mock_aws

BUCKET = "clips"


@pytest.fixture(autouse=True)
def moto() -> Iterator[None]:
    with mock_aws():
        aws.s3_brief().create_bucket(Bucket=BUCKET)
        aws.s3_brief().put_bucket_versioning(
            Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"}
        )
        yield


def put(*keys: str) -> None:
    for key in keys:
        aws.s3_brief().put_object(Bucket=BUCKET, Key=key, Body=b"ID3")


def left() -> list[str]:
    told = aws.s3_brief().list_object_versions(Bucket=BUCKET)
    return [
        str(row.get("Key")) for row in (*told.get("Versions", []), *told.get("DeleteMarkers", []))
    ]


def test_all_versions_under_a_prefix_go_and_nothing_else_does() -> None:
    put("clips/a/1/x.mp3", "clips/a/1/x.mp3", "clips/a/1/y.json", "clips/a/10/x.mp3", "files/a/x")
    aws.s3_brief().delete_object(Bucket=BUCKET, Key="clips/a/1/y.json")
    eraser = S3Eraser(BUCKET, aws.s3_brief())

    assert eraser.erase("clips/a/1/")

    assert left() == ["clips/a/10/x.mp3", "files/a/x"]
    assert eraser.erase("clips/a/1/")


def test_a_page_that_is_not_the_last_says_that_some_are_left() -> None:
    rows = [{"Key": "clips/a/1/x.mp3", "VersionId": "1"}]
    with Stubber(aws.s3_brief()) as stub:
        stub.add_response("list_object_versions", {"IsTruncated": True, "Versions": rows})
        stub.add_response("delete_objects", {})

        assert not S3Eraser(BUCKET, aws.s3_brief()).erase("clips/a/1/")


def test_what_the_bucket_does_not_delete_is_no_success() -> None:
    rows = [{"Key": "clips/a/1/x.mp3", "VersionId": "1"}]
    refused = [{"Key": "clips/a/1/x.mp3", "Code": "AccessDenied"}]
    with Stubber(aws.s3_brief()) as stub:
        stub.add_response("list_object_versions", {"IsTruncated": False, "Versions": rows})
        stub.add_response("delete_objects", {"Errors": refused})

        with pytest.raises(UnavailableStoreError):
            S3Eraser(BUCKET, aws.s3_brief()).erase("clips/a/1/")


def test_a_bucket_that_does_not_answer_says_so() -> None:
    with pytest.raises(UnavailableStoreError):
        S3Eraser("nowhere", aws.s3_brief()).erase("clips/a/1/")
