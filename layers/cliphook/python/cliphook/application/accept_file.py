"""A file is promised: its row is stored, and the form by which its bytes come is signed."""

from datetime import datetime

from cliphook.application.ports import Files, FileShelf
from cliphook.domain.file import KEPT, File, FileRequest, Upload, file_key
from cliphook.domain.ids import AccountId, FileId, make_id


def accept_file(
    request: FileRequest,
    account_id: AccountId,
    *,
    files: Files,
    shelf: FileShelf,
    now: datetime,
    entropy: bytes,
) -> tuple[File, Upload]:
    """
    Store a new file, and sign for its upload.

    Nothing is uploaded here: the bytes go to the shelf by the form, which takes exactly as many
    as were promised. A row whose bytes never come expires like any other.
    """
    file_id = FileId(make_id("file", now, entropy))
    file = File(
        id=file_id,
        account_id=account_id,
        filename=request.filename,
        content_type=request.type.content_type,
        size_bytes=request.size_bytes,
        key=file_key(account_id, file_id, request.type),
        created_at=now,
        expires_at=now + KEPT,
    )
    upload = shelf.sign_upload(file, now)
    files.add(file)
    return file, upload
