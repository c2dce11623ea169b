"""An account as a case meets it: clients, what all cases share, and a corner of its own."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

type Item = dict[str, Any]

KINDS: Final = "kinds"
OWNERS: Final = "owners"
LOOK_EVERY_S: Final = 0.5


def text(value: str) -> Item:
    """Write a text as DynamoDB does."""
    return {"S": value}


def num(value: float | str) -> Item:
    """Write a number as DynamoDB does."""
    return {"N": str(value)}


@dataclass(frozen=True, slots=True)
class Heard:
    """What comes back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Web(Protocol):
    """Who follows links and sends forms."""

    def __call__(
        self, method: str, url: str, fields: Mapping[str, str] | None = None, file: bytes = b""
    ) -> Heard: ...


@dataclass(frozen=True, slots=True)
class Keeper:
    """Somebody who keeps the promises, or says so."""

    name: str
    client: Callable[[str], Any]
    web: Web
    # Lets time pass.
    wait: Callable[[float], None]
    # How long what is eventually so may take.
    patience_s: float = 0


@dataclass(frozen=True, slots=True)
class Place:
    """What all cases share, since a real account takes its time to make it."""

    table: str
    numbers: str
    bucket: str
    bus: str
    stream: str


class World:
    """One case's view: the clients, the shared place, and a name that nobody else has."""

    def __init__(self, keeper: Keeper, place: Place, own: str) -> None:
        self.keeper = keeper
        self.place = place
        self.own = own
        self.dynamodb = keeper.client("dynamodb")
        self.s3 = keeper.client("s3")
        self.sqs = keeper.client("sqs")
        self.events = keeper.client("events")
        self.secrets = keeper.client("secretsmanager")
        self.wait = keeper.wait

    def key(self, row: str = "1") -> Item:
        """Name a row of this case."""
        return {"pk": text(self.own), "sk": text(row)}

    def on(self, row: str = "1") -> Item:
        """Address a row of this case."""
        return {"TableName": self.place.table, "Key": self.key(row)}

    def item(self, row: str = "1", /, **attributes: Item) -> Item:
        """Write a whole row."""
        return {**self.key(row), **attributes}

    def with_item(self, row: str = "1", /, **attributes: Item) -> Item:
        """Address the table, with a whole row."""
        return {"TableName": self.place.table, "Item": self.item(row, **attributes)}

    def put(self, row: str = "1", /, **attributes: Item) -> None:
        """Write a row."""
        self.dynamodb.put_item(**self.with_item(row, **attributes))

    def get(self, row: str = "1") -> Item | None:
        """Read what a row holds beside its key; nothing if it is not there."""
        found = self.dynamodb.get_item(**self.on(row), ConsistentRead=True).get("Item")
        return None if found is None else without_key(found)

    def transact(self, *actions: Item, **more: Any) -> Any:
        """Write rows together."""
        return self.dynamodb.transact_write_items(TransactItems=[*actions], **more)

    def until[T](self, look: Callable[[], T], *, is_enough: Callable[[T], bool]) -> T:
        """Look again until it is so, or patience has an end."""
        ends_at_s = time.monotonic() + self.keeper.patience_s
        while not is_enough(found := look()) and time.monotonic() < ends_at_s:
            time.sleep(LOOK_EVERY_S)
        return found

    def records(self, count: int) -> list[dict[str, Any]]:
        """Read what the stream tells of this case's rows, oldest first, once it is so many."""

        def look() -> list[dict[str, Any]]:
            found = self._all_records()
            return [one for one in found if one["dynamodb"]["Keys"]["pk"] == text(self.own)]

        return self.until(look, is_enough=lambda found: len(found) >= count)

    def _all_records(self) -> Iterator[dict[str, Any]]:
        streams = self.keeper.client("dynamodbstreams")
        told = streams.describe_stream(StreamArn=self.place.stream)["StreamDescription"]
        for shard in told["Shards"]:
            at = streams.get_shard_iterator(
                StreamArn=self.place.stream,
                ShardId=shard["ShardId"],
                ShardIteratorType="TRIM_HORIZON",
            ).get("ShardIterator")
            while at:
                page = streams.get_records(ShardIterator=at)
                yield from page["Records"]
                at = page.get("NextShardIterator") if page["Records"] else None


def without_key(item: Item) -> Item:
    """Leave out a row's key."""
    return {name: value for name, value in item.items() if name not in {"pk", "sk"}}
