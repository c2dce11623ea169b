"""What the checks know of a history so far: what was stored and said, gathered as it happens."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from tests.simulator.ambient import EPOCH
from tests.simulator.checks.reading import (
    Item,
    instant,
    number,
    plain,
    text,
    ticket_fields,
    ticket_of,
)
from tests.simulator.decisions import Decision
from tests.simulator.logs import Announced, Answered, Asked, Entry, Polled, Submitted, Wrote
from tests.simulator.play import Sight

# When, and in which invocation: all that one request has written.
type Commit = tuple[float, str, int]

FAILED: Final = frozenset({"failed", "expired", "canceled"})
ENDED: Final = FAILED | {"complete", "archived"}


def commit_of(wrote: Wrote) -> Commit:
    """Tell in which request something was written."""
    return wrote.at, wrote.actor, wrote.turn


@dataclass(slots=True)
class JobSeen:
    """A job as its row was written, and the rows that lie beside it."""

    account: str
    id: str
    item: Item | None = None
    born_at: float = 0.0
    # What it has come to, and when; and in which commit its end was decided.
    climbed: list[tuple[float, str]] = field(default_factory=list[tuple[float, str]])
    ended: Commit | None = None
    # When each attempt was claimed.
    claimed: list[float] = field(default_factory=list[float])
    rows: dict[str, Item] = field(default_factory=dict[str, Item])
    is_deleted: bool = False
    # By the identity of a stored document: the document itself, so that it lives, and what it says.
    _read: dict[int, tuple[Item, Any]] = field(default_factory=dict)

    @property
    def document(self) -> Mapping[str, Any]:
        """Read its latest document."""
        return self.read(self.item) if self.item else {}

    def read(self, item: Item) -> Mapping[str, Any]:
        """Read the document in a row of it; what was stored never changes, so each one once."""
        stored = item["job"]
        known = self._read.get(id(stored))
        if known is None:
            known = self._read[id(stored)] = (stored, plain(stored))
        found: Mapping[str, Any] = known[1]
        return found

    @property
    def words(self) -> tuple[str, ...]:
        """Name the words that it was asked with."""
        request = self.document.get("request", {})
        return tuple(request[name] for name in ("prompt", "lyrics") if request.get(name))

    def is_with(self, provider: str) -> bool:
        """Whether its latest attempt is at a provider."""
        attempts = self.document.get("attempts", ())
        return any(one["provider"] == provider for one in attempts[-1:])

    @property
    def status(self) -> str:
        """Tell how far it is."""
        return text(self.item, "status") if self.item else ""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An event or order that was committed."""

    job: JobSeen
    row: str
    item: Item
    at: float

    @property
    def stamped_at(self) -> float:
        """Tell for when a clock that may be ahead has dated it: before that no sweep misses it."""
        return max(self.at, (instant(text(self.item, "at")) - EPOCH).total_seconds())


