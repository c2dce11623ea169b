"""S3 in memory: buckets and their objects, and what its signed links and forms open."""

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any, Final

from botocore.exceptions import ClientError
from botocore.response import StreamingBody

from tests.simulator.cloud.door import Door, Throttled, operation
from tests.simulator.cloud.s3_links import Signer
from tests.simulator.cloud.services import Answer, Request
from tests.simulator.effects import Effect, Effects, Port

KEY_MAX_BYTES: Final = 1024
PAGE_MAX: Final = 1000
HASH_BYTES: Final = 32

_KEPT_HEADERS: Final = ("ContentType", "ContentDisposition", "CacheControl", "Metadata")
_ABSENT: Final = {
    "NoSuchKey": "The specified key does not exist.",
    "NoSuchBucket": "The specified bucket does not exist",
}


@dataclass(frozen=True, slots=True)
class Stored:
    """One object."""

    body: bytes
    at: datetime
    headers: Mapping[str, Any]
    checksum: str | None

    def told(self) -> Answer:
        """Write what its head says."""
        answer: Answer = {
            "ContentLength": len(self.body),
            "ContentType": "binary/octet-stream",
            "ETag": etag(self.body),
            "LastModified": self.at.replace(microsecond=0),
            "Metadata": {},
            **self.headers,
        }
        return answer


