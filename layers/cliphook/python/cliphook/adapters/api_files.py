"""How files are asked for, strictly, and shown: what is not listed here is not shown."""

from collections.abc import Mapping
from typing import Annotated, Final

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from cliphook.adapters.documents import write_time
from cliphook.adapters.json_body import field_errors, read_object
from cliphook.domain.errors import InvalidRequestError
from cliphook.domain.file import (
    AUDIO_MAX_BYTES,
    FILENAME_MAX,
    TYPES,
    File,
    FileRequest,
    Upload,
    is_filename,
)

_TYPE_NAMES: Final = ", ".join(dict.fromkeys(kind.content_type for kind in TYPES.values()))


def _filename(text: str) -> str:
    if not is_filename(text):
        message = f"is 1 to {FILENAME_MAX} characters: no slash, no control character"
        raise ValueError(message)
    return text


def _content_type(text: str) -> str:
    name = text.lower()
    if name not in TYPES:
        message = f"is one of {_TYPE_NAMES}"
        raise ValueError(message)
    return TYPES[name].content_type


class _FileBody(BaseModel):
    """What is to be uploaded. How much may be, depends on its kind, which is read before it."""

    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    filename: Annotated[str, AfterValidator(_filename)]
    content_type: Annotated[str, AfterValidator(_content_type)]
    size_bytes: Annotated[int, Field(ge=1)]

    @field_validator("size_bytes")
    @classmethod
    def check_size(cls, value: int, info: ValidationInfo) -> int:
        """Hold the length against the limit of the kind, or the largest if that is wrong too."""
        content_type = info.data.get("content_type")
        size_max = TYPES[content_type].size_max_bytes if content_type else AUDIO_MAX_BYTES
        if value > size_max:
            message = f"is at most {size_max} bytes"
            raise ValueError(message)
        return value


def read_file_request(body: bytes) -> FileRequest:
    """
    Read what is to be uploaded.

    Raises `OversizedBodyError` above 64 KiB, and `InvalidRequestError` with every wrong field.
    """
    values = read_object(body)
    try:
        read = _FileBody.model_validate(values)
    except ValidationError as error:
        raise InvalidRequestError(*field_errors(error)) from error
    return FileRequest(read.filename, TYPES[read.content_type], read.size_bytes)


def show_file(file: File, *, is_ready: bool) -> Mapping[str, object]:
    """Write a file: `pending` until its bytes are there, then `ready`."""
    return {
        "id": file.id,
        "status": "ready" if is_ready else "pending",
        "filename": file.filename,
        "content_type": file.content_type,
        "size_bytes": file.size_bytes,
        "created_at": write_time(file.created_at),
        "expires_at": write_time(file.expires_at),
    }


def show_upload(upload: Upload) -> Mapping[str, object]:
    """Write the form by which a file is to be posted."""
    return {
        "url": upload.url,
        "fields": dict(upload.fields),
        "expires_at": write_time(upload.expires_at),
    }
