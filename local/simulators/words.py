"""Titles and lyrics for those who only described what they want."""

import re
from typing import Final

from local.simulators.dice import Dice

_TITLE_WORDS: Final = 4
# The length from which on a word is worth singing about.
_TELLING: Final = 4
_DULL: Final = frozenset({"about", "from", "music", "song", "that", "this", "track", "with"})
_LINES: Final = (
    "I left a light for {word} on the stair",
    "And {word} came slowly through the morning air",
    "Say {word}, say it low, say it again",
    "We kept {word} in the pocket of the rain",
    "All night {word} was humming in the wire",
    "Give me {word} and a little bit of fire",
    "Nobody told {word} how to get back home",
    "So we sang {word} into the telephone",
)


def title_for(prompt: str) -> str:
    """Make a title out of a description."""
    return " ".join(_words(prompt)[:_TITLE_WORDS]).title() or "Untitled"


def lyrics_for(prompt: str, dice: Dice) -> str:
    """Write a verse and a chorus about a description."""
    telling = [word for word in _words(prompt) if len(word) >= _TELLING and word not in _DULL]
    lines = [
        line.format(word=dice.choose(f"word {line}", telling or ["music"]))
        for line in sorted(_LINES, key=lambda line: dice.bits(f"line {line}"))
    ]
    return "\n".join(["[Verse]", *lines[:4], "", "[Chorus]", *lines[4:]])


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", re.sub(r"\[\[.*?\]\]", " ", text).lower())
