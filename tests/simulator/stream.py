"""The table's stream: new event rows go to `publish`, in order, until they are done or given up."""

from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from cliphook.adapters import schema
from infra.flows import EVENT_ROWS, STREAM_AGE_MAX_S, STREAM_BATCH, STREAM_RETRIES_MAX
from tests.simulator.ambient import EPOCH
from tests.simulator.cloud.table import Written
from tests.simulator.cloud.tables import sequence_number, stream_record
from tests.simulator.decisions import Kind
from tests.simulator.functions import Functions
from tests.simulator.logs import Buried
from tests.simulator.numbers import TABLE, UNPUBLISHED
from tests.simulator.run import Run
from tests.simulator.scheduler import Invocation

# How long a row takes to come, and how long a batch waits for its next try.
ARRIVAL_S: Final = 0.2
AGAIN_S: Final = 1.0
AGAIN_MAX_S: Final = 60.0

type Batch = Sequence[Written]

_NAMES: Final[Any] = EVENT_ROWS["eventName"]
_IMAGE: Final[Any] = EVENT_ROWS["dynamodb"]
_ENTITIES: Final = frozenset(_IMAGE["NewImage"][schema.ENTITY]["S"])


class Stream:
    """One shard. While a batch is tried again, nothing behind it moves."""

    def __init__(self, run: Run, functions: Functions) -> None:
        """Begin at the first row that there ever was."""
        self._run = run
        self._functions = functions
        self._table = run.cloud.dynamodb.tables[TABLE]
        self._read = 0
        self._waiting: list[tuple[Batch, int]] = []
        self._is_busy = False
        run.on_rows.append(lambda: run.scheduler.after(ARRIVAL_S, self._next))

    def _next(self) -> None:
        """Read on, and hand over the next batch if nobody is at work on one."""
        if self._is_busy:
            return
        if not self._waiting:
            new = self._table.journal[self._read :]
            self._read += len(new)
            rows = [one for one in new if _is_wanted(one)]
            for start in range(0, len(rows), STREAM_BATCH):
                self._waiting.append((rows[start : start + STREAM_BATCH], 0))
        if self._waiting:
            self._is_busy = True
            self._deliver(*self._waiting.pop(0))

    def _deliver(self, batch: Batch, tries: int) -> None:
        run = self._run
        kinds = (Kind.DUPLICATE, Kind.DELAY, Kind.REORDER)
        decided = run.decide("stream", run.turn("stream"), "deliver", *kinds)
        if decided and decided.kind is Kind.REORDER:
            batch = _reordered(batch)
        is_twice = decided is not None and decided.kind is Kind.DUPLICATE
        late_s = decided.number if decided and decided.kind is Kind.DELAY else 0.0
        run.scheduler.after(late_s, partial(self._begin, batch, tries, is_twice))

    def _begin(self, batch: Batch, tries: int, is_twice: bool) -> None:  # noqa: FBT001
        if self._run.now - _age_of(batch[0]) > STREAM_AGE_MAX_S:
            self._give_up(batch, "too old")
            return
        event = {"Records": [dict(stream_record(self._table, one)) for one in batch]}
        self._functions.invoke("publish", event, partial(self._end, batch, tries, is_twice))

    def _end(self, batch: Batch, tries: int, is_twice: bool, invocation: Invocation) -> None:  # noqa: FBT001
        """Go on behind what is done; try the rest again, in halves if the batch broke down."""
        if invocation.outcome != "done":
            self._again(batch, tries, is_broken=True)
            return
        failed = {one["itemIdentifier"] for one in invocation.answer["batchItemFailures"]}
        numbers = [sequence_number(one) for one in batch]
        at = min((numbers.index(one) for one in failed if one in numbers), default=None)
        if at is not None:
            self._again(batch[at:], tries, is_broken=False)
        elif is_twice:
            self._run.scheduler.after(0, partial(self._begin, batch, tries, is_twice=False))
        else:
            self._go_on(0.0)

    def _again(self, batch: Batch, tries: int, *, is_broken: bool) -> None:
        if tries >= STREAM_RETRIES_MAX:
            self._give_up(batch, "tried too often")
            return
        half = len(batch) // 2
        parts = [batch[:half], batch[half:]] if is_broken and half else [batch]
        # Parting a batch is no try.
        tries += len(parts) == 1
        self._waiting[:0] = [(part, tries) for part in parts]
        self._go_on(min(AGAIN_MAX_S, AGAIN_S * 2**tries))

    def _give_up(self, batch: Batch, reason: str) -> None:
        told = f"{sequence_number(batch[0])}..{sequence_number(batch[-1])}"
        self._run.logs.add(Buried(self._run.now, UNPUBLISHED, told, reason))
        self._go_on(0.0)

    def _go_on(self, after_s: float) -> None:
        def go() -> None:
            self._is_busy = False
            self._next()

        self._run.scheduler.after(after_s, go)


def _is_wanted(one: Written) -> bool:
    if one.event_name not in _NAMES or one.new is None:
        return False
    entity = one.new.get(schema.ENTITY, {}).get("S")
    return entity in _ENTITIES


def _age_of(one: Written) -> float:
    return (one.at - EPOCH).total_seconds()


def _reordered(batch: Batch) -> Batch:
    """Turn the rows of each transaction around, which the stream does not promise to keep."""
    return sorted(batch, key=lambda one: (one.at, -one.sequence))
