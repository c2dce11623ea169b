"""Sound requests for the further operations of the suno format, and what becomes of others."""

import json
from typing import Any

from local.simulators.reading import read_body
from local.simulators.suno_requests import ASKS, Rules, Source, check
from tests.unit.local.playing import FACTS

INVALID = {"sunoapi": 400, "apikley": 422}
TOO_LONG = {"sunoapi": 413, "apikley": 422}
BACK = {"callBackUrl": "https://example.test/callback"}
UPLOAD = {"uploadUrl": "https://example.test/music.mp3"}
WORDS = {"prompt": "[Verse]", "style": "Classical", "title": "Piano"}
# A sound request for each, with all that it needs and no more.
SOUND: dict[str, dict[str, Any]] = {
    "extend": BACK | {"defaultParamFlag": False, "audioId": "a1", "model": "V5"},
    "upload_cover": BACK | UPLOAD | WORDS
    | {"customMode": True, "instrumental": False, "model": "V5"},
    "upload_extend": BACK | UPLOAD | {"defaultParamFlag": False, "model": "V5"},
    "add_instrumental": BACK | UPLOAD | {"title": "x", "negativeTags": "metal", "tags": "piano"},
    "add_vocals": BACK | UPLOAD | WORDS | {"negativeTags": "metal"},
    "sounds": {"prompt": "Soft rain", "model": "V5"},
    "lyrics": BACK | {"prompt": "A quiet crossing"},
    "vocal_removal": BACK | {"taskId": "t1", "audioId": "a1", "type": "split_stem"},
    "wav": BACK | {"taskId": "t1", "audioId": "a1"},
}  # fmt: skip
ALSO = {"upload_extend": {"instrumental": True, "continueAt": 10}}


def sound(provider: str, name: str) -> dict[str, Any]:
    more = ALSO.get(name, {}) if provider == "apikley" else {}
    return SOUND[name] | more


def verdict(provider: str, name: str, body: object, **which: Any) -> int | None:
    """Hold a body against an operation: the code of the refusal, or None."""
    source = Source("t1", "V5", 30.0)
    rules = Rules(FACTS[provider], source={"a1": source}.get, **which)
    wrong = check(read_body(json.dumps(body).encode()), ASKS[name], rules)
    return wrong.code if wrong else None
