"""
Bodies that are nearly right, by the hundred thousand: samples with pieces of each other in them.

Seeded, so that the same run makes the same bodies. What is replaced is a whole value as a rule,
since a body that is no JSON any more is refused before anybody looks at it.
"""

import json
import random
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from tests.support.twisting import STRANGE

EDITS_MAX: Final = 3
# Ids, of 32 or 36 characters, stay whole.
TEXT_MAX: Final = 36
# What share of the bodies is cut or overwritten anywhere, whatever stands there.
GARBLED: Final = 0.05

_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?|true|false|null|[{}\[\],:]'
)

type Span = tuple[int, int]
type Seed = tuple[str, tuple[Span, ...]]


def mutants(samples: Sequence[bytes], count: int, seed: str) -> Iterator[bytes]:
    """Make bodies out of samples."""
    chance = random.Random(seed)
    seeds = [_read(sample) for sample in samples]
    pieces = [text[start:end] for text, spans in seeds for start, end in spans] + [*STRANGE, ""]
    for _ in range(count):
        text, spans = chance.choice(seeds)
        body = _twist(text, spans, pieces, chance).encode("utf-8", "surrogatepass")
        yield _garble(body, chance) if chance.random() < GARBLED else body


def _read(sample: bytes) -> Seed:
    """Write a sample in short, and find where each of its values begins and ends."""
    text = json.dumps(_short(json.loads(sample)), ensure_ascii=False, separators=(",", ":"))
    spans: list[Span] = []
    opened: list[int] = []
    for token in _TOKEN.finditer(text):
        kind = token.group()[0]
        if kind in "{[":
            opened.append(token.start())
        elif kind in "}]":
            spans.append((opened.pop(), token.end()))
        elif kind not in ",:":
            spans.append(token.span())
    return text, tuple(spans)


def _short(value: Any) -> Any:
    """Shorten what is long, which would take time to read and is read no further anyway."""
    if isinstance(value, dict):
        return {key: _short(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_short(inner) for inner in value]
    if isinstance(value, str) and len(value) > TEXT_MAX:
        return "https://files.test/1.mp3" if value.startswith("https://") else value[:TEXT_MAX]
    return value


def _twist(text: str, spans: Sequence[Span], pieces: Sequence[str], chance: random.Random) -> str:
    """Put something else in the place of a few values, the last one first."""
    before = len(text)
    for _ in range(1 + int(chance.random() * EDITS_MAX)):
        start, end = spans[int(chance.random() * len(spans))]
        if end <= before:
            text = text[:start] + pieces[int(chance.random() * len(pieces))] + text[end:]
            before = start
    return text


def _garble(body: bytes, chance: random.Random) -> bytes:
    start, end = sorted((chance.randrange(len(body) + 1), chance.randrange(len(body) + 1)))
    return body[:start] + chance.randbytes(chance.randrange(8)) + body[end:]
