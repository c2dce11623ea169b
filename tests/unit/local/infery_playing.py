"""All scenarios of infery: what is expected of them, at the create, of the job and of its files."""

from dataclasses import dataclass
from typing import Any

import httpx

# How a create is answered in either mode: HTTP status (None: no answer that can be read), and
# whether the job exists.
CREATES: dict[str, tuple[int | None, bool]] = {
    "S3-bad-key": (401, False),
    "S4-no-credits": (402, False),
    "S5-rate-limited-then-ok": (429, False),
    "S6-validation": (400, False),
    "S7-error-before-accept": (500, False),
    "S7-error-once-before-accept": (500, False),
    "S7-timeout-before-accept": (504, False),
    "S8-timeout-after-accept": (504, True),
    "S8-error-after-accept": (500, True),
    "S8-bad-gateway-after-accept": (502, True),
    "S8-cut-after-accept": (None, True),
    "S8-no-task-id": (200, True),
    "S9-html-403": (403, False),
    "S9-html-502": (502, False),
    "refuse-invalid": (400, False),
    "refuse-too-long": (400, False),
    "refuse-fetch": (400, False),
    "refuse-unauthorized": (401, False),
    "refuse-credits": (402, False),
    "refuse-forbidden": (403, False),
    "refuse-not-found": (404, False),
    "refuse-rate": (429, False),
    "refuse-server-error": (500, False),
    "refuse-bad-gateway": (502, False),
    "refuse-maintenance": (503, False),
    "refuse-timeout": (504, False),
}


# How a create is answered in sync mode, where async mode accepts it, and how its job ends there.
ENDS: dict[str, tuple[int, str]] = {
    "S1-happy": (200, "succeeded"),
    "S2-slow": (200, "succeeded"),
    "S10-unknown-fields": (200, "succeeded"),
    "S11-failure-after-accept": (502, "failed"),
    "S12-never-finishes": (504, "processing"),
    "word-succeeded": (200, "succeeded"),
    "word-completed": (200, "completed"),
    "model-fallback": (200, "succeeded"),
    "b64-fallback": (200, "succeeded"),
    "b64-escaped-slashes": (200, "succeeded"),
    "b64-data-url": (200, "succeeded"),
    "b64-broken": (200, "succeeded"),
    "mixed-data": (200, "succeeded"),
    "url-and-b64": (200, "succeeded"),
    "empty-data": (200, "succeeded"),
    "data-null": (200, "succeeded"),
    "data-absent": (200, "succeeded"),
    "null-fields": (200, "succeeded"),
    "complete-without-audio": (200, "succeeded"),
    "wav": (200, "succeeded"),
    "mp3-for-wav": (200, "succeeded"),
    "content-type-lie": (200, "succeeded"),
    "one-track": (200, "succeeded"),
    "five-tracks": (200, "succeeded"),
    "twelve-stems": (200, "succeeded"),
    "fail-generation": (502, "failed"),
    "fail-policy": (400, "failed"),
    "fail-server": (500, "failed"),
    "fail-timeout": (504, "failed"),
    "failure-at-the-end": (502, "failed"),
    "error-object": (502, "failed"),
    "status-unknown": (200, "succeeded"),
    "complete-then-failed": (200, "failed"),
    "audio-length-lie": (200, "succeeded"),
}


MPEG = "audio/mpeg"


# Status, type, and whether the body is a sound MP3, of the first fetches, in their order.
FETCHES: dict[str, list[tuple[int, str, bool]]] = {
    "S14-audio-404-then-ok": [(404, "text/html", False)] * 2 + [(200, MPEG, True)],
    "S15-empty-audio": [(200, MPEG, False)] * 3,
    "S15-empty-audio-then-ok": [(200, MPEG, False), (200, MPEG, True)],
    "S16-wrong-content-type": [(200, "text/plain", True)] * 2,
    "S17-expired-url": [(403, "application/xml", False)] * 3,
    "audio-403": [(403, "text/html", False)] * 3,
    "audio-403-then-ok": [(403, "text/html", False), (200, MPEG, True)],
    "audio-404": [(404, "text/html", False)] * 3,
    "audio-html": [(200, "text/html", False)] * 2,
    "audio-redirect": [(302, "", False)] * 2,
    "audio-redirect-private": [(302, "", False)] * 2,
    "audio-redirect-loop": [(302, "", False)] * 2,
    "audio-slow": [(200, MPEG, True)],
    "audio-silent": [(200, MPEG, True)],
    "audio-garbage": [(200, MPEG, False)],
    "audio-short": [(200, MPEG, True)],
    "audio-wav": [(200, MPEG, False)],
}


# Looked at by a test of their own, here or beside the switches they are like.
OWN = {"sync", "async-prose", "async-schema", "async-failure", "b64-large", "S13-unknown-task",
       "first-poll-html-502", "audio-half", "audio-half-then-ok", "audio-endless"}  # fmt: skip


POLLS: dict[str, int | str] = {
    "poll-html-502": 502,
    "poll-empty-500": 500,
    "poll-unknown": "job_not_found",
    "poll-rate": "rate_limit_exceeded",
}


@dataclass
class Played:
    """What came of one scenario in one mode: the answer, if any, and what the log says."""

    answer: httpx.Response | None
    entry: dict[str, Any]