class View:
    """Everything that checks share. It only gathers: what is wrong, the checks say."""

    def __init__(self) -> None:
        self.jobs: dict[str, JobSeen] = {}
        # Whose credit has moved, and which jobs have ended, in what is being written just now.
        self.touched: set[str] = set()
        self.ending: list[JobSeen] = []
        self.promises: dict[tuple[str, str], Item] = {}
        self.outgoing: dict[str, Outgoing] = {}
        self.announced: defaultdict[str, list[Announced]] = defaultdict(list)
        # The events of each feed, when each got its place, and each job's numbers in that order.
        self.feeds: defaultdict[str, list[str]] = defaultdict(list)
        self.placed: dict[str, float] = {}
        self.told: defaultdict[str, list[int]] = defaultdict(list)
        # What the providers' own logs say: who was asked for which attempt, and made which task.
        self.submitted: defaultdict[tuple[str, int], list[Submitted]] = defaultdict(list)
        self.tasks: dict[tuple[str, str], tuple[str, int]] = {}
        self.latest = ("", 0)
        self.polled: defaultdict[tuple[str, str], list[Polled]] = defaultdict(list)
        self.asked: dict[tuple[str, int], Asked] = {}
        self.answered: list[tuple[Asked, Answered]] = []
        # How many rows an invocation has written, and what was set aside, of which job and when.
        self.writes: Counter[tuple[str, int]] = Counter()
        self.quarantined: list[tuple[str, float]] = []
        self.invocations = 0
        self.decisions: Sequence[Decision] = ()
        self._takes: Mapping[type[Entry], Callable[[Any], None]] = {
            Wrote: self._take_write,
            Announced: self._take_announced,
            Submitted: self._take_submitted,
            Polled: self._take_polled,
            Asked: self._take_asked,
            Answered: self._take_answered,
        }
        self.sight: Sight

    def take(self, entry: Entry, sight: Sight) -> None:
        """Gather what has just happened."""
        self.sight = sight
        take = self._takes.get(type(entry))
        if take:
            take(entry)

    def job_of(self, ticket: str) -> tuple[JobSeen | None, int]:
        """Find the job and the attempt that a ticket names."""
        fields = ticket_fields(ticket)
        if not fields:
            return None, 0
        return self.jobs.get(fields[1]), int(fields[2])

    def _take_write(self, wrote: Wrote) -> None:
        partition, row = wrote.key
        self.writes[wrote.actor, wrote.turn] += 1
        kind, _, rest = partition.partition("#")
        if kind == "JOB":
            account, _, job_id = rest.partition("#")
            job = self.jobs.get(job_id) or JobSeen(account, job_id, born_at=wrote.at)
            self.jobs[job_id] = job
            self._take_of_job(job, row, wrote)
        elif kind == "ACCOUNT":
            self._take_of_account(rest, row, wrote.after)
        elif row.startswith("PLACE#") and wrote.after:
            event_id = text(wrote.after, "event_id")
            self.feeds[partition].append(event_id)
            self.placed.setdefault(event_id, wrote.at)
            self.told[text(wrote.after, "job_id")].append(int(number(wrote.after, "seq")))

    def _take_of_job(self, job: JobSeen, row: str, wrote: Wrote) -> None:
        after = wrote.after
        if row == "JOB":
            job.item = after
            job.is_deleted = after is None
            self._climb(job, wrote)
        elif after is None:
            job.rows.pop(row, None)
        else:
            job.rows[row] = after
            if "quarantine" in after and "quarantine" not in (wrote.before or {}):
                self.quarantined.append((job.id, wrote.at))
            if "event_id" in after and wrote.before is None:
                self.outgoing[text(after, "event_id")] = Outgoing(job, row, after, wrote.at)

    def _climb(self, job: JobSeen, wrote: Wrote) -> None:
        status = job.status
        attempts = len(job.item["job"]["M"]["attempts"]["L"]) if job.item else 0
        job.claimed += [wrote.at] * (attempts - len(job.claimed))
        if status and (not job.climbed or job.climbed[-1][1] != status):
            job.climbed.append((wrote.at, status))
        if status in ENDED and not job.ended:
            job.ended = commit_of(wrote)
            self.ending.append(job)

    def _take_of_account(self, account: str, row: str, after: Item | None) -> None:
        name, _, rest = row.partition("#")
        if name in {"BALANCE", "LEDGER"}:
            self.touched.add(account)
        elif name == "IDEMPOTENCY" and after:
            self.promises[account, rest] = after

    def _take_announced(self, announced: Announced) -> None:
        self.announced[announced.detail].append(announced)

    def _take_submitted(self, submitted: Submitted) -> None:
        named = self.latest = self._named_in(submitted)
        self.submitted[named].append(submitted)
        if submitted.task_id:
            self.tasks[submitted.provider, submitted.task_id] = named

    def _named_in(self, submitted: Submitted) -> tuple[str, int]:
        """
        Tell which attempt of which job a submission is for.

        Where it has no callback's address, it is one that asks for the same words: one that is
        with this provider, and of those one that nobody was asked for yet.
        """
        fields = ticket_fields(ticket_of(submitted.callback_url))
        if fields:
            return fields[1], int(fields[2])
        said = str(submitted.body)
        found = [job for job in self.jobs.values() if any(one in said for one in job.words)]
        rank = {job.id: job.is_with(submitted.provider) for job in found}
        named = [(job.id, len(job.document.get("attempts", ()))) for job in found]
        return min(
            named,
            key=lambda one: (not rank[one[0]], len(self.submitted.get(one, ()))),
            default=("", 0),
        )

    def _take_polled(self, polled: Polled) -> None:
        self.polled[polled.provider, polled.task_id].append(polled)

    def _take_asked(self, asked: Asked) -> None:
        self.asked[asked.client, asked.number] = asked

    def _take_answered(self, answered: Answered) -> None:
        asked = self.asked.get((answered.client, answered.number))
        if asked:
            self.answered.append((asked, answered))
