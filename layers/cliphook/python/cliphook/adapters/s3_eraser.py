"""Objects are deleted in a bucket that keeps versions: all of them, or they would stay a month."""

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.domain.errors import UnavailableStoreError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ListObjectVersionsOutputTypeDef, ObjectIdentifierTypeDef


class S3Eraser:
    """Objects of one bucket."""

    def __init__(self, bucket: str, client: "S3Client") -> None:
        """Use a bucket of that name."""
        self._bucket = bucket
        self._client = client

    def erase(self, prefix: str) -> bool:
        """Delete up to a thousand objects, every version of them; `True` if none is left."""
        try:
            found = self._client.list_object_versions(Bucket=self._bucket, Prefix=prefix)
            if objects := _named(found):
                told = self._client.delete_objects(
                    Bucket=self._bucket, Delete={"Objects": objects, "Quiet": True}
                )
                if told.get("Errors"):
                    raise UnavailableStoreError
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error
        return not found.get("IsTruncated")


def _named(found: "ListObjectVersionsOutputTypeDef") -> "list[ObjectIdentifierTypeDef]":
    """Name versions, and the marks that hide deleted ones."""
    rows = [*found.get("Versions", []), *found.get("DeleteMarkers", [])]
    return [{"Key": row.get("Key", ""), "VersionId": row.get("VersionId", "")} for row in rows]