class FakeS3:
    """A client of S3, and of what lies behind its links."""

    def __init__(
        self, effects: Effects, clock: Callable[[], datetime], *, is_strict: bool = False
    ) -> None:
        slow = Throttled("SlowDown", "Please reduce your request rate.", 503)
        self._door = Door(effects, Port.BLOB, "s3", throttled=slow, is_strict=is_strict)
        self._clock = clock
        self.exceptions = self._door.service.exceptions
        self.buckets: dict[str, dict[str, Stored]] = {}
        self.signer = Signer(clock)

    def create_bucket(self, *, Bucket: str) -> Answer:  # noqa: N803 - boto3's name
        """Make a bucket; this is how a world is made, and no effect can touch it."""
        self.buckets.setdefault(Bucket, {})
        return {"Location": f"/{Bucket}"}

    @operation(
        "Bucket", "Key", "Body", "ContentLength", "ChecksumSHA256", "IfNoneMatch", *_KEPT_HEADERS
    )
    def put_object(self, request: Request, _: Effect) -> Answer:
        """Keep an object whose bytes are what they should be, or nothing at all."""
        objects = self._bucket("put_object", request)
        body = _read(request.get("Body", b""))
        if len(request["Key"].encode()) > KEY_MAX_BYTES:
            raise self._door.error("put_object", "KeyTooLongError", "Your key is too long")
        if request.get("ContentLength", len(body)) != len(body):
            message = "You did not provide the number of bytes specified by Content-Length"
            raise self._door.error("put_object", "IncompleteBody", message)
        checksum = self._checked(request, body)
        if request.get("IfNoneMatch") == "*" and request["Key"] in objects:
            raise self._precondition("put_object", "If-None-Match")
        headers = {name: request[name] for name in _KEPT_HEADERS if name in request}
        objects[request["Key"]] = Stored(body, self._clock(), headers, checksum)
        told = {"ETag": etag(body)}
        return told | ({"ChecksumSHA256": checksum} if checksum else {})

    @operation("Bucket", "Key", "Range", "IfMatch", "ChecksumMode")
    def get_object(self, request: Request, _: Effect) -> Answer:
        """Read an object, or a part of it."""
        stored = self._object("get_object", request)
        if request.get("IfMatch") not in {None, etag(stored.body)}:
            raise self._precondition("get_object", "If-Match")
        body, told = stored.body, stored.told() | self._shown(request, stored)
        if asked := request.get("Range"):
            first, last = self._range(asked, len(body))
            told |= {"ContentRange": f"bytes {first}-{last}/{len(body)}"}
            body = body[first : last + 1]
        told |= {"ContentLength": len(body), "AcceptRanges": "bytes"}
        return told | {"Body": StreamingBody(BytesIO(body), len(body))}

    @operation("Bucket", "Key", "ChecksumMode")
    def head_object(self, request: Request, _: Effect) -> Answer:
        """Tell what an object is, without its bytes; an answer without a body has no error code."""
        stored = self.buckets.get(request["Bucket"], {}).get(request["Key"])
        if stored is None:
            raise self._door.error("head_object", "404", "Not Found", status=404)
        return stored.told() | self._shown(request, stored)

    @operation("Bucket", "Key")
    def delete_object(self, request: Request, _: Effect) -> Answer:
        """Delete an object, be it there or not."""
        self._bucket("delete_object", request).pop(request["Key"], None)
        return {}

    @operation("Bucket", "Prefix", "MaxKeys", "StartAfter", "ContinuationToken")
    def list_objects_v2(self, request: Request, _: Effect) -> Answer:
        """List a page of a bucket, by the bytes of the keys."""
        objects = self._bucket("list_objects_v2", request)
        prefix, most = request.get("Prefix", ""), min(request.get("MaxKeys", PAGE_MAX), PAGE_MAX)
        start = request.get("ContinuationToken") or request.get("StartAfter", "")
        found = sorted((key for key in objects if key.startswith(prefix)), key=str.encode)
        left = [key for key in found if key.encode() > start.encode()]
        shown = left[:most]
        told: Answer = {
            "Name": request["Bucket"],
            "Prefix": prefix,
            "KeyCount": len(shown),
            "MaxKeys": most,
            "IsTruncated": len(left) > most,
        }
        if shown:
            told["Contents"] = [_listed(key, objects[key]) for key in shown]
        return told | ({"NextContinuationToken": shown[-1]} if shown and len(left) > most else {})

    def generate_presigned_url(
        self,
        ClientMethod: str,  # noqa: N803 - boto3's names
        Params: Mapping[str, str],  # noqa: N803
        ExpiresIn: int = 3600,  # noqa: N803
    ) -> str:
        """Sign a link; asks nobody, so nothing can happen to it."""
        return self.signer.link(ClientMethod, Params, ExpiresIn)

    def generate_presigned_post(
        self,
        Bucket: str,  # noqa: N803 - boto3's names
        Key: str,  # noqa: N803
        Fields: Mapping[str, str] | None = None,  # noqa: N803
        Conditions: list[Any] | None = None,  # noqa: N803
        ExpiresIn: int = 3600,  # noqa: N803
    ) -> Answer:
        """Sign a form; asks nobody, so nothing can happen to it."""
        return self.signer.form(Bucket, Key, Fields or {}, Conditions or [], ExpiresIn)

    def _bucket(self, operation: str, request: Request) -> dict[str, Stored]:
        found = self.buckets.get(request["Bucket"])
        if found is None:
            raise self._absent(operation, "NoSuchBucket")
        return found

    def _object(self, operation: str, request: Request) -> Stored:
        found = self._bucket(operation, request).get(request["Key"])
        if found is None:
            raise self._absent(operation, "NoSuchKey")
        return found

    def _absent(self, operation: str, code: str) -> ClientError:
        return self._door.error(operation, code, _ABSENT[code], status=404)

    def _precondition(self, operation: str, header: str) -> ClientError:
        message = "At least one of the pre-conditions you specified did not hold"
        return self._door.error(
            operation, "PreconditionFailed", message, status=412, Condition=header
        )

    def _checked(self, request: Request, body: bytes) -> str | None:
        told: str | None = request.get("ChecksumSHA256")
        if told is None:
            return None
        try:
            wanted = base64.b64decode(told, validate=True)
        except ValueError:
            wanted = b""
        if len(wanted) != HASH_BYTES:
            message = "Value for x-amz-checksum-sha256 header is invalid."
            raise self._door.error("put_object", "InvalidRequest", message)
        if hashlib.sha256(body).digest() != wanted:
            message = "The SHA256 you specified did not match the calculated checksum."
            raise self._door.error("put_object", "BadDigest", message)
        return told

    def _range(self, asked: str, length: int) -> tuple[int, int]:
        first, _, last = asked.removeprefix("bytes=").partition("-")
        if not first:
            return max(0, length - int(last)), length - 1
        if int(first) >= length:
            message = "The requested range is not satisfiable"
            raise self._door.error("get_object", "InvalidRange", message, status=416)
        return int(first), min(int(last), length - 1) if last else length - 1

    @staticmethod
    def _shown(request: Request, stored: Stored) -> Answer:
        if request.get("ChecksumMode") != "ENABLED" or not stored.checksum:
            return {}
        return {"ChecksumSHA256": stored.checksum, "ChecksumType": "FULL_OBJECT"}


def etag(body: bytes) -> str:
    """Tell the entity tag of an object that was put in one piece."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _read(body: Any) -> bytes:
    return (
        body if isinstance(body, bytes) else bytes(body.read() if hasattr(body, "read") else body)
    )


def _listed(key: str, stored: Stored) -> Answer:
    return {
        "Key": key,
        "Size": len(stored.body),
        "ETag": etag(stored.body),
        "LastModified": stored.at.replace(microsecond=0),
        "StorageClass": "STANDARD",
    }
