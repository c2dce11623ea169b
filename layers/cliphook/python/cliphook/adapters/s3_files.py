"""Files in the bucket: forms for uploading them, and links for those who may read them."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Literal

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters.s3_shelf import LINK_S
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.file import UPLOAD_VALID, File, Upload

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

type Method = Literal["GET", "HEAD"]

# A link is signed for one method: a HEAD that follows a link for GET is refused.
_READS: Final[Mapping[Method, Literal["get_object", "head_object"]]] = {
    "GET": "get_object",
    "HEAD": "head_object",
}

# Whoever may not list a bucket is told 403 of an object that is not there.
_ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN})


class S3Files:
    """Files in one bucket."""

    def __init__(self, bucket: str, client: "S3Client") -> None:
        """Use a bucket of that name."""
        self._bucket = bucket
        self._client = client

    def sign_upload(self, file: File, now: datetime) -> Upload:
        """Sign a form that takes this key, this content type and so many bytes, and no others."""
        form = self._client.generate_presigned_post(
            Bucket=self._bucket,
            Key=file.key,
            Fields={"Content-Type": file.content_type},
            Conditions=[
                {"Content-Type": file.content_type},
                ["content-length-range", file.size_bytes, file.size_bytes],
            ],
            ExpiresIn=int(UPLOAD_VALID.total_seconds()),
        )
        return Upload(form["url"], form["fields"], now + UPLOAD_VALID)

    def size_of(self, key: str) -> int | None:
        """Tell how long a file is that lies there; raises `UnavailableStoreError`."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status in _ABSENT:
                return None
            raise UnavailableStoreError from error
        except BotoCoreError as error:
            raise UnavailableStoreError from error
        return head["ContentLength"]

    def read_link(self, key: str, method: Method) -> str:
        """Sign a link to one object which is good for a quarter of an hour; asks S3 nothing."""
        return self._client.generate_presigned_url(
            _READS[method],
            Params={"Bucket": self._bucket, "Key": key},
            ExpiresIn=LINK_S,
        )
