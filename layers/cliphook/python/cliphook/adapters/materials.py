"""What a submission starts from is made ready: a link that lives long enough, or an upload."""

import base64
import shutil
import tempfile
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from io import BytesIO
from typing import IO, TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.adapters.httpx_exchange import HttpxExchange
from cliphook.adapters.providers.origin import material
from cliphook.adapters.providers.provider import Call, Material, Picture, Provider, Submission
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId
from cliphook.domain.job import Job
from cliphook.domain.plan import Lineage
from cliphook.domain.request import Image

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

UPLOAD_ANSWER_S: Final = 60
SERVER_ERRORS: Final = 500
UNAUTHORIZED: Final = 401
# What says that the same upload may be taken later.
PASSING: Final = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)

type SourceUrl = Callable[[AccountId, str, datetime], str]


class RefusedMaterialError(Exception):
    """The provider did not take the upload, and would not take it again."""


class Materials:
    """Makes the sources of submissions ready, from what lies in one bucket."""

    def __init__(
        self, exchange: HttpxExchange, bucket: str, client: "S3Client", source_url: SourceUrl
    ) -> None:
        """Upload over an exchange, and link to what lies in a bucket by `source_url`."""
        self._exchange = exchange
        self._bucket = bucket
        self._client = client
        self._source_url = source_url

    def ready(self, job: Job, provider: Provider, callback_url: str, at: datetime) -> Submission:
        """
        Make a job's submission ready to be written.

        Raises `UnavailableStoreError` or what httpx raises where it did not work now, and
        `RefusedMaterialError` where the provider does not take the upload.
        """
        return Submission(
            request=job.request,
            model=job.model,
            callback_url=callback_url,
            reference=f"{job.id}-{len(job.attempts)}",
            material=self._material(job, job.lineage, provider, at) if job.lineage else None,
            pictures=self._pictures(job),
        )

    def _material(self, job: Job, lineage: Lineage, provider: Provider, at: datetime) -> Material:
        if not lineage.key:
            return material(lineage)
        if provider.facts.upload and not lineage.provider:
            return material(lineage, artifact_id=self._upload(lineage.key, provider))
        try:
            return material(lineage, url=self._source_url(job.account_id, lineage.key, at))
        except (ClientError, BotoCoreError) as error:
            raise UnavailableStoreError from error

    def _upload(self, key: str, provider: Provider) -> str:
        """Send a file as a form; an upload costs nothing, so it may be repeated."""
        upload, read = provider.facts.upload, provider.read_uploaded
        if not upload or not read:
            raise RefusedMaterialError
        with tempfile.TemporaryFile() as file:
            content_type = self._copy(key, file)
            form = {upload.form_field: (key.rpartition("/")[2], file, content_type)}
            with self._exchange.call(
                provider,
                Call("POST", upload.path),
                answer_s=UPLOAD_ANSWER_S,
                is_unauthorized=lambda status, _: status == UNAUTHORIZED,
                form=form,
            ) as (status, parts):
                artifact_id = read(status, parts.body)
        if artifact_id:
            return artifact_id
        if status >= SERVER_ERRORS or status in PASSING:
            raise UnavailableStoreError
        raise RefusedMaterialError

    def _pictures(self, job: Job) -> tuple[Picture, ...]:
        keys = job.lineage.picture_keys if job.lineage else ()
        padded = (*keys, *(None for _ in job.request.images[len(keys) :]))
        return tuple(
            self._picture(image, key)
            for image, key in zip(job.request.images, padded, strict=False)
        )

    def _picture(self, image: Image, key: str | None) -> Picture:
        if not key:
            return Picture(image.mime_type, image.data or "")
        file = BytesIO()
        self._copy(key, file)
        return Picture(image.mime_type, base64.b64encode(file.getbuffer()).decode())

    def _copy(self, key: str, file: IO[bytes]) -> str:
        """Copy an object into a file, and tell its media type; it may break off in its middle."""
        try:
            stored = self._client.get_object(Bucket=self._bucket, Key=key)
            shutil.copyfileobj(stored["Body"], file)
        except (ClientError, BotoCoreError, OSError) as error:
            raise UnavailableStoreError from error
        return stored["ContentType"]
