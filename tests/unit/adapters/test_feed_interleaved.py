"""
The feed while others write: whoever reads it in pages misses nothing and gets nothing twice.

The real adapters on the fake of DynamoDB. At each call somebody else may go on, calls get lost on
the way there or back, clocks are up to five minutes off, and no read of several rows is of one
moment, which is as little as DynamoDB promises.
"""

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, Final

import pytest

from cliphook.adapters import items
from cliphook.adapters.dynamodb_feed import DynamoDbFeed
from cliphook.adapters.dynamodb_jobs import DynamoDbJobs
from cliphook.adapters.dynamodb_places import DynamoDbPlaces
from cliphook.application.ports import EventRow, JobRef
from cliphook.domain.change import Change, apply, begin
from cliphook.domain.errors import UnavailableStoreError
from cliphook.domain.ids import AccountId, EventId, JobId
from cliphook.domain.report import Via
from cliphook.domain.status import Stage
from tests.simulator.cloud.dynamodb import FakeDynamoDb
from tests.simulator.effects import NORMAL, Effect, Loss, LostCallError, Port
from tests.support.aws_table import make_table
from tests.support.hooks import Moment
from tests.support.interleaving import Interleaving
from tests.support.makers import ACCOUNT, WHOLE, accepted, claimed, new_job, progressed

JOBS: Final = 4
PUBLISHERS: Final = 3
LOST: Final = 0.03
SKEW_S: Final = 300
CALLS_MAX: Final = 5_000
OTHER: Final = AccountId("acct_01KAJ5T1W0000000000000000B")


class Torn:
    """A client whose reads of several rows show some as they were and others as they are."""

    def __init__(self, client: FakeDynamoDb, play: Interleaving) -> None:
        self._client = client
        self._play = play

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def query(self, **request: Any) -> Any:
        """See rows up to some key as they were, and those behind it as they are."""
        before, after = self._client.query(**request), self._client.query(**request)
        keys = [row["sk"]["S"] for row in (*before["Items"], *after["Items"])]
        cut = self._play.chance.choice(["", *keys])
        seen = [row for row in before["Items"] if row["sk"]["S"] <= cut]
        seen += [row for row in after["Items"] if row["sk"]["S"] > cut]
        return {**after, "Items": seen[: request.get("Limit", len(seen))]}

    def batch_get_item(self, **request: Any) -> Any:
        """See each row as it was, or as it is."""
        before, after = (self._client.batch_get_item(**request) for _ in range(2))
        ((table, rows),) = after["Responses"].items()
        were = {key(row): row for row in before["Responses"][table]}
        was = [self._play.chance.choice([True, False]) for _ in rows]
        seen = [were.get(key(row)) if old else row for row, old in zip(rows, was, strict=True)]
        return {**after, "Responses": {table: [row for row in seen if row]}}


def key(row: Any) -> tuple[str, str]:
    return row["pk"]["S"], row["sk"]["S"]


