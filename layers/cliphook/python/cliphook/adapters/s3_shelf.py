"""The shelf: audio in one private bucket, and links to it that do not live long."""

import base64
import hashlib
import unicodedata
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.application.ports import Fetched
from cliphook.domain.errors import UnavailableStoreError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

LINK_S: Final = 900


class S3Shelf:
    """Audio in one bucket."""

    def __init__(self, bucket: str, client: "S3Client") -> None:
        """Use a bucket of that name."""
        self._bucket = bucket
        self._client = client

    def put(self, key: str, fetched: Fetched) -> None:
        """
        Keep a file in one request, whose SHA-256 S3 checks before it keeps anything.

        The key names the content, so to write it a second time writes the same bytes. Raises
        `UnavailableStoreError`.
        """
        checksum = base64.b64encode(bytes.fromhex(fetched.sha256)).decode()
        try:
            with fetched.path.open("rb") as body:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentLength=fetched.size_bytes,
                    ContentType=fetched.content_type,
                    ContentDisposition="attachment",
                    ChecksumSHA256=checksum,
                )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def put_document(self, key: str, text: str) -> None:
        """Store a JSON document; raises `UnavailableStoreError`."""
        body = text.encode()
        checksum = base64.b64encode(hashlib.sha256(body).digest()).decode()
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType="application/json",
                ChecksumSHA256=checksum,
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def link(self, key: str, file_name: str, disposition: str = "inline") -> str:
        """Sign a link to one file which is good for a quarter of an hour, for any byte range."""
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentDisposition": f"{disposition}; {_named(file_name)}",
            },
            ExpiresIn=LINK_S,
        )


def _named(file_name: str) -> str:
    """Write a name as RFC 6266 has it: in ASCII for all, and as it is for those who read that."""
    apart = unicodedata.normalize("NFKD", file_name)
    letters = "".join(c for c in apart if not unicodedata.combining(c))
    plain = letters.encode("ascii", "replace").decode().replace("?", "_")
    named = f'filename="{plain}"'
    return named if file_name.isascii() else f"{named}; filename*=UTF-8''{quote(file_name)}"
