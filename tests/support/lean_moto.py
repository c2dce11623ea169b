"""
Moto, which answers as ever, for half of the work: what it does for nobody here is left out.

Nobody looks at its models from outside, so none is remembered that is no longer in use. What a
transaction may have to undo is a list of a table's rows: those are never changed, but replaced.
The rest looks up what it has found before; tests/contract/test_lean_moto.py says what stays so.
"""

from collections import defaultdict
from collections.abc import Callable
from copy import copy, deepcopy
from functools import cache, lru_cache
from typing import Any, Final

import pytest
from moto import backend_index, mock_aws
from moto.core.base_backend import BaseBackend
from moto.core.serialize import AttributePickerContext, ResponseSerializer, XFormedAttributePicker
from moto.core.utils import method_names_from_class
from moto.dynamodb.models import DynamoDBBackend
from moto.dynamodb.models.dynamo_type import Item
from moto.dynamodb.models.table import StreamRecord, Table
from moto.dynamodb.parsing.ast_nodes import (  # type: ignore[attr-defined]
    DepthFirstTraverser,
    Node,
)
from moto.dynamodb.parsing.expressions import UpdateExpressionParser  # type: ignore[attr-defined]
from moto.dynamodb.parsing.validators import ActionCountValidator, OverlappingPathsValidator

__all__ = ["mock_aws"]

# What is called here. Each call's address is compared with those of all services that there are.
SERVICES: Final = frozenset({"dynamodb", "events", "s3", "secretsmanager", "sqs"})

_ADDRESSES: Final[Any] = BaseBackend.urls
_UPDATE: Final[Any] = DynamoDBBackend.update_item
_VALUE: Final[Any] = ResponseSerializer.get_value

_addresses: dict[type, Any] = {}
_names: dict[tuple[int, str], tuple[object, tuple[str, ...]]] = {}
# Faster than to ask classes that may have been registered for others.
_is_kind: Final[Callable[[type, type], bool]] = cache(issubclass)
_processes: dict[tuple[type, type], bool] = {}


def _unremembered(kind: type, *_: object, **__: object) -> object:
    return object.__new__(kind)


def _addresses_of(backend: BaseBackend) -> Any:
    kind = type(backend)
    if kind not in _addresses:
        _addresses[kind] = _ADDRESSES.fget(backend)
    return _addresses[kind]


def _value_of(serializer: Any, value: Any, key: str, shape: Any) -> Any:
    """Find what is to be answered: in a dictionary the shape alone says under which names."""
    picker = serializer._value_picker  # noqa: SLF001
    is_plain = type(value) is dict and type(picker) is XFormedAttributePicker
    if not is_plain or picker.response_transformers:
        return _VALUE(serializer, value, key, shape)
    if (id(shape), key) not in _names:
        context = AttributePickerContext(value, key, shape)
        # With the shape, lest another comes to its address.
        _names[id(shape), key] = shape, tuple(picker.get_possible_keys(context))
    return next((value[name] for name in _names[id(shape), key][1] if name in value), None)


def _list_rows(table: Table, _: object) -> Table:
    """Copy a table as it is now, but none of its rows."""
    twin = copy(table)
    twin.items = defaultdict(dict, {key: copy(rows) for key, rows in table.items.items()})
    if table.stream_shard:
        twin.stream_shard = copy(table.stream_shard)
        twin.stream_shard.table = twin
        twin.stream_shard.items = copy(table.stream_shard.items)
    return twin


def _update_item(
    backend: DynamoDBBackend, table_name: str, key: dict[str, Any], *rest: Any, **more: Any
) -> Item:
    """Put a copy in a row's place, and have that changed."""
    table = backend.get_table(table_name)
    hash_key, range_key = backend.get_keys_value(table, key)
    if range_key and (row := table.get_item(hash_key, range_key)):
        table.items[hash_key][range_key] = deepcopy(row)
    item: Item = _UPDATE(backend, table_name, key, *rest, **more)
    return item


def _copy_tree(node: Any, _: object) -> Any:
    """Copy what an expression was parsed to; at the ends are texts."""
    twin = object.__new__(type(node))
    twin.__dict__.update(node.__dict__)
    if node.children is not None:
        twin.children = [_copy_child(child, twin) for child in node.children]
    return twin


def _copy_child(child: Any, parent: Any) -> Any:
    if not _is_kind(type(child), Node):
        return deepcopy(child)
    twin = _copy_tree(child, None)
    twin.parent = parent
    return twin


def _go_through(traverser: Any, node: Any, child_id: int = -1) -> Any:
    """Process the parts of an expression, the innermost first."""
    parent = node.parent
    for number, child in enumerate(node.children or ()):
        traverser.pre_processing_of_child(node, number)
        if _is_kind(type(child), Node):
            _go_through(traverser, child, number)
    pair = type(traverser), type(node)
    if pair not in _processes:
        _processes[pair] = _is_kind(type(node), traverser.nodes_to_be_processed())
    if _processes[pair]:
        node = traverser.process(node)
        node.parent = parent
        if parent:
            parent.children[child_id] = node
    return node


def _look_at_whole(traverser: Any, node: Any) -> Any:
    """Process the whole alone: what is wrong in a part of it is wrong in the whole."""
    return traverser.process(node)


def _make_lean(patch: pytest.MonkeyPatch) -> None:
    known = [row for row in backend_index.backend_url_patterns if row[0] in SERVICES]
    patch.setattr(backend_index, "backend_url_patterns", known)
    patch.setattr(BaseBackend, "urls", property(_addresses_of))
    names = "moto.core.responses.method_names_from_class"
    patch.setattr(names, cache(method_names_from_class))
    patch.setattr(ResponseSerializer, "get_value", _value_of)
    for kind in (Item, StreamRecord, Table):
        patch.setattr(kind, "__new__", staticmethod(_unremembered))
    patch.setattr(Table, "__deepcopy__", _list_rows, raising=False)
    patch.setattr(DynamoDBBackend, "update_item", _update_item)
    # Whoever changes a tree changes a copy.
    patch.setattr(UpdateExpressionParser, "make", lru_cache(1_000)(UpdateExpressionParser.make))
    patch.setattr(Node, "__deepcopy__", _copy_tree, raising=False)
    patch.setattr(DepthFirstTraverser, "traverse_node_recursively", _go_through)
    for checks in (ActionCountValidator, OverlappingPathsValidator):
        patch.setattr(checks, "traverse", _look_at_whole)


# For good: whoever is mocked in this process is mocked so.
_make_lean(pytest.MonkeyPatch())
