"""The schedule: each minute `sweep`, as long as there is anything that it could find."""

from functools import partial
from math import ceil
from typing import Final

from cliphook.adapters import schema
from cliphook.adapters.shards import shards
from tests.simulator.ambient import EPOCH
from tests.simulator.decisions import Kind
from tests.simulator.functions import Functions
from tests.simulator.logs import Buried
from tests.simulator.numbers import TABLE, UNDELIVERED
from tests.simulator.run import Run
from tests.simulator.scheduler import Invocation

_SHARDS: Final = frozenset(shards())

MINUTE_S: Final = 60.0
# Which ticks come though nothing is due.
ALWAYS: Final = 2
EVERY: Final = 10
# From which age on the sweep looks at an event that was not sent.
_GRACE_S: Final = {schema.UNSENT.name: 60.0, schema.DUE.name: 0.0}


class Schedule:
    """
    The rule that starts the sweep.

    A tick that could find nothing is left out, so that empty time costs nothing. While faults can
    strike, the first ones and then every tenth come all the same, as long as anything waits.
    """

    def __init__(self, run: Run, functions: Functions) -> None:
        """Wait for the first row."""
        self._run = run
        self._functions = functions
        self._table = run.cloud.dynamodb.tables[TABLE]
        self._next_at = 0.0
        run.on_rows.append(self._plan)

    def _plan(self) -> None:
        """See to it that the next tick comes that could find something."""
        due_at = self._due_at()
        if due_at is None:
            return
        now = self._run.now
        earliest = now if self._run.faults.are_on else max(now, due_at)
        at = MINUTE_S * max(ceil(earliest / MINUTE_S), now // MINUTE_S + 1)
        if not now < self._next_at <= at:
            self._next_at = at
            self._run.scheduler.at(at, partial(self._tick, at))

    def _tick(self, at: float) -> None:
        if at != self._next_at:
            return
        due_at = self._due_at()
        if due_at is not None and (due_at <= at + self._early_s() or self._is_sample(at)):
            begin = partial(self._functions.invoke, "sweep", {}, self._end)
            self._run.deliver("schedule", "tick", begin, Kind.DROP, Kind.DUPLICATE, Kind.DELAY)
        self._plan()

    def _is_sample(self, at: float) -> bool:
        minute = round(at / MINUTE_S)
        return self._run.faults.are_on and (minute <= ALWAYS or minute % EVERY == 0)

    def _early_s(self) -> float:
        """Tell how far the sweep's clock is ahead."""
        return self._functions.skew_s("sweep") if self._run.faults.are_on else 0.0

    def _end(self, invocation: Invocation) -> None:
        if invocation.outcome != "done":
            told = Buried(self._run.now, UNDELIVERED, "sweep", invocation.outcome)
            self._run.logs.add(told)
        self._plan()

    def _due_at(self) -> float | None:
        """Tell when the first row is due that is in an index."""
        parts = self._table.parts
        times: list[float] = []
        for index in (schema.DUE, schema.UNSENT):
            key = index.range_key
            # As texts they are in the same order.
            found = [
                item[key]["S"]
                for shard, rows in parts.get(index.name, {}).items()
                # What waits for an operator is none of the sweep's business.
                if shard in _SHARDS
                for item in rows.values()
            ]
            if found:
                times.append(_seconds(min(found)) + _GRACE_S[index.name])
        return min(times, default=None)


def _seconds(text: str) -> float:
    return (EPOCH.fromisoformat(text) - EPOCH).total_seconds()
