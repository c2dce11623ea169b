"""
The bodies of infery: results, and jobs in the two vocabularies of its documents.

Nothing in them is refused: a part that cannot be used counts as absent, since a result that was
paid for must not be lost over what describes it. Beside the documented parts stand those which
other operations ask for (ids) or its prose speaks of (stems).
"""

import re
from typing import Annotated, Final, cast

from pydantic import BeforeValidator

from cliphook.adapters.providers.http_refusals import TASK_ID, find, read_parsed
from cliphook.adapters.providers.infery_names import read_id, read_stem
from cliphook.adapters.wire import Duration, Link, Text, Title, Wire, parse_json
from cliphook.domain.errors import UnreadableReportError

CODES: Final = ("error.code", "error.type")

# What stands in the place of audio that came inside the body.
_INLINE: Final = re.compile(r"inline:[0-9]{1,2}", re.ASCII)
# Where the results of a job may be, if not in `data`.
_HOLDERS: Final = ("data", "result.data", "result")


def _inline(value: object) -> str | None:
    return value if isinstance(value, str) and _INLINE.fullmatch(value) else None


def _job_id(value: object) -> str | None:
    return value if isinstance(value, str) and re.fullmatch(TASK_ID, value) else None


def _status(value: object) -> str | None:
    return value.strip().casefold() or None if isinstance(value, str) else None


def _object(value: object) -> dict[str, object]:
    return cast("dict[str, object]", value) if isinstance(value, dict) else {}


def _items(value: object) -> list[dict[str, object]]:
    """List objects; whatever else stands among them keeps its place, and says nothing."""
    if isinstance(value, dict):
        return [_object(cast("object", value))]
    found = cast("list[object]", value) if isinstance(value, list) else []
    return [_object(one) for one in found]


def _stems(value: object) -> list[dict[str, object]]:
    """List stems, which may be a list already, or stand under their names."""
    if not isinstance(value, dict):
        return _items(value)
    named = _object(cast("object", value)).items()
    return [{"url": one, **_object(one), "stem": name} for name, one in named]


Id = Annotated[str | None, BeforeValidator(read_id)]
JobId = Annotated[str | None, BeforeValidator(_job_id)]
Status = Annotated[str | None, BeforeValidator(_status)]


class Track(Wire):
    """One result: a track, a stem or a text."""

    url: Link = None
    b64_audio: Annotated[str | None, BeforeValidator(_inline)] = None
    duration_seconds: Duration = None
    lyrics: Text = None
    title: Title = None
    image_url: Link = None
    stem: Annotated[str | None, BeforeValidator(read_stem)] = None
    id: Id = None
    audio_id: Id = None
    task_id: Id = None


class Item(Track):
    """One result, which may be in parts."""

    stems: Annotated[tuple[Track, ...], BeforeValidator(_stems)] = ()


Items = Annotated[tuple[Item, ...], BeforeValidator(_items)]


class Body(Wire):
    """
    What a create or a poll is answered with.

    `codes` are those of an error, and `complaint` is one that is but a text. `itself` is the body
    as if it were a result, `has_id` says whether it names a job, be it in a way that we cannot
    use, and `is_result` whether it lists results, be it none.
    """

    job_id: JobId = None
    id: JobId = None
    status: Status = None
    items: Items = ()
    itself: Items = ()
    codes: tuple[str, ...] = ()
    complaint: Text = None
    has_id: bool = False
    is_result: bool = False


def read_body(body: bytes) -> Body | None:
    """Read a body; `None` is no JSON object."""
    try:
        value = parse_json(body)
    except UnreadableReportError:
        return None
    if not isinstance(value, dict):
        return None
    whole = cast("dict[str, object]", value)
    held = [find(whole, name) for name in _HOLDERS]
    return Body.model_validate(
        {name: whole.get(name) for name in ("job_id", "id", "status")}
        | {
            "items": next((found for one in held if (found := _items(one))), None),
            "itself": {name: part for name, part in whole.items() if name != "id"},
            "codes": read_parsed(whole, task_ids=(), codes=CODES).codes,
            "complaint": whole.get("error"),
            "has_id": any(whole.get(name) not in (None, "") for name in ("job_id", "id")),
            "is_result": any(isinstance(one, list) for one in held),
        }
    )
