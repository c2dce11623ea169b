"""The bus: events as EventBridge entries, as many at a time as one call takes."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError, ParamValidationError

from cliphook.application.outbox_ports import Delivery, Refusal
from cliphook.application.ports import EventRow
from cliphook.domain.ids import EventId

if TYPE_CHECKING:
    from types_boto3_events import EventBridgeClient
    from types_boto3_events.type_defs import PutEventsRequestEntryTypeDef

ENTRIES_MAX: Final = 10
CALL_MAX_BYTES: Final = 256 * 1024

# A busy bus takes a part of a call: the rest is worth a moment, before it waits for the sweep.
PATIENCE_S: Final = (0.2, 1.0)

# A bus that does not answer costs seconds each time; after so many calls it is left alone.
UNANSWERED_MAX: Final = 2

# Why a row waits that nobody has refused: one of its job before it was not taken for now.
BEHIND: Final = "behind"

# What EventBridge counts for an entry's time.
_TIME_BYTES: Final = 14

# How an entry is refused that will never be taken, and one that may be taken the next moment.
_FINAL: Final = frozenset({"InvalidArgument", "MalformedDetail", "RedactionFailure"})
_PASSING: Final = frozenset(
    {"InternalException", "InternalFailure", "ServiceUnavailable", "ThrottlingException"}
)
# How a whole call is refused for what one of its entries is.
_INVALID: Final = frozenset(
    {"InvalidArgument", "RequestEntityTooLarge", "ValidationError", "ValidationException"}
)

type Outcome = Refusal | None


class EventBridgeBus:
    """One event bus."""

    def __init__(
        self,
        name: str,
        client: "EventBridgeClient",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Use a bus of that name."""
        self._name = name
        self._client = client
        self._sleep = sleep

    def put(self, rows: Sequence[EventRow]) -> Delivery:
        """
        Send rows, in their order, and tell what became of each.

        Behind a row that is not taken for now, those of its job in later calls wait as well.
        """
        outcomes: dict[EventId, Outcome] = {}
        left = [*rows]
        for wait_s in (0.0, *PATIENCE_S):
            if not left:
                break
            if wait_s:
                self._sleep(wait_s)
            self._send_all(left, outcomes)
            left = _waiting(left, outcomes)
        for row in left:
            outcomes.setdefault(row.event_id, Refusal(BEHIND, is_final=False, is_busy=True))
        refused = {name: refusal for name, refusal in outcomes.items() if refusal}
        return Delivery(frozenset(outcomes.keys() - refused.keys()), refused)

    def _send_all(self, rows: Sequence[EventRow], outcomes: dict[EventId, Outcome]) -> None:
        unanswered = 0
        held: set[str] = set()
        for batch in _batches(rows):
            free = [row for row in batch if _job_of(row) not in held]
            if not free:
                continue
            found = self._send(free)
            outcomes.update(found)
            late = (row for row in free if not found or _is_busy(found[row.event_id]))
            held |= {_job_of(row) for row in late}
            unanswered += not found
            if unanswered == UNANSWERED_MAX:
                return

    def _send(self, batch: Sequence[EventRow]) -> dict[EventId, Outcome]:
        """Make one call. One that is refused for what a row is, is made for each row by itself."""
        if _size_bytes(batch[0]) > CALL_MAX_BYTES:
            return {batch[0].event_id: Refusal("too_large", is_final=True)}
        try:
            answer = self._client.put_events(Entries=[self._entry(row) for row in batch])
        except (ClientError, ParamValidationError) as error:
            reason = _invalidity(error)
            if not reason:
                return {}
            if len(batch) == 1:
                return {batch[0].event_id: Refusal(reason, is_final=True)}
            return {name: one for row in batch for name, one in self._send([row]).items()}
        except BotoCoreError:
            return {}
        results = zip(batch, answer["Entries"], strict=True)
        return {row.event_id: _outcome(result) for row, result in results}

    def _entry(self, row: EventRow) -> "PutEventsRequestEntryTypeDef":
        return {
            "EventBusName": self._name,
            "Source": row.source,
            "DetailType": row.detail_type,
            "Detail": row.detail,
            "Time": row.at,
        }


def _outcome(result: Any) -> Outcome:  # noqa: ANN401 - an entry's answer as boto3 has it
    code = result.get("ErrorCode")
    return Refusal(str(code), code in _FINAL, code in _PASSING) if code else None


def _waiting(rows: Sequence[EventRow], outcomes: Mapping[EventId, Outcome]) -> list[EventRow]:
    """Find what is worth another moment: rows for which the bus is busy, and those behind them."""
    busy = {_job_of(row) for row in rows if _is_busy(outcomes.get(row.event_id))}
    return [
        row
        for row in rows
        if _is_busy(outcomes.get(row.event_id))
        or (row.event_id not in outcomes and _job_of(row) in busy)
    ]


def _job_of(row: EventRow) -> str:
    return row.key[0]


def _is_busy(outcome: Outcome) -> bool:
    return outcome is not None and outcome.is_busy


def _invalidity(error: ClientError | ParamValidationError) -> str | None:
    """Say why a call was refused for what is in it; nothing, if it was for another reason."""
    if isinstance(error, ParamValidationError):
        return "ValidationError"
    code = str(error.response.get("Error", {}).get("Code"))
    return code if code in _INVALID else None


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
