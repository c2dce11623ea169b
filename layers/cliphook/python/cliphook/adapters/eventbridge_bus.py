"""The bus: events as EventBridge entries, ten at a time."""

from collections.abc import Sequence
from itertools import batched
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.application.ports import EventRow
from cliphook.domain.ids import EventId

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

ENTRIES_MAX: Final = 10


class EventBridgeBus:
    """One event bus."""

    def __init__(self, name: str, client: "EventBridgeClient") -> None:
        """Use a bus of that name."""
        self._name = name
        self._client = client

    def put(self, rows: Sequence[EventRow]) -> frozenset[EventId]:
        """Send rows and tell which of them the bus took; a call that fails took none."""
        taken: set[EventId] = set()
        for batch in batched(rows, ENTRIES_MAX, strict=False):
            try:
                answer = self._client.put_events(Entries=[self._entry(row) for row in batch])
            except (ClientError, BotoCoreError):
                continue
            results = zip(batch, answer["Entries"], strict=True)
            taken.update(row.event_id for row, entry in results if "ErrorCode" not in entry)
        return frozenset(taken)

    def _entry(self, row: EventRow) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._name,
            "Source": row.source,
            "DetailType": row.detail_type,
            "Detail": row.detail,
            "Time": row.at,
        }
