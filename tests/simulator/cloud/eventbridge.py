"""
EventBridge in memory: it takes entries, or refuses some of them, and keeps what it took.

Who hears of an event is not its business: that is for whoever reads `taken`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from tests.simulator.cloud.door import Door, operation
from tests.simulator.cloud.services import Answer, Request
from tests.simulator.effects import Effect, Effects, Port

ENTRIES_MAX: Final = 10
# It was so for years, and where it has become more, less is still taken.
CALL_MAX_BYTES: Final = 256 * 1024
_TIME_BYTES: Final = 14

_NEEDED: Final = ("Source", "DetailType", "Detail")


@dataclass(frozen=True, slots=True)
class TakenEvent:
    """An event that the bus took."""

    id: str
    at: datetime
    entry: Mapping[str, Any]

    def envelope(self) -> Mapping[str, Any]:
        """Write it as its targets get it."""
        told = self.entry.get("Time", self.at)
        return {
            "version": "0",
            "id": self.id,
            "detail-type": self.entry["DetailType"],
            "source": self.entry["Source"],
            "account": "123456789012",
            "time": told.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "region": "us-east-1",
            "resources": [*self.entry.get("Resources", ())],
            "detail": json.loads(self.entry["Detail"]),
        }


class FakeEventBridge:
    """A client of EventBridge; a partial effect refuses every second entry of a call."""

    def __init__(
        self, effects: Effects, clock: Callable[[], datetime], *, is_strict: bool = False
    ) -> None:
        self._door = Door(effects, Port.BUS, "events", is_strict=is_strict)
        self._clock = clock
        self.exceptions = self._door.service.exceptions
        self.taken: list[TakenEvent] = []

    def create_event_bus(self, *, Name: str) -> Answer:  # noqa: N803 - boto3's name
        """Make a bus; this is how a world is made, and no effect can touch it."""
        return {"EventBusArn": f"arn:aws:events:us-east-1:123456789012:event-bus/{Name}"}

    @operation("Entries")
    def put_events(self, request: Request, effect: Effect) -> Answer:
        """Take entries; each is taken or refused by itself, and the call succeeds all the same."""
        entries = request["Entries"]
        self._check(entries)
        results = [
            self._put(entry, is_refused=effect.is_partial and not number % 2)
            for number, entry in enumerate(entries)
        ]
        refused = sum("ErrorCode" in result for result in results)
        return {"FailedEntryCount": refused, "Entries": results}

    def _check(self, entries: list[Mapping[str, Any]]) -> None:
        if not 1 <= len(entries) <= ENTRIES_MAX:
            raise self._door.error(
                "put_events",
                "ValidationException",
                f"1 validation error detected: Value '{len(entries)} entries' at 'entries' failed "
                "to satisfy constraint: Member must have length less than or equal to 10",
            )
        if sum(map(size_bytes, entries)) > CALL_MAX_BYTES:
            message = "Total size of the entries in the request is over the limit."
            raise self._door.error("put_events", "ValidationException", message)

    def _put(self, entry: Mapping[str, Any], *, is_refused: bool) -> Answer:
        if is_refused:
            message = "An internal failure occurred."
            return {"ErrorCode": "InternalFailure", "ErrorMessage": message}
        if fault := _fault(entry):
            return {"ErrorCode": fault[0], "ErrorMessage": fault[1]}
        event_id = str(UUID(int=len(self.taken) + 1))
        self.taken.append(TakenEvent(event_id, self._clock(), entry))
        return {"EventId": event_id}


def size_bytes(entry: Mapping[str, Any]) -> int:
    """Tell what an entry counts for."""
    texts = [entry.get(name, "") for name in _NEEDED] + [*entry.get("Resources", ())]
    return sum(len(text.encode()) for text in texts) + (_TIME_BYTES if "Time" in entry else 0)


def _fault(entry: Mapping[str, Any]) -> tuple[str, str] | None:
    for name in _NEEDED:
        if not entry.get(name):
            reason = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return "InvalidArgument", reason
    if entry["Source"].startswith("aws."):
        return "NotAuthorizedForSourceException", "Not authorized for the source."
    try:
        detail = json.loads(entry["Detail"], parse_constant=_no_json)
    except ValueError:
        return "MalformedDetail", "Detail is malformed."
    if not isinstance(detail, dict):
        raise NotImplementedError("a detail that is no object: who hears of it is not documented")
    return None


def _no_json(name: str) -> None:
    """Refuse NaN and Infinity, which Python would take."""
    raise ValueError(name)
