"""The outbox's rows as they are read, and where in the index they wait."""

from collections.abc import Mapping
from typing import Any

from cliphook.adapters import items, schema
from cliphook.application.outbox_ports import UnreadableRow
from cliphook.application.ports import EventRow

type Key = tuple[str, str]


def key_of(item: items.Item) -> Key:
    """Tell a row's key."""
    return str(item[schema.PARTITION_KEY]), str(item[schema.SORT_KEY])


def written_key(key: Key) -> dict[str, Any]:
    """Write a row's key as DynamoDB wants it."""
    return items.marshal(dict(zip((schema.PARTITION_KEY, schema.SORT_KEY), key, strict=True)))


def read_row(item: items.Item, key: Key) -> EventRow | UnreadableRow:
    """Read a row; one that is not as we write them is told by its key alone."""
    try:
        row = items.event_row(item)
    except (KeyError, TypeError, ValueError):
        return UnreadableRow(key)
    texts = (item[name] for name in ("event_id", "source", "detail_type", "detail"))
    is_ours = row.key == key and all(isinstance(text, str) and text for text in texts)
    return row if is_ours else UnreadableRow(key)


def key_of_record(record: Mapping[str, Any]) -> Key:
    """Tell of which row the table's stream speaks."""
    return key_of(items.unmarshal(record["dynamodb"]["Keys"]))


def row_of_record(record: Mapping[str, Any]) -> EventRow | UnreadableRow:
    """Read a row as the table's stream brings it."""
    key = key_of_record(record)
    try:
        return read_row(items.unmarshal(record["dynamodb"]["NewImage"]), key)
    except (KeyError, TypeError, ValueError):
        return UnreadableRow(key)
