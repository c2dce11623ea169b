"""Bodies that are nearly right: JSON with strange values in it, and bytes with a piece missing."""

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

# Values that have broken readers: raw JSON, since some of it no library would write.
STRANGE = (
    *("null", "true", "0", "-1", "200", '"200"', "1e3", "-0.0", '""', '" "', "[]", "{}", "[{}]"),
    *('"\\ud800"', '"\\u0000"', "1e999999999", "-1e999999999", "1e-999999999", "NaN", "-Infinity"),
    *("9" * 5000, "0." + "1" * 5000, f'"{"9" * 5000}"', '"NaN"', '"1e999999999"', '"٣"', '"²"'),
    *(f'"{"x" * 300}"', f'"{"x" * 21_000}"', '"https://a b"', '"complete"', '"error"', "[[[]]]"),
    *("[" * 30 + "]" * 30, '{"a": 1, "a": 2}', '{"id": "x"}', '[{"id": "x", "audio_url": 5}]'),
)
MARK = "a mark that stands in no sample"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Name every place in a value, itself included."""
    yield path
    inside = value.items() if isinstance(value, dict) else ()
    for key, inner in enumerate(value) if isinstance(value, list) else inside:
        yield from places(inner, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], raw: str | None) -> bytes:
    """Put raw JSON in a place, or take away what is there."""
    whole = [deepcopy(value)]
    *way, last = (0, *path)
    holder: Any = whole
    for key in way:
        holder = holder[key]
    if raw is None and path:
        del holder[last]
    else:
        holder[last] = MARK
    return json.dumps(whole[0]).replace(f'"{MARK}"', raw or "").encode()


@st.composite
def twisted(draw: st.DrawFn, bodies: st.SearchStrategy[bytes]) -> bytes:
    """Replace up to three values of a body by strange ones, or take them away."""
    body = draw(bodies)
    for _ in range(draw(st.integers(1, 3))):
        try:
            value = json.loads(body)
        except ValueError:
            break
        path = draw(st.sampled_from(list(places(value))))
        body = replaced(value, path, draw(st.sampled_from((None, *STRANGE))))
    return body


@st.composite
def garbled(draw: st.DrawFn, bodies: st.SearchStrategy[bytes]) -> bytes:
    """Put something else in the place of a piece of a body."""
    body = draw(bodies)
    start, end = sorted(draw(st.tuples(*[st.integers(0, len(body))] * 2)))
    return body[:start] + draw(st.binary(max_size=8)) + body[end:]
