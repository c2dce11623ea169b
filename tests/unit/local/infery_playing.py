"""All scenarios of infery: what is expected of them, at the create, of the job and of its files."""

from dataclasses import dataclass
from typing import Any

import httpx

from tests.unit.local import scenes
from tests.unit.local.scenes import MPEG, creates

# How a create is answered in either mode, and whether the job exists.
CREATES = creates() | {
    "refuse-too-long": (400, False),
    "refuse-fetch": (400, False),
    "refuse-forbidden": (403, False),
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


# As everywhere, and more.
FETCHES = scenes.FETCHES | {
    "audio-redirect": [(302, "", False)] * 2,
    "audio-redirect-private": [(302, "", False)] * 2,
    "audio-redirect-loop": [(302, "", False)] * 2,
    "audio-short": [(200, MPEG, True)],
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
