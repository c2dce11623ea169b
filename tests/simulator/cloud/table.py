"""One table of DynamoDB: its rows, its sparse indexes, and everything that was ever written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from tests.simulator.cloud.values import InvalidError, Item, order

ITEM_MAX_BYTES: Final = 400 * 1024
HASH_MAX_BYTES: Final = 2048
RANGE_MAX_BYTES: Final = 1024

# The contents of the key's attributes.
type Key = tuple[Any, ...]
type Row = tuple[Key, Item]


@dataclass(frozen=True, slots=True)
class Schema:
    """The keys of a table or an index, their types, and what of a row an index shows."""

    name: str | None
    keys: tuple[str, ...]
    kinds: Mapping[str, str]
    # Nothing stands for all attributes.
    shows: frozenset[str] | None = None

    def key_of(self, item: Item) -> Key | None:
        """Tell an item's key; nothing if one of its parts is missing."""
        found = []
        for name in self.keys:
            value = item.get(name)
            # Most rows are in no index, so that this is asked in vain more often than not.
            if value is None or (kind := self.kinds[name]) not in value:
                return None
            found.append(value[kind])
        return tuple(found)

    def shown(self, item: Item) -> Item:
        """Leave out what the index does not hold."""
        if self.shows is None:
            return item
        return {name: value for name, value in item.items() if name in self.shows}


@dataclass(frozen=True, slots=True)
class Written:
    """One change of one row: what the stream tells of it."""

    sequence: int
    at: datetime
    key: Key
    old: Item | None
    new: Item | None
    # Whether time to live, and nobody's request, has deleted it.
    is_expiry: bool = False

    @property
    def event_name(self) -> str:
        """Name the change as the stream does."""
        if self.old is None:
            return "INSERT"
        return "MODIFY" if self.new is not None else "REMOVE"


@dataclass(slots=True)
class Table:
    """Rows by their keys; whoever reads them must not change them."""

    name: str
    schema: Schema
    indexes: Mapping[str, Schema]
    # How far behind an eventually consistent read may be; never less than the latest request.
    lag: timedelta
    view: str = "NEW_AND_OLD_IMAGES"
    expiry: str | None = None
    rows: dict[Key, Item] = field(default_factory=dict)
    journal: list[Written] = field(default_factory=list)
    # The rows by what they are partitioned by, in the table (no name) and in each index.
    parts: dict[str | None, dict[Any, dict[Key, Item]]] = field(default_factory=dict)
    request: int = 0

    def schema_of(self, index: str | None) -> Schema:
        """Find an index, or the table itself; raises `InvalidError`."""
        if index is None:
            return self.schema
        found = self.indexes.get(index)
        if found is None:
            raise InvalidError(f"The table does not have the specified index: {index}")
        return found

    def apply(
        self, changes: Mapping[Key, Item | None], at: datetime, *, is_expiry: bool = False
    ) -> None:
        """Write all changes of a request; what changes nothing is not told to the stream."""
        self.request = len(self.journal)
        for key, new in changes.items():
            old = self.rows.get(key)
            if old == new:
                continue
            self.journal.append(Written(len(self.journal), at, key, old, new, is_expiry))
            self._arrange(key, old, new)

    def _arrange(self, key: Key, old: Item | None, new: Item | None) -> None:
        if new is None:
            del self.rows[key]
        else:
            self.rows[key] = new
        for schema in (self.schema, *self.indexes.values()):
            # Most rows are in few of them.
            first = schema.keys[0]
            before = schema.key_of(old) if old and first in old else None
            after = schema.key_of(new) if new and first in new else None
            parts = self.parts.setdefault(schema.name, {})
            if before and (not after or after[0] != before[0]):
                del parts[before[0]][key]
            if after and new:
                parts.setdefault(after[0], {})[key] = new

    def get(self, key: Key, now: datetime, *, is_stale: bool) -> Item | None:
        """Find a row, perhaps as it was."""
        if is_stale and key in (older := self._older(now)):
            return older[key]
        return self.rows.get(key)

    def partition(
        self, schema: Schema, hash_value: Any, now: datetime, *, is_stale: bool
    ) -> list[Row]:
        """Find the rows of one partition, of the table or an index, sorted, perhaps as it was."""
        found = self.parts.get(schema.name, {}).get(hash_value, {})
        if is_stale and (older := self._older(now)):
            found = {key: item for key, item in found.items() if key not in older}
            for key, item in older.items():
                index_key = schema.key_of(item) if item else None
                if item and index_key and index_key[0] == hash_value:
                    found[key] = item
        return sorted(found.items(), key=lambda row: self.place(schema, row[1]))

    def everything(self, schema: Schema) -> list[Row]:
        """Find all rows that are in the table, or in an index, a partition after the other."""
        found = [row for part in self.parts.get(schema.name, {}).values() for row in part.items()]
        return sorted(found, key=lambda row: self.place(schema, row[1]))

    def place(self, schema: Schema, item: Item) -> tuple[Any, ...]:
        """Tell where in the table or an index an item stands; nobody else stands there."""
        names = (*schema.keys, *(self.schema.keys if schema.name else ()))
        kinds = schema.kinds
        return tuple(order(kinds[name], item[name][kinds[name]]) for name in names)

    def _older(self, now: datetime) -> dict[Key, Item | None]:
        """Tell what the rows were that were written of late, and by the latest request at least."""
        since = now - self.lag
        older: dict[Key, Item | None] = {}
        for written in reversed(self.journal):
            if written.at < since and written.sequence < self.request:
                break
            older[written.key] = written.old
        return older

    def expire(self, now: datetime) -> None:
        """Delete what has outlived its time, as the service does within days."""
        if self.expiry is None:
            return
        now_s = now.timestamp()
        found = [
            key
            for key, item in self.rows.items()
            if float(item.get(self.expiry, {}).get("N", "inf")) < now_s
        ]
        self.apply(dict.fromkeys(found), now, is_expiry=True)
