"""Tagged copies in the bucket, made and kept within the time that a caller waits."""

import base64
import hashlib
import io
import tempfile
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, BinaryIO, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.domain.errors import UnavailableStoreError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from types_boto3_s3 import S3Client

# The bucket keeps a copy for at least a day. A link to one of this age outlives no copy.
FRESH: Final = timedelta(hours=12)

# Small, since it is between two pieces that somebody looks at the time.
_PIECE_BYTES: Final = 1 << 16
# Whoever may not list a bucket is told 403 of an object that is not there.
_ABSENT: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.FORBIDDEN})


class S3Copies:
    """Copies in one bucket, for a caller who waits as long as it `has_time`."""

    def __init__(
        self,
        bucket: str,
        client: "S3Client",
        *,
        clock: Callable[[], datetime],
        has_time: Callable[[], bool],
    ) -> None:
        """Use a bucket of that name."""
        self._bucket = bucket
        self._client = client
        self._clock = clock
        self._has_time = has_time

    def has(self, key: str) -> bool:
        """Tell whether a copy lies there that is not about to expire."""
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            if status in _ABSENT:
                return False
            raise UnavailableStoreError from error
        except BotoCoreError as error:
            raise UnavailableStoreError from error
        return self._clock() - head["LastModified"] < FRESH

    @contextmanager
    def original(self, key: str) -> Generator[BinaryIO]:
        """Fetch a file of the archive, piece by piece."""
        with tempfile.TemporaryFile() as file:
            try:
                body = self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
                with closing(body):
                    for piece in body.iter_chunks(_PIECE_BYTES):
                        self._check()
                        file.write(piece)
            except (ClientError, BotoCoreError) as error:
                raise UnavailableStoreError from error
            file.seek(0)
            yield file

    def put(self, key: str, copy: BinaryIO, content_type: str) -> None:
        """Keep a copy in one request, whose SHA-256 S3 checks before it keeps anything."""
        copy.seek(0)
        sha256 = hashlib.sha256()
        while piece := copy.read(_PIECE_BYTES):
            sha256.update(piece)
        size = copy.tell()
        copy.seek(0)
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=io.BufferedReader(_Watched(copy, self._check), _PIECE_BYTES),
                ContentLength=size,
                ContentType=content_type,
                ContentDisposition="attachment",
                ChecksumSHA256=base64.b64encode(sha256.digest()).decode(),
            )
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def _check(self) -> None:
        if not self._has_time():
            raise UnavailableStoreError


class _Watched(io.RawIOBase):
    """A file that cannot be read on when time is over: an upload may drip for ever."""

    def __init__(self, file: BinaryIO, check: Callable[[], None]) -> None:
        """Read that file."""
        super().__init__()
        self._file = file
        self._check = check

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say yes: whoever signs or tries again reads from the start."""
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go elsewhere."""
        return self._file.seek(offset, whence)

    def readinto(self, buffer: "WriteableBuffer") -> int:
        """Read on."""
        self._check()
        view = memoryview(buffer).cast("B")
        piece = self._file.read(len(view))
        view[: len(piece)] = piece
        return len(piece)
