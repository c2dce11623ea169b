"""All scenarios of both providers, played at once; what is expected of them, and what came."""

from collections.abc import Iterable
from typing import Any, Final

import httpx

from local.simulators import Served
from local.simulators.apikley import APIKLEY
from local.simulators.suno_facts import Facts
from local.simulators.suno_scenarios import SCENARIOS, available
from local.simulators.sunoapi import SUNOAPI
from tests.unit.local.receiver import Receiver, create, custom
from tests.unit.local.scenes import Asked, Played

FACTS: Final[dict[str, Facts]] = {"sunoapi": SUNOAPI, "apikley": APIKLEY}
ALL = ["text", "first", "complete"]
CREATES: dict[str, tuple[int | None, object, bool]] = {
    # HTTP status (None: no answer that can be read), body code by provider, task exists.
    "S3-bad-key": (200, 401, False),
    "S4-no-credits": (200, {"sunoapi": 429, "apikley": 402}, False),
    "S5-rate-limited-then-ok": (200, {"sunoapi": 405, "apikley": 429}, False),
    "S6-validation": (200, {"sunoapi": 400, "apikley": 422}, False),
    "S7-error-before-accept": (500, None, False),
    "S7-error-once-before-accept": (500, None, False),
    "S7-timeout-before-accept": (504, None, False),
    "S8-timeout-after-accept": (504, None, True),
    "S8-error-after-accept": (500, None, True),
    "S8-bad-gateway-after-accept": (502, None, True),
    "S8-cut-after-accept": (None, None, True),
    "S8-no-task-id": (200, 200, True),
    "S9-html-403": (403, None, False),
    "S9-html-502": (502, None, False),
    "refuse-invalid": (200, {"sunoapi": 400, "apikley": 422}, False),
    "refuse-unauthorized": (200, 401, False),
    "refuse-credits": (200, {"sunoapi": 429, "apikley": 402}, False),
    "refuse-not-found": (200, 404, False),
    "refuse-rate": (200, {"sunoapi": 405, "apikley": 429}, False),
    "refuse-frequency": (200, 430, False),
    "refuse-conflict": (200, 409, False),
    "refuse-too-long": (200, {"sunoapi": 413, "apikley": 422}, False),
    "refuse-fetch": (200, 451, False),
    "refuse-maintenance": (200, 455, False),
    "refuse-server-error": (200, 500, False),
}
CALLS: dict[str, list[str]] = {
    "S1-happy": ALL,
    "S2-slow": ALL,
    "S10-unknown-fields": ALL,
    "S11-failure-after-accept": ["error"],
    "S12-never-finishes": [],
    "S13-unknown-task": [],
    "skip-text-first": ["complete"],
    "out-of-order": ["complete", "first", "text"],
    "complete-without-audio": ["text", "complete", "complete"],
    "lost-callbacks": [],
    "lost-complete": ["text", "first"],
    "callback-before-answer": ALL,
    "complete-before-answer": ALL,
    "callback-exception": [],
    "callback-exception-late": [],
    "camel-task-id": ALL,
    "foreign-task-id": ALL,
    "text-variant-b": ALL,
    "text-variant-c": ALL,
    "create-time-string": ALL,
    "too-large": ALL,
    "one-track": ALL,
    "error-null": ["error"],
    "error-list": ["error"],
    "error-string": ["error"],
    "error-failed": ["failed"],
    **{f"fail-{kind}": ["error"] for kind in FACTS["apikley"].failures},
    **{f"fail-{kind}": ["error"] for kind in FACTS["sunoapi"].failures},
    "sensitive-word": [],
    "create-task-failed": [],
    "status-failed": [],
    "status-unknown": ALL,
    "failure-after-text": ["text", "error"],
    "failure-after-first": ["text", "first", "error"],
    "error-then-complete": ["error", "complete"],
    "complete-then-pending": ALL,
    "complete-then-failed": ALL,
    "error-then-success": ["text", "error"],
    "first-poll-html-502": ALL,
    **{name: [] for name in SCENARIOS if name.startswith("poll-")},
}
# How the simulator's log calls a stage that its callback calls otherwise.
WORDS = {"failed": "error"}
# Looked at by a test of their own.
OWN = {"all-at-once", "duplicate", "unwrapped", "broken-json"}
FINAL = {
    "S1-happy": "SUCCESS",
    "S2-slow": "SUCCESS",
    "S11-failure-after-accept": "GENERATE_AUDIO_FAILED",
    "S12-never-finishes": "GENERATING",
    "lost-callbacks": "SUCCESS",
    "complete-without-audio": "SUCCESS",
    "callback-exception": "CALLBACK_EXCEPTION",
    "callback-exception-late": "CALLBACK_EXCEPTION",
    "sensitive-word": "SENSITIVE_WORD_ERROR",
    "create-task-failed": "CREATE_TASK_FAILED",
    "status-failed": "FAILED",
    "status-unknown": "SUCCESS",
    "failure-after-text": "GENERATE_AUDIO_FAILED",
    "failure-after-first": "GENERATE_AUDIO_FAILED",
    "error-then-complete": "SUCCESS",
    "complete-then-pending": "PENDING",
    "complete-then-failed": "GENERATE_AUDIO_FAILED",
    "error-then-success": "SUCCESS",
}


class SunoPlayed(Played):
    """What came of one scenario of the suno format, whose callbacks name their stage."""

    @property
    def words(self) -> list[str]:
        return [call.body["data"]["callbackType"] for call in self.calls]

    def call(self, word: str) -> Any:
        return self.calls[self.words.index(word)].body["data"]


type Stage = dict[tuple[str, str], SunoPlayed]


def ask(sim: Served, receiver: Receiver, provider: str, name: str) -> Asked:
    """Create with a scenario's marker: the answer, and how much was called back before it."""
    body = custom(receiver, f"{provider}-{name}", prompt=f"[[sim:{name}]]")
    try:
        answer = create(sim, body)
    except httpx.RemoteProtocolError:
        return None, 0
    return answer, len(receiver.at(f"{provider}-{name}"))


def pairs(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pair each scenario with each provider that can play it."""
    return [
        (provider, name)
        for name in sorted(names)
        for provider, facts in FACTS.items()
        if available(name, facts)
    ]
