"""What a delivered copy says about itself."""

import hashlib
import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cliphook.domain.clip import Clip
from cliphook.domain.clips import lyrics_of, title_of
from cliphook.domain.job import Job
from cliphook.domain.passport import Passport

# Part of what names a copy: the next number, once tags are written in another way.
_MANNER: Final = 1

# Longer ones are cut. No player shows as much of a title; lyrics end where a clip's do.
LINE_CHARACTERS_MAX: Final = 300
LYRICS_CHARACTERS_MAX: Final = 60_000

AI_COMMENT: Final = "AI-generated"
# The IPTC's word for it, which programs look for.
AI_SOURCE_TYPE: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"

# Control characters end a text in one container or another, and halves of pairs are no Unicode.
_BROKEN: Final = frozenset({"Cc", "Cs"})


class Field(StrEnum):
    """A thing that can be said, by the name that free tags have for it."""

    TITLE = "TITLE"
    LYRICS = "LYRICS"
    COMMENT = "COMMENT"
    MODEL = "MODEL"
    PROVIDER = "PROVIDER"
    JOB = "CLIPHOOK_JOB_ID"
    SOURCE_TYPE = "DIGITALSOURCETYPE"


@dataclass(frozen=True, slots=True)
class Tags:
    """What is said of one clip. That it was made by a machine is always said."""

    provider: str
    job_id: str
    model: str | None = None
    title: str | None = None
    lyrics: str | None = None

    def texts(self) -> Mapping[Field, str]:
        """Say everything that there is to say, in a form that no container can stumble over."""
        said = {
            Field.TITLE: _line(self.title),
            Field.LYRICS: _lines(self.lyrics),
            Field.COMMENT: AI_COMMENT,
            Field.MODEL: _line(self.model),
            Field.PROVIDER: _line(self.provider),
            Field.JOB: _line(self.job_id),
            Field.SOURCE_TYPE: AI_SOURCE_TYPE,
        }
        return {field: text for field, text in said.items() if text}


def tags_of(job: Job, clip: Clip) -> Tags:
    """Gather what is said of a clip: what the API shows of it."""
    return Tags(
        provider=job.provider or "",
        job_id=job.id,
        model=job.model,
        title=title_of(job, clip),
        lyrics=lyrics_of(job, clip),
    )


def copy_key(job: Job, clip: Clip, passport: Passport, tags: Tags) -> str:
    """Name where a copy lies: by its file and what it says, so that it need be made but once."""
    said = json.dumps([_MANNER, tags.texts()])
    digest = hashlib.sha256(said.encode()).hexdigest()
    extension = passport.key.rpartition(".")[2]
    folder = f"tagged/{job.account_id}/{job.id}/{clip.id}"
    return f"{folder}/{passport.sha256}.{digest}.{extension}"


def _line(text: str | None) -> str:
    """Make one line of any text."""
    spaced = _printable((text or "")[: 2 * LINE_CHARACTERS_MAX], instead=" ")
    return " ".join(spaced.split())[:LINE_CHARACTERS_MAX].strip()


def _lines(text: str | None) -> str:
    """Keep the lines of a text, and nothing else that cannot be seen."""
    lines = (text or "")[: 2 * LYRICS_CHARACTERS_MAX].splitlines()
    return "\n".join(map(_printable, lines))[:LYRICS_CHARACTERS_MAX].strip()


def _printable(text: str, instead: str = "") -> str:
    return "".join(instead if unicodedata.category(c) in _BROKEN else c for c in text)
