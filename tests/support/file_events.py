"""Files and sources as samples: what is promised, what lies there, and events that ask for it."""

import json
from collections.abc import Iterator
from typing import Final

from cliphook.domain.file import KEPT, TYPES, File, FileRequest, file_key
from cliphook.domain.ids import FileId
from cliphook.domain.source_ticket import SourceTicket, issue_source, source_expiry
from tests.support.lambda_shapes import Event, http_event
from tests.support.makers import ACCOUNT, JOB, START, at
from tests.support.sample_world import KEY, MASTER, SAMPLES

POST_FILE: Final = "POST /v1/files"
GET_FILE: Final = "GET /v1/files/{id}"
SOURCE: Final = "ANY /sources/{ticket}"

FILE_ID: Final = FileId("file_01KAJ5T1W0000000000000000F")
AUDIO: Final = b"ID3" + bytes(range(256)) * 4
FILE: Final = File(
    id=FILE_ID,
    account_id=ACCOUNT,
    filename="Käfer ♪.mp3",
    content_type="audio/mpeg",
    size_bytes=len(AUDIO),
    key=file_key(ACCOUNT, FILE_ID, TYPES["audio/mpeg"]),
    created_at=START,
    expires_at=START + KEPT,
)
REQUEST: Final = FileRequest(FILE.filename, TYPES[FILE.content_type], FILE.size_bytes)
CLIP_KEY: Final = f"clips/{ACCOUNT}/{JOB}/clip_01KAJ5T1W0000000000000000C/{'ab' * 32}.mp3"

ASKED: Final = {
    "filename": FILE.filename,
    "content_type": FILE.content_type,
    "size_bytes": FILE.size_bytes,
}
INVALID: Final = {
    "filename": "../Käfer.mp3",
    "content_type": "audio/midi",
    "size_bytes": 0,
    "sha256": "ab",
}


def post_event(body: str, key: str = KEY) -> Event:
    """Promise a file; by nobody if there is no key."""
    headers = {"authorization": f"Bearer {key}"} if key else None
    return http_event(POST_FILE, "/v1/files", at=at(0), body=body, headers=headers)


def get_event(file_id: str = FILE_ID, key: str = KEY) -> Event:
    """Ask for a file."""
    headers = {"authorization": f"Bearer {key}"} if key else None
    path = f"/v1/files/{file_id}"
    return http_event(GET_FILE, path, at=at(60), headers=headers, parameters={"id": file_id})


def source_event(ticket: str, method: str = "GET") -> Event:
    """Come with a ticket, as a provider does."""
    path, parameters = f"/sources/{ticket}", {"ticket": ticket}
    return http_event(SOURCE, path, at=at(60), parameters=parameters, method=method)


def source_ticket(key: str = FILE.key, master: str = MASTER) -> str:
    """Issue a ticket for an object of the samples' account."""
    ticket = SourceTicket(ACCOUNT, key, source_expiry(at(1)))
    return issue_source(ticket, master.encode(), at(1))


def files_cases() -> Iterator[tuple[str, Event]]:
    """Make the cases of `files`."""
    yield "audio", post_event(json.dumps(ASKED, ensure_ascii=False))
    picture = {"filename": "cover.png", "content_type": "image/png", "size_bytes": 10_485_760}
    yield "image", post_event(json.dumps(picture))
    yield "invalid", post_event(json.dumps(INVALID, ensure_ascii=False))
    yield "without_key", post_event(json.dumps(ASKED, ensure_ascii=False), key="")
    yield "file", get_event()


def source_cases() -> Iterator[tuple[str, Event]]:
    """Make the cases of `source`."""
    yield "file", source_event(source_ticket())
    yield "file_head", source_event(source_ticket(), "HEAD")
    yield "clip", source_event(source_ticket(CLIP_KEY))
    yield "callback_ticket", source_event(SAMPLES["sunoapi"].ticket)
    yield "forged_ticket", source_event("AAEx.AAAA")
