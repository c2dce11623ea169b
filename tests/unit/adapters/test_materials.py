"""Where what a submission starts from cannot be made ready, nothing leaves, and it is said so."""

import base64
import json
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import httpx
import pytest
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    IncompleteReadError,
    ReadTimeoutError,
)
from botocore.response import StreamingBody

from cliphook.adapters.httpx_exchange import HttpxExchange
from cliphook.adapters.httpx_sender import HttpxSender
from cliphook.adapters.materials import Materials
from cliphook.domain.ids import FileId
from cliphook.domain.job import Job
from cliphook.domain.plan import Lineage
from cliphook.domain.report import Accepted, Answer, Refused, Unsent
from cliphook.domain.request import Image, MusicRequest, Operation, Source
from tests.support.examining import walking_keeper
from tests.support.fakes import FakeShelf
from tests.support.makers import at, claimed, new_job, told

FILE = FileId("file_01KAJ5T1W0000000000000000F")
KEY = f"files/acct/{FILE}.mp3"
MUSIC = b"ID3 music"
BASE = "https://stratizon.test"
TASK = {"task_id": "task_1", "status": "queued"}


class OneKey:
    """The operator's keys."""

    def api_key(self, provider: str, *, fresh: bool = False) -> str:
        """Give one."""
        return f"{provider}-{fresh}"


class BrokenBody(BytesIO):
    """An object that stops in its middle."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    def read(self, _: int | None = -1) -> bytes:
        raise self.error


@dataclass
class Bucket:
    """S3, as far as it is read from."""

    error: Exception | None = None
    broken: Exception | None = None
    body: bytes = MUSIC
    length: int | None = None

    def get_object(self, **_: object) -> dict[str, Any]:
        """Give the one object."""
        if self.error:
            raise self.error
        raw = BrokenBody(self.broken) if self.broken else BytesIO(self.body)
        length = len(self.body) if self.length is None else self.length
        return {"Body": StreamingBody(raw, length), "ContentType": "audio/mpeg"}


@dataclass
class Provider:
    """A provider that takes everything, unless it has something against the upload."""

    upload: tuple[int, object] = (201, {"artifact_id": "art_51be09"})
    seen: list[tuple[str, bytes]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer as a transport."""
        self.seen.append((request.url.path, request.read()))
        is_upload = request.url.path == "/v1/uploads"
        status, body = self.upload if is_upload else (202, TASK)
        return httpx.Response(status, stream=httpx.ByteStream(json.dumps(body).encode()))


def submit(job: Job, bucket: Bucket, provider: Provider) -> Answer:
    transport = httpx.MockTransport(provider)
    exchange = HttpxExchange(OneKey(), {"stratizon": BASE, "infery": BASE}, transport)
    client: Any = bucket
    materials = Materials(exchange, "bucket", client, lambda _, key, __: f"https://us.test/{key}")
    sender = HttpxSender(
        exchange, materials, lambda _: walking_keeper(FakeShelf()), clock=lambda: at(3)
    )
    return sender.submit(job, "https://us.test/callback", at(2))[0]


def covering() -> Job:
    request = MusicRequest(operation=Operation.COVER, prompt="Rain", source=Source(file_id=FILE))
    model = "minimax-music-2.6"
    job = new_job(provider="stratizon", model=model, request=request, lineage=Lineage(key=KEY))
    return told(claimed(), job=job)


def picturing() -> Job:
    request = MusicRequest(prompt="Rain", images=(Image("image/png", file_id=FILE),))
    lineage = Lineage(picture_keys=(KEY,))
    model = "lyria-3-clip-preview"
    return told(
        claimed(), job=new_job(provider="infery", model=model, request=request, lineage=lineage)
    )


@pytest.fixture(params=[covering, picturing])
def job(request: pytest.FixtureRequest) -> Job:
    made: Job = request.param()
    return made


def test_a_file_is_uploaded_first_and_named_in_the_submission() -> None:
    provider = Provider()

    assert isinstance(submit(covering(), Bucket(), provider), Accepted)

    (uploaded, form), (_, sent) = provider.seen
    assert uploaded == "/v1/uploads"
    assert MUSIC in form
    assert json.loads(sent)["reference_audio"] == {"artifact_id": "art_51be09"}


def test_a_picture_is_read_from_the_bucket() -> None:
    provider = Provider()

    submit(picturing(), Bucket(), provider)

    ((_, sent),) = provider.seen
    (picture,) = json.loads(sent)["images"]
    assert base64.b64decode(picture["data"]) == MUSIC


@pytest.mark.parametrize(
    "bucket",
    [
        Bucket(error=ClientError({"Error": {"Code": "SlowDown"}}, "GetObject")),
        Bucket(error=EndpointConnectionError(endpoint_url="https://s3.test")),
        Bucket(broken=ReadTimeoutError(endpoint_url="https://s3.test")),
        Bucket(broken=IncompleteReadError(actual_bytes=1, expected_bytes=2)),
        Bucket(broken=OSError("no space left on device")),
        Bucket(length=len(MUSIC) + 1),
    ],
)
def test_an_object_that_cannot_be_read_whole_puts_the_submission_off(
    job: Job, bucket: Bucket
) -> None:
    provider = Provider()

    answer = submit(job, bucket, provider)

    assert isinstance(answer, Unsent)
    assert answer.error.code == "source_unavailable"
    assert provider.seen == []


@pytest.mark.parametrize("status", [408, 425, 429, 500, 503])
def test_an_upload_that_is_not_taken_now_puts_the_submission_off(status: int) -> None:
    answer = submit(covering(), Bucket(), Provider(upload=(status, {})))

    assert isinstance(answer, Unsent)
    assert answer.error.code == "source_unavailable"


@pytest.mark.parametrize("status", [400, 413, 415, 422])
def test_an_upload_that_is_not_taken_at_all_is_a_refusal(status: int) -> None:
    answer = submit(covering(), Bucket(), Provider(upload=(status, {})))

    assert isinstance(answer, Refused)
    assert not answer.may_retry