class House:
    """A table, those who write to it, and what each reader got."""

    def __init__(self, seed: int) -> None:
        self.play = Interleaving(seed)
        self.is_steady = False
        client: Any = FakeDynamoDb(self, lambda: self.play.now)
        self.table = make_table(client, "jobs")
        torn: Any = Torn(client, self.play)
        self.jobs = DynamoDbJobs(self.table, torn, sleep=lambda _: None)
        self.places = DynamoDbPlaces(self.table, torn, sleep=lambda _: None)
        self.feed = DynamoDbFeed(self.table, torn)
        # What was committed, and what of it somebody still has to give a place.
        self.told: list[EventRow] = []
        self.owed: list[EventRow] = []
        self.writing = JOBS
        self.calls = 0

    @contextmanager
    def step(self, _: Port, operation: str) -> Generator[Effect]:
        """Let others go on around a call, and let some calls get lost."""
        self.calls += 1
        assert self.calls < CALLS_MAX, "it never ends"
        self.play(operation, Moment.BEFORE)
        self._lose()
        yield NORMAL
        self._lose()

    def _lose(self) -> None:
        if not self.is_steady and self.play.chance.random() < LOST:
            raise LostCallError(Loss.TIMEOUT)

    def write(self, number: int) -> None:
        """Be one job: commit its story, dated by a clock that is off."""
        account_id = OTHER if number == JOBS - 1 else ACCOUNT
        off_s = self.play.chance.uniform(-SKEW_S, SKEW_S)
        created_at = self.play.now + timedelta(seconds=off_s)
        job_id = JobId(f"job_01KAJ5T1W000000000000000{number:02d}")
        change = begin(new_job(id=job_id, account_id=account_id, created_at=created_at))
        self._commit(change, lambda: bool(self.jobs.add(change, None)))
        for report in (claimed(), accepted(), progressed(Stage.COMPLETE, *WHOLE, via=Via.POLL)):
            following = apply(change.job, report)
            assert isinstance(following, Change)
            change = following
            self._commit(change, lambda one=change: self.jobs.commit(one, None))  # type: ignore[misc]
        self.writing -= 1

    def _commit(self, change: Change, act: Callable[[], bool]) -> None:
        ref = JobRef(change.job.account_id, change.job.id)
        while True:
            with suppress(UnavailableStoreError):
                act()
            job = self._surely(lambda: self.jobs.load(ref))
            if job and job.version == change.job.version:
                break
        rows = [items.event_row(items.event_item(ref, event)) for event in change.events]
        self.told += rows
        self.owed += rows

    def publish(self) -> None:
        """Be one of those who publish: give places to some of what is owed, perhaps once more."""
        chance = self.play.chance
        off_s = chance.uniform(-SKEW_S, SKEW_S)
        while self.writing or self.owed:
            known = [*self.owed, *chance.sample(self.told, min(2, len(self.told)))]
            batch = chance.sample(known, chance.randint(0, len(known)))
            left = self.places.place(batch, self.play.now + timedelta(seconds=off_s))
            done = {row.event_id for row in batch} - left
            self.owed = [row for row in self.owed if row.event_id not in done]
            self.play("idle", Moment.BEFORE)

    def read(self, account_id: AccountId, seen: list[EventRow]) -> None:
        """Be a reader: page on, for as long as there may be more."""
        after: EventId | None = None
        while True:
            is_last = not self.writing and not self.owed
            limit = self.play.chance.randint(1, 4)
            now = self.play.now

            def ask(after: EventId | None = after, limit: int = limit, now: datetime = now) -> Any:
                return self.feed.list_events(account_id, after, limit, now)

            page = self._surely(ask)
            seen += page.items
            if page.next_cursor:
                after = EventId(page.next_cursor)
            elif page.items:
                after = page.items[-1].event_id
            elif is_last:
                return

    def _surely[T](self, ask: Callable[[], T]) -> T:
        while True:
            try:
                return ask()
            except UnavailableStoreError:
                continue


@pytest.mark.parametrize("seed", range(60))
def test_readers_miss_nothing_and_get_nothing_twice_whoever_goes_on_when(seed: int) -> None:
    house = House(seed)
    readers = [(ACCOUNT, list[EventRow]()) for _ in range(2)] + [(OTHER, list[EventRow]())]
    house.is_steady = seed % 3 == 0
    for number in range(JOBS):
        house.play.at(house.play.now, lambda number=number: house.write(number))  # type: ignore[misc]
    for _ in range(PUBLISHERS):
        house.play.at(house.play.now, house.publish)
    for account_id, seen in readers:
        house.play.at(house.play.now, lambda a=account_id, s=seen: house.read(a, s))  # type: ignore[misc]

    house.play.run()

    house.is_steady = True
    for account_id, seen in readers:
        assert ids(seen) == ids(house.feed.list_events(account_id, None, 100, house.play.now).items)
        told = [row for row in house.told if row.key[0].split("#")[1] == account_id]
        assert sorted(ids(seen)) == sorted(ids(told))
        for key in {row.key[0] for row in seen}:
            numbers = [row.key[1] for row in seen if row.key[0] == key]
            assert numbers == sorted(numbers)


def ids(rows: Sequence[EventRow]) -> list[str]:
    return [row.event_id for row in rows]
