"""The many ways in which JSON may be written down, and cut up on its way."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from hypothesis import strategies as st


def units(text: str) -> str:
    """Write a text as nothing but escapes."""
    code = text.encode("utf-16-be", "surrogatepass")
    return '"' + "".join(f"\\u{code[at : at + 2].hex()}" for at in range(0, len(code), 2)) + '"'


WAYS = (
    json.dumps,
    lambda text: json.dumps(text, ensure_ascii=False),
    lambda text: json.dumps(text).replace("/", "\\/"),
    units,
)


@st.composite
def written(draw: st.DrawFn, value: Any) -> str:
    """Write a value down in one of the many ways that JSON has for it."""
    space = draw(st.sampled_from(["", "", " ", "\r\n\t"]))
    if isinstance(value, str):
        way = draw(st.sampled_from(WAYS))
        return f"{space}{way(value)}{space}"
    if isinstance(value, list):
        return "[" + ",".join(draw(written(inner)) for inner in value) + "]"
    if isinstance(value, dict):
        pairs = [f"{draw(written(key))}:{draw(written(inner))}" for key, inner in value.items()]
        return "{" + ",".join(pairs) + "}"
    return space + json.dumps(value) + space


def cut(body: bytes, places: list[int]) -> Iterator[bytes]:
    """Cut a body into pieces, of which some are empty."""
    ends = sorted(place % (len(body) + 1) for place in places)
    for start, end in pairwise([0, *ends, len(body)]):
        yield body[start:end]
