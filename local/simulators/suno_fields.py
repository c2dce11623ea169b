"""The fields of the suno format's further operations: what each may hold."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final
from urllib.parse import urlsplit

type Complaint = Callable[[object], str | None]

TEMPO_BPM_MAX: Final = 300
SOUND_KEYS: Final = (
    "Any",
    *(f"{note}m" for note in ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")),
    *("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"),
)


def _text(value: object) -> str | None:
    return None if isinstance(value, str) else "must be a string."


def _flag(value: object) -> str | None:
    return None if isinstance(value, bool) else "must be a boolean."


def _url(value: object) -> str | None:
    try:
        address = urlsplit(value) if isinstance(value, str) else None
    except ValueError:
        address = None
    named = address and address.scheme in {"http", "https"} and address.hostname
    return None if named else "must be a URL."


def _weight(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "must be a number."
    if not 0 <= value <= 1:
        return "must be between 0 and 1."
    return "must be a multiple of 0.01." if Decimal(value) * 100 % 1 else None


def _seconds(value: object) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or value <= 0:
        return "must be a number above 0."
    return None


def _tempo(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= TEMPO_BPM_MAX:
        return f"must be an integer from 1 to {TEMPO_BPM_MAX}."
    return None


def _one_of(*options: str) -> Complaint:
    def complain(value: object) -> str | None:
        return None if value in options else f"must be one of {', '.join(options)}."

    return complain


FIELDS: Final[Mapping[str, Complaint]] = {
    "audioId": _text,
    "audioWeight": _weight,
    "callBackUrl": _url,
    "continueAt": _seconds,
    "customMode": _flag,
    "defaultParamFlag": _flag,
    "grabLyrics": _flag,
    "instrumental": _flag,
    "model": _text,
    "negativeTags": _text,
    "personaId": _text,
    "personaModel": _one_of("style_persona", "voice_persona"),
    "prompt": _text,
    "soundKey": _one_of(*SOUND_KEYS),
    "soundLoop": _flag,
    "soundTempo": _tempo,
    "style": _text,
    "styleWeight": _weight,
    "tags": _text,
    "taskId": _text,
    "title": _text,
    "type": _one_of("separate_vocal", "split_stem"),
    "uploadUrl": _url,
    "vocalGender": _one_of("m", "f"),
    "weirdnessConstraint": _weight,
}
