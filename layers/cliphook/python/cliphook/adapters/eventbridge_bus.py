"""The bus: events as EventBridge entries, as many at a time as one call takes."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from botocore.exceptions import BotoCoreError, ClientError

from cliphook.application.ports import EventRow
from cliphook.domain.ids import EventId

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

ENTRIES_MAX: Final = 10
CALL_MAX_BYTES: Final = 256 * 1024

# What EventBridge counts for an entry's time.
_TIME_BYTES: Final = 14


class EventBridgeBus:
    """One event bus."""

    def __init__(self, name: str, client: "EventBridgeClient") -> None:
        """Use a bus of that name."""
        self._name = name
        self._client = client

    def put(self, rows: Sequence[EventRow]) -> frozenset[EventId]:
        """Send rows and tell which of them the bus took; a call that fails took none."""
        taken: set[EventId] = set()
        for batch in _batches(rows):
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


def _batches(rows: Sequence[EventRow]) -> Iterator[tuple[EventRow, ...]]:
    """Part rows so that no call is refused for its size, which would refuse all of its rows."""
    batch: list[EventRow] = []
    size_bytes = 0
    for row in rows:
        size_bytes += _size_bytes(row)
        if len(batch) == ENTRIES_MAX or (batch and size_bytes > CALL_MAX_BYTES):
            yield tuple(batch)
            batch, size_bytes = [], _size_bytes(row)
        batch.append(row)
    if batch:
        yield tuple(batch)


def _size_bytes(row: EventRow) -> int:
    text = row.source + row.detail_type + row.detail
    return len(text.encode()) + _TIME_BYTES
