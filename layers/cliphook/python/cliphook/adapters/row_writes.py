"""
How rows are written so that nothing is lost of what others wrote there.

During an upgrade a newer version's attributes stand beside ours in the same row. A put would drop
them, so a row that may be there is changed attribute by attribute.
"""

from collections.abc import Iterable
from typing import Any

from cliphook.adapters import items, schema


def put(table: str, item: items.Item) -> dict[str, Any]:
    """Write a row that is new."""
    return {"TableName": table, "Item": items.marshal(item)}


def change(table: str, item: items.Item) -> dict[str, Any]:
    """Set the attributes of a row, or make it; take those away that are nothing by now."""
    known = items.marshal(item)
    gone = [name for name in item if name not in known]
    update = _update(table, known, "#{0} = :{0}")
    if gone:
        update["UpdateExpression"] += f" REMOVE {_listed(gone, '#{0}')}"
        update["ExpressionAttributeNames"] |= {f"#{name}": name for name in gone}
    return update


def fill(table: str, item: items.Item) -> dict[str, Any]:
    """Set those attributes of a row that are not there yet, or make it."""
    return _update(table, items.marshal(item), "#{0} = if_not_exists(#{0}, :{0})")


def _update(table: str, known: dict[str, Any], setting: str) -> dict[str, Any]:
    keys = (schema.PARTITION_KEY, schema.SORT_KEY)
    values = {name: value for name, value in known.items() if name not in keys}
    return {
        "TableName": table,
        "Key": {name: known[name] for name in keys},
        "UpdateExpression": f"SET {_listed(values, setting)}",
        "ExpressionAttributeNames": {f"#{name}": name for name in values},
        "ExpressionAttributeValues": {f":{name}": value for name, value in values.items()},
    }


def _listed(names: Iterable[str], pattern: str) -> str:
    return ", ".join(pattern.format(name) for name in names)
