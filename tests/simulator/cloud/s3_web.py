"""S3 as a browser or a provider meets it: links and forms, over no network."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tests.simulator.cloud.s3 import FakeS3, Stored, etag
from tests.simulator.cloud.s3_links import Refusal

_NO_KEY: Final = Refusal(404, "NoSuchKey")


@dataclass(frozen=True, slots=True)
class WebAnswer:
    """What comes back over HTTP."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


class S3Web:
    """Follows links and takes forms, of one fake."""

    def __init__(self, s3: FakeS3, clock: Callable[[], datetime]) -> None:
        self._s3 = s3
        self._clock = clock

    def follow(self, method: str, url: str) -> WebAnswer:
        """Follow a link with a method."""
        opened = self._s3.signer.open(method, url)
        if isinstance(opened, Refusal):
            return _refused(opened)
        stored = self._s3.buckets.get(opened.bucket, {}).get(opened.key)
        if stored is None:
            return _refused(_NO_KEY)
        told = stored.told()
        headers = {
            "content-type": told["ContentType"],
            "content-length": str(len(stored.body)),
            "etag": told["ETag"],
        }
        disposition = told.get("ContentDisposition")
        headers |= {"content-disposition": disposition} if disposition else {}
        headers |= {name.removeprefix("response-"): said for name, said in opened.said.items()}
        return WebAnswer(200, headers, b"" if method == "HEAD" else stored.body)

    def post(self, url: str, fields: Mapping[str, str], file: bytes) -> WebAnswer:
        """Send a form with a file."""
        bucket = url.rpartition("/")[2]
        refusal = self._s3.signer.take(bucket, fields, len(file))
        if refusal:
            return _refused(refusal)
        kept = {"ContentType": fields["Content-Type"]} if "Content-Type" in fields else {}
        stored = Stored(file, self._clock(), kept, None)
        self._s3.buckets[bucket][fields["key"]] = stored
        return WebAnswer(204, {"etag": etag(file)})


def _refused(refusal: Refusal) -> WebAnswer:
    body = f"<Error><Code>{refusal.code}</Code></Error>".encode()
    return WebAnswer(refusal.status, {"content-type": "application/xml"}, body)
