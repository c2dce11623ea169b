"""What scenarios of the same name are everywhere, and what came of those that were played."""

from dataclasses import dataclass
from typing import Any, Final

import httpx

from local.simulators import Served
from tests.unit.local.receiver import Got, Receiver, get

type Asked = tuple[httpx.Response | None, int]

OK: Final = 200
MPEG: Final = "audio/mpeg"

# Status, type, and whether the body is a sound MP3, of the first fetches, in their order.
FETCHES: Final[dict[str, list[tuple[int, str, bool]]]] = {
    "S14-audio-404-then-ok": [(404, "text/html", False)] * 2 + [(200, MPEG, True)],
    "S15-empty-audio": [(200, MPEG, False)] * 3,
    "S15-empty-audio-then-ok": [(200, MPEG, False), (200, MPEG, True)],
    "S16-wrong-content-type": [(200, "text/plain", True)] * 2,
    "S17-expired-url": [(403, "application/xml", False)] * 3,
    "audio-403": [(403, "text/html", False)] * 3,
    "audio-403-then-ok": [(403, "text/html", False), (200, MPEG, True)],
    "audio-404": [(404, "text/html", False)] * 3,
    "audio-html": [(200, "text/html", False)] * 2,
    "audio-slow": [(200, MPEG, True)],
    "audio-silent": [(200, MPEG, True)],
    "audio-garbage": [(200, MPEG, False)],
    "audio-wav": [(200, MPEG, False)],
}


def creates(*, invalid: int = 400, accepted: int = 200) -> dict[str, tuple[int | None, bool]]:
    """
    Expect what a provider that refuses by HTTP status makes of the creates that all of them know.

    To each belong its HTTP status (None: no answer that can be read), and whether the task exists.
    """
    return {
        "S3-bad-key": (401, False),
        "S4-no-credits": (402, False),
        "S5-rate-limited-then-ok": (429, False),
        "S6-validation": (invalid, False),
        "S7-error-before-accept": (500, False),
        "S7-error-once-before-accept": (500, False),
        "S7-timeout-before-accept": (504, False),
        "S8-timeout-after-accept": (504, True),
        "S8-error-after-accept": (500, True),
        "S8-bad-gateway-after-accept": (502, True),
        "S8-cut-after-accept": (None, True),
        "S8-no-task-id": (accepted, True),
        "S9-html-403": (403, False),
        "S9-html-502": (502, False),
        "refuse-invalid": (invalid, False),
        "refuse-unauthorized": (401, False),
        "refuse-credits": (402, False),
        "refuse-not-found": (404, False),
        "refuse-rate": (429, False),
        "refuse-server-error": (500, False),
    }


@dataclass
class Played:
    """What came of one scenario at one provider."""

    provider: str
    answer: httpx.Response | None
    entry: dict[str, Any]
    calls: list[Got]
    sent: list[str]
    before_answer: int

    @property
    def task(self) -> str:
        return str(self.entry["task_id"])


def over(sim: Served) -> bool:
    """Tell whether all that is to be called back was called back."""
    rows = sim.world.simulator.scenarios
    due = sum(len(rows[entry["scenario"]].calls) for entry in _asked(sim) if entry["accepted"])
    return bool(sum(call["status"] == OK for call in _tried(sim)) == due)


def collect[P: Played](
    kind: type[P], sim: Served, receiver: Receiver, asked: dict[str, Asked]
) -> dict[str, P]:
    """Gather what came of each scenario; each was called back at a path of its own."""
    provider, tried = sim.world.simulator.provider, _tried(sim)
    by_name = {entry["scenario"]: entry for entry in _asked(sim)}
    return {
        name: kind(
            provider=provider,
            answer=answer,
            entry=by_name[name],
            calls=receiver.at(f"{provider}-{name}"),
            sent=[call["stage"] for call in tried if call["task_id"] == by_name[name]["task_id"]],
            before_answer=before,
        )
        for name, (answer, before) in asked.items()
    }


def _asked(sim: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get(sim, "/_sim/requests").json()["requests"]
    return found


def _tried(sim: Served) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = get(sim, "/_sim/callbacks").json()["callbacks"]
    return found
