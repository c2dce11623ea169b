"""A run: the clock, the faults, the logs and the cloud, which all parties of a world share."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any, Final

from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from cliphook.adapters import schema
from tests.simulator.ambient import EPOCH, here
from tests.simulator.cloud.door import UnknownParameterError
from tests.simulator.cloud.session import FakeSession
from tests.simulator.decisions import Decision, Kind, Point, Source
from tests.simulator.effects import Port
from tests.simulator.faults import Faults
from tests.simulator.logs import Alarmed, Announced, Kept, Line, Logs, Said, Wrote
from tests.simulator.numbers import BUCKET, TABLE
from tests.simulator.scenario import Scenario
from tests.simulator.scheduler import Act, Invocation, Own, Scheduler

# What a library keeps once for all which each process has for itself.
OWNS: Final[Sequence[Own]] = ((BaseRouter, "current_event"), (BaseRouter, "lambda_context"))

# What is raised by the simulator itself, and by nothing that it plays.
OURS: Final = (AssertionError, NotImplementedError, UnknownParameterError)

type Heard = Callable[[Announced], None]


@dataclass
class Run:
    """What everybody in a world has in common."""

    scenario: Scenario
    source: Source
    seed: int
    faults_end_s: float
    is_traced: bool = False
    logs: Logs = field(default_factory=Logs)

    def __post_init__(self) -> None:
        """Start at zero, with nothing stored and nothing to do."""
        self.scheduler = Scheduler(OWNS)
        self.faults = Faults(
            self.source,
            self.scheduler,
            self.faults_end_s,
            is_traced=self.is_traced,
            troubles=self.scenario.troubles,
        )
        self.faults.settled = self._settled
        self.chance = Random(f"{self.seed} {self.scenario.name}")
        clock = lambda: EPOCH + timedelta(seconds=self.scheduler.now)  # noqa: E731
        self.cloud = FakeSession(self.faults, clock)
        # Who wants to know of new rows, and of events on the bus.
        self.on_rows: list[Act] = []
        self.on_events: list[Heard] = []
        self._seen = {"rows": 0, "events": 0}
        self._objects: dict[str, bytes] = {}
        self._turns: dict[str, int] = {}
        # A mistake of the simulator itself, that a handler has caught.
        self.broken: BaseException | None = None

    @property
    def now(self) -> float:
        """Tell the true time."""
        return self.scheduler.now

    def enter(self) -> None:
        """Be the run that the handlers' surroundings lead to."""
        here.scheduler = self.scheduler
        here.entropy = self.chance
        here.clients = vars(self.cloud)
        here.sink = self

    def turn(self, actor: str) -> int:
        """Count what a function or a party outside does."""
        self._turns[actor] = turn = self._turns.get(actor, 0) + 1
        return turn

    def decide(
        self, actor: str, turn: int, operation: str, *kinds: Kind, call: int = 0
    ) -> Decision | None:
        """Pass a point at which something could go wrong."""
        return self.faults.decide(Point(actor, turn, call, operation), kinds)

    def choose(self, actor: str, turn: int, what: str, names: Sequence[str], call: int = 0) -> str:
        """Let a party outside behave in one of several ways."""
        if len(names) == 1:
            return names[0]
        return self.source.choose(Point(actor, turn, call, what), names)

    def deliver(
        self, actor: str, operation: str, act: Act, *kinds: Kind, after_s: float = 0.0
    ) -> bool:
        """Have something delivered: soon, later, twice, after others, or never; tell if never."""
        decided = self.decide(actor, self.turn(actor), operation, *kinds)
        kind = decided.kind if decided else None
        if kind is Kind.DROP:
            return False
        late_s = decided.number if decided and kind in {Kind.DELAY, Kind.REORDER} else 0.0
        self.scheduler.after(after_s + late_s, act)
        if kind is Kind.DUPLICATE:
            self.scheduler.after(after_s + (decided.number if decided else 0.0), act)
        return True

    def put(self, item: Mapping[str, Any]) -> None:
        """Have somebody from outside write a row."""
        self.cloud.dynamodb.put_item(TableName=TABLE, Item=item)
        self.note_rows()

    def delete(self, partitions: str) -> None:
        """Have somebody from outside delete all rows whose keys begin so."""
        for partition, row in [*self.rows]:
            if partition.startswith(partitions):
                key = {schema.PARTITION_KEY: {"S": partition}, schema.SORT_KEY: {"S": row}}
                self.cloud.dynamodb.delete_item(TableName=TABLE, Key=key)
        self.note_rows()

    def note_rows(self) -> None:
        """Write down what was written by no invocation."""
        self._log_rows("nobody", 0)

    def say(self, line: Line) -> None:
        """Take a line of a function's log."""
        running = self.scheduler.running
        if running:
            self.logs.add(Said(self.now, running.actor, running.turn, line))
        if isinstance(line.error, OURS):
            self.broken = line.error
            self.scheduler.is_stopped = True

    def count(self, name: str, value: float) -> None:
        """Take a metric."""
        if value:
            self.logs.add(Alarmed(self.now, name, value))

    @property
    def rows(self) -> Mapping[tuple[Any, ...], Mapping[str, Any]]:
        """Give the table as it is."""
        return self.cloud.dynamodb.tables[TABLE].rows

    @property
    def objects(self) -> Mapping[str, bytes]:
        """Give the bucket as it is."""
        return {key: stored.body for key, stored in self.cloud.s3.buckets[BUCKET].items()}

    def _settled(self, port: Port, invocation: Invocation) -> None:
        """Write down what a call has left, whatever its caller gets to know of it."""
        if port is Port.KV:
            self._log_rows(invocation.actor, invocation.turn)
        elif port is Port.BUS:
            self._log_events(invocation)
        elif port is Port.BLOB:
            self._log_objects()

    def _log_rows(self, actor: str, turn: int) -> None:
        journal = self.cloud.dynamodb.tables[TABLE].journal
        if len(journal) == self._seen["rows"]:
            return
        new, self._seen["rows"] = journal[self._seen["rows"] :], len(journal)
        for one in new:
            self.logs.add(Wrote(self.now, actor, turn, one.key, one.old, one.new))
        for act in self.on_rows:
            act()

    def _log_events(self, invocation: Invocation) -> None:
        taken = self.cloud.events.taken
        new, self._seen["events"] = taken[self._seen["events"] :], len(taken)
        for one in new:
            entry = one.entry
            told = (entry["Source"], entry["DetailType"], entry["Detail"])
            announced = Announced(self.now, *told, invocation.actor, invocation.turn)
            self.logs.add(announced)
            for hear in self.on_events:
                hear(announced)

    def _log_objects(self) -> None:
        for key, stored in self.cloud.s3.buckets[BUCKET].items():
            before = self._objects.get(key)
            if before is not stored.body:
                self._objects[key] = stored.body
                self.logs.add(Kept(self.now, key, stored.body, before))
