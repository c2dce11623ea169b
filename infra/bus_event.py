"""An event as EventBridge hands it on, and its schema as EventBridge's registry can hold it."""

from collections.abc import Mapping
from typing import Any, Final

from cliphook.adapters import schema

# The registry takes OpenAPI 3 and this draft, and no later one.
DRAFT4: Final = "http://json-schema.org/draft-04/schema#"

# What this draft does not know, or has no use for.
_LATER: Final = frozenset({"$schema", "examples"})
_TEXT: Final = {"type": "string"}


def envelope(name: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """Write the schema of a whole event of a type, around that of its detail."""
    properties: dict[str, Any] = {
        "version": _TEXT,
        "id": {
            "description": "EventBridge's own; another one each time. Ours is `detail.id`.",
            "type": "string",
        },
        "detail-type": {"type": "string", "enum": [name]},
        "source": {"type": "string", "enum": [schema.EVENT_SOURCE]},
        "account": _TEXT,
        "time": {"type": "string", "format": "date-time"},
        "region": _TEXT,
        "resources": {"type": "array", "items": _TEXT},
        "detail": detail,
    }
    required = [*properties]
    properties["replay-name"] = {
        "description": "There only where the event comes out of the archive.",
        "type": "string",
    }
    return {"type": "object", "required": required, "properties": properties}


def draft4(part: Any) -> Any:  # noqa: ANN401 - any part of a schema
    """Write a schema, or a part of it, as Draft 4 has it: one value is a choice of one."""
    if isinstance(part, list):
        return [draft4(one) for one in part]
    if not isinstance(part, Mapping):
        return part
    plain = {key: draft4(value) for key, value in part.items() if key not in _LATER}
    return plain | {"enum": [plain.pop("const")]} if "const" in plain else plain


def registered(detail: Mapping[str, Any]) -> dict[str, Any]:
    """Write a published schema as it is registered: of the whole event, in Draft 4."""
    name = str(detail["title"])
    return {"$schema": DRAFT4, "title": name, **draft4(envelope(name, detail))}
