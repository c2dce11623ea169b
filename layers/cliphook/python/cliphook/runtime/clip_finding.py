"""Which clip is asked for and how its file is handed over: what all routes to a clip share."""

import re
import unicodedata
from enum import StrEnum
from typing import Final, Protocol

from cliphook.application.library_ports import Library
from cliphook.domain.clip import Clip
from cliphook.domain.clips import title_of
from cliphook.domain.errors import UnknownResourceError
from cliphook.domain.ids import AccountId, ClipId
from cliphook.domain.job import Job

_ID: Final = re.compile(r"clip_[0-9A-HJKMNP-TV-Z]{26}", re.ASCII)

# No file system has room for more than 255 bytes, an ending included.
_NAME_CHARACTERS_MAX: Final = 80
_NAME_BYTES_MAX: Final = 240
# Of what is neither a letter, a mark on one, nor a number, a name has no more than this.
_HARMLESS: Final = frozenset(" ._-")


class Disposition(StrEnum):
    """What a browser does with a file: play it, or keep it."""

    INLINE = "inline"
    ATTACHMENT = "attachment"


class Links(Protocol):
    """Who signs links to archived files."""

    def link(self, key: str, file_name: str, disposition: str) -> str:
        """Sign a short-lived link to one file, which is heard or kept under a name."""
        ...


def find_clip(library: Library, account_id: AccountId, clip_id: str) -> tuple[Job, Clip]:
    """Find an account's clip, and its job; raises `UnknownResourceError`."""
    # The table refuses a key that is too long, and that would look like a table in trouble.
    ref = library.find_clip(account_id, ClipId(clip_id)) if _ID.fullmatch(clip_id) else None
    job = library.load(ref) if ref else None
    found = [one for one in job.clips.values() if one.id == clip_id] if job else []
    if not job or not found:
        raise UnknownResourceError
    return job, found[0]


def file_name(job: Job, clip: Clip, key: str) -> str:
    """Call a file by its clip's title, or by its id where nothing of that is left."""
    said = unicodedata.normalize("NFC", title_of(job, clip) or "")
    title = "".join(c for c in said if c in _HARMLESS or unicodedata.category(c)[0] in "LMN")
    short = title.strip()[:_NAME_CHARACTERS_MAX].encode()[:_NAME_BYTES_MAX].decode(errors="ignore")
    return f"{short.strip() or clip.id}.{key.rpartition('.')[2]}"
