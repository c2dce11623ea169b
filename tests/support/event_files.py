"""
Everything that `make events` writes, and the promises that it keeps.

`events/lambda` and `events/bus` are what the code would say now, and so is the description that
the API serves. `events/published` is what was promised: a schema that breaks a promise is not
added to it, and ends the command.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.support import asyncapi, bus_contract, bus_schemas, lambda_events
from tests.support.lambda_events import ROOT

PUBLISHED: Final = ROOT / "published"
ASYNCAPI: Final = ROOT.parent / "layers/cliphook/python/cliphook/runtime/asyncapi.json"
# Whatever else lies in these was generated for what is gone.
GENERATED: Final = ("lambda", "bus")


def files() -> Mapping[Path, str]:
    """Say which generated file has which text."""
    found: dict[Path, object] = {
        ROOT / "lambda" / function / f"{case}.json": event
        for function, events in lambda_events.cases().items()
        for case, event in events.items()
    }
    found |= {ROOT / "bus" / name: schema for name, schema in bus_schemas.schemas().items()}
    found[ASYNCAPI] = asyncapi.document()
    return {path: _text(value) for path, value in found.items()}


def published() -> Mapping[str, Mapping[str, object]]:
    """Read what was promised, by the name of its file."""
    return {path.name: json.loads(path.read_bytes()) for path in PUBLISHED.glob("*.json")}


def write() -> None:
    """Write every file, and remove those that no case stands for any more."""
    wanted = files()
    for folder in GENERATED:
        for path in (ROOT / folder).rglob("*.json"):
            if path not in wanted:
                path.unlink()
    for path, text in wanted.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def publish() -> None:
    """Add to what is promised; whatever breaks a promise ends this with the list of it."""
    schemas = bus_schemas.schemas()
    if complaints := bus_contract.broken(published(), schemas):
        sys.exit("\n".join(complaints))
    for name, schema in schemas.items():
        (PUBLISHED / name).write_text(_text(bus_contract.promised(schema)), encoding="utf-8")


def _text(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
    publish()
