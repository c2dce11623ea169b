"""
What the parties outside have really seen, each in its own log: all that checkers may go by.

Nothing here is the product's own word, but for the table's writes, which are what was stored. All
times are virtual seconds since the run began, by the one true clock.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from logging import LogRecord
from typing import Any, Final

from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

from tests.simulator.ambient import EPOCH_S

_FORMATTER: Final = LambdaPowertoolsFormatter()

type Item = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, and when."""

    at: float


@dataclass(frozen=True, slots=True)
class Wrote(Entry):
    """
    An item of the table changed; both images in DynamoDB's notation, `None` where there is none.

    `actor` and `turn` name the invocation that wrote it.
    """

    actor: str
    turn: int
    key: tuple[Any, ...]
    before: Item | None
    after: Item | None


@dataclass(frozen=True, slots=True)
class Asked(Entry):
    """A client sent a request; `number` is the client's own count of its requests."""

    client: str
    number: int
    method: str
    path: str
    key: str | None
    body: str | None


@dataclass(frozen=True, slots=True)
class Answered(Entry):
    """A client got its answer; status 0 is none at all."""

    client: str
    number: int
    asked_at: float
    status: int
    headers: Mapping[str, str]
    body: str


@dataclass(frozen=True, slots=True)
class Submitted(Entry):
    """
    A provider was asked to make music, and what it did.

    `task_id` is set if it took the job, whatever it answered; `is_refused` if its answer proves
    that it did not. `status` 0 is no answer. `call` counts the requests to this provider.
    """

    provider: str
    call: int
    body: Item
    callback_url: str | None
    headers: Mapping[str, str]
    reply: str
    status: int
    task_id: str | None
    is_refused: bool


@dataclass(frozen=True, slots=True)
class Polled(Entry):
    """A provider was asked how far a task is, and what it said."""

    provider: str
    task_id: str
    status: int
    said: str


@dataclass(frozen=True, slots=True)
class CalledBack(Entry):
    """
    A callback was answered; status 0 is no answer.

    `attack` says what is wrong with it, and is empty for an honest one of the provider's own.
    `ticket` is the one that it carried.
    """

    provider: str
    task_id: str
    ticket: str
    stage: str
    sent_at: float
    body: str
    status: int
    attack: str = ""


@dataclass(frozen=True, slots=True)
class Served(Entry):
    """An audio host answered; `body` is all that it sent, `is_good` if that is a whole file."""

    url: str
    status: int
    body: bytes
    is_good: bool


@dataclass(frozen=True, slots=True)
class Kept(Entry):
    """An object came into the bucket, or was replaced."""

    key: str
    body: bytes
    before: bytes | None


@dataclass(frozen=True, slots=True)
class Announced(Entry):
    """The bus took an event; whoever subscribes has it now."""

    source: str
    detail_type: str
    detail: str
    actor: str
    turn: int


@dataclass(frozen=True, slots=True)
class Buried(Entry):
    """A message came into a dead-letter queue or a failure destination, which is an alarm."""

    queue: str
    body: str
    reason: str


@dataclass(frozen=True, slots=True)
class Alarmed(Entry):
    """A metric was counted that an alarm watches."""

    metric: str
    value: float


@dataclass(frozen=True, slots=True)
class Line:
    """What a function told its logger."""

    level: int
    message: str
    extra: Mapping[str, object]
    error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class Said(Entry):
    """A function wrote to its log; the line is only written out for whoever reads it."""

    actor: str
    turn: int
    told: Line

    @property
    def words(self) -> str:
        """Give all texts of the line; to write it out as the log has it takes much longer."""
        told = self.told
        return self.line if told.error else json.dumps([told.message, told.extra], default=str)

    @property
    def line(self) -> str:
        """Write the line as the log has it."""
        told = self.told
        error = told.error
        info = (type(error), error, error.__traceback__) if error else None
        record = LogRecord("cliphook", told.level, "", 0, told.message, None, info)
        vars(record).update(told.extra)
        record.created = EPOCH_S + self.at
        text: str = _FORMATTER.format(record)
        return text


@dataclass(frozen=True, slots=True)
class Ended(Entry):
    """
    An invocation is over: `done`, `raised`, `killed` or `timed-out`.

    `began_at` and the calls that it made; a crash at its end leaves no answer behind.
    """

    actor: str
    turn: int
    began_at: float
    outcome: str
    calls: int
    error: str = ""
    # How long it was held up so that others could go on, which is nobody's doing.
    paused_s: float = 0.0


@dataclass(slots=True)
class Logs:
    """Every party's log, and all together in the order of what happened."""

    tell: Callable[[Entry], None] | None = None
    entries: list[Entry] = field(default_factory=list[Entry])
    _kinds: dict[type, list[Any]] = field(default_factory=lambda: defaultdict(list))

    def add(self, entry: Entry) -> None:
        """Write something down, and tell who watches."""
        self.entries.append(entry)
        self._kinds[type(entry)].append(entry)
        if self.tell:
            self.tell(entry)

    def of[E: Entry](self, kind: type[E]) -> Sequence[E]:
        """Give one party's log."""
        return self._kinds.get(kind, ())
