"""What a style's words mean in music: tempo, scale, chords, drums and instruments, a row each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from local.simulators.dice import Dice

SCALES: Final[Mapping[str, tuple[int, ...]]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
}

# Degrees of the scale, counted from 0, a bar each.
PROGRESSIONS: Final[Mapping[str, tuple[tuple[int, ...], ...]]] = {
    "major": ((0, 4, 5, 3), (0, 5, 3, 4), (3, 0, 4, 5), (0, 2, 3, 4), (5, 3, 0, 4)),
    "minor": ((0, 5, 2, 6), (0, 3, 6, 2), (0, 6, 5, 6), (0, 2, 6, 3), (5, 6, 0, 0)),
    "dorian": ((0, 3, 0, 3), (0, 3, 6, 0), (0, 2, 3, 6), (0, 1, 3, 0)),
    "jazz": ((1, 4, 0, 5), (0, 5, 1, 4), (2, 5, 1, 4), (3, 6, 2, 5)),
}


@dataclass(frozen=True, slots=True)
class Beat:
    """A bar of drums in sixteenths: x is a stroke, o a soft one, anything else a rest."""

    kick: str = ""
    snare: str = ""
    hat: str = ""


@dataclass(frozen=True, slots=True)
class Mood:
    """A way to play."""

    words: tuple[str, ...]
    tempo_bpm: tuple[int, int]
    scales: tuple[str, ...]
    beat: Beat
    bass: str
    comp: str
    lead: str = "keys"
    chords: str = "pad"
    sevenths: bool = False
    swing: float = 0.0


_SLOW: Final = Beat(kick="x.........x.....", snare="........x.......", hat="o...o...o...o...")
_LOFI: Final = Beat(kick="x......x..x.....", snare="....x.......x..o", hat="x.o.x.o.x.o.x.oo")
_ROCK: Final = Beat(kick="x.....x.x.x.....", snare="....x.......x...", hat="x.x.x.x.x.x.x.x.")
_HOUSE: Final = Beat(kick="x...x...x...x...", snare="....x.......x...", hat="..x...x...x...xo")
_RIDE: Final = Beat(kick="o.......o.......", snare="....o.........o.", hat="x...x..ox...x..o")

MOODS: Final = (
    Mood(("lo-fi", "lofi", "chill", "hip-hop", "hip hop", "rap", "rain", "soul", "r&b"), (74, 88),
         ("dorian", "minor"), _LOFI, "x.....x...x.....", "x.....x.........", chords="keys",
         lead="pluck", sevenths=True, swing=0.16),
    Mood(("jazz", "swing", "bossa", "lounge", "blues"), (92, 116), ("jazz",), _RIDE,
         "x...x...x...x...", "..x...x...x.....", chords="keys", sevenths=True, swing=0.3),
    Mood(("ambient", "calm", "sleep", "meditation", "drone", "relax", "peace"), (62, 74),
         ("major", "dorian"), Beat(), "x...............", "x...............", sevenths=True),
    Mood(("piano", "classical", "cinematic", "orchestral", "ballad", "slow"), (66, 84),
         ("minor", "major"), Beat(hat="o.......o......."), "x.......x.......",
         "x.o.x.o.x.o.x.o.", chords="keys", lead="keys"),
    Mood(("electronic", "house", "techno", "dance", "edm", "synth", "trance", "disco"), (116, 126),
         ("minor", "dorian"), _HOUSE, "..x...x...x...x.", "x..x..x.x..x..x.", lead="pluck",
         chords="pluck"),
    Mood(("rock", "metal", "punk", "grunge", "electrifying"), (112, 132), ("minor", "major"),
         _ROCK, "x.x.x.x.x.x.x.x.", "x...x...x...x...", lead="pluck", chords="pluck"),
    Mood(("folk", "country", "acoustic", "guitar", "indie"), (88, 108), ("major",), _SLOW,
         "x.......x.......", "x.o.x.oox.o.x.oo", lead="keys", chords="pluck"),
    Mood(("pop", "happy", "summer", "upbeat", "sunny", "love"), (98, 118), ("major",), _ROCK,
         "x..x..x.x..x..x.", "x.....x...x.....", lead="pluck", chords="keys"),
)  # fmt: skip


def mood_of(style: str, prompt: str, dice: Dice) -> Mood:
    """Find the mood whose word comes first in the style, else in the prompt, else by chance."""
    for text in (style.lower(), prompt.lower()):
        heard = [
            (match.start(), mood)
            for mood in MOODS
            for word in mood.words
            if (match := re.search(rf"\b{re.escape(word)}\b", text))
        ]
        if heard:
            return min(heard, key=lambda pair: pair[0])[1]
    return dice.choose("mood", MOODS)
