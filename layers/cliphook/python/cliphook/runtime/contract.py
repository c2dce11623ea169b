"""The description of all events, written by `make events` from the types that they are made of."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

ASYNCAPI: Final = Path(__file__).with_name("asyncapi.json")


@cache
def read_asyncapi() -> Mapping[str, Any]:
    """Read the AsyncAPI document; only who is asked for it pays for that."""
    document: Mapping[str, Any] = json.loads(ASYNCAPI.read_bytes())
    return document
