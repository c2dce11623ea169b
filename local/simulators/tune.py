"""Composition: a request becomes a score. The same request and track is the same music, always."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from local.simulators.dice import Dice
from local.simulators.moods import PROGRESSIONS, SCALES, Mood, mood_of

SHORTEST_S: Final = 24.0
LONGEST_S: Final = 32.0

_BODY_S: Final = 25.9
_TAIL_S: Final = 2.2
_STEPS: Final = 16
_BEAT: Final = 4
_PHRASE: Final = 4
_HALF_SCALE: Final = 3
_OCTAVE: Final = 12
_MIDDLE: Final = 60
# A bar of melody: where each note starts and how long it lasts, in sixteenths.
_RHYTHMS: Final = (
    ((0, 4), (4, 4), (8, 4), (12, 4)),
    ((0, 6), (6, 2), (8, 6), (14, 2)),
    ((0, 3), (3, 3), (6, 2), (8, 8)),
    ((2, 2), (4, 4), (8, 6), (14, 2)),
    ((0, 8), (8, 4), (12, 2), (14, 2)),
    ((0, 2), (2, 2), (4, 6), (10, 6)),
    ((0, 12),),
    ((4, 4), (8, 8)),
)
_NAMES: Final = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")


@dataclass(frozen=True, slots=True)
class Brief:
    """What decides how a track sounds."""

    prompt: str
    style: str = ""
    title: str = ""
    instrumental: bool = False
    voice: str = ""
    seed: int = 0
    length_s: float | None = None
    # Of track `of` of the same brief, which parts each track plays alone.
    stems: tuple[tuple[str, ...], ...] = ()
    of: int = 0


@dataclass(frozen=True, slots=True)
class Note:
    """One sound of one part; drums have no pitch, and only a voice has a vowel."""

    part: str
    start_s: float
    length_s: float
    pitch: int = 0
    loudness: float = 1.0
    vowel: str = ""


@dataclass(frozen=True, slots=True)
class Tune:
    """A score, ready to be played."""

    key: str
    tempo_bpm: int
    length_s: float
    notes: tuple[Note, ...]


@lru_cache(maxsize=256)
def compose(brief: Brief, track: int) -> Tune:
    """Write one track. It lasts from SHORTEST_S to LONGEST_S seconds, or as long as is asked."""
    if brief.stems:
        whole, alone = compose(replace(brief, stems=(), of=0), brief.of), brief.stems[track]
        return replace(whole, notes=tuple(note for note in whole.notes if note.part in alone))
    text = f"{brief.title}\n{brief.style}\n{brief.prompt}\n{brief.voice}"
    dice = Dice(f"tune/{brief.seed}/{track}/{brief.instrumental}/{text}")
    # Both tracks of a request share its mood, as a real pair does.
    mood = mood_of(brief.style, brief.prompt, Dice(f"mood/{brief.seed}/{text}"))
    plan = _plan(mood, dice)
    parts = [_chords(plan), _bass(plan), _drums(plan), _lead(plan, brief)]
    notes = sorted((note for part in parts for note in part), key=lambda note: note.start_s)
    tune = Tune(
        key=f"{_NAMES[plan.root % _OCTAVE]} {plan.scale_name}",
        tempo_bpm=plan.tempo_bpm,
        length_s=round(plan.bars * plan.bar_s + _TAIL_S, 2),
        notes=tuple(notes),
    )
    return tune if brief.length_s is None else _lasting(tune, brief.length_s)


def _lasting(tune: Tune, length_s: float) -> Tune:
    """Play a tune over and over, until its time is up."""
    bar_s = 240 / tune.tempo_bpm
    turn_s = (tune.notes[-1].start_s // bar_s + 1) * bar_s
    turns = [turn * turn_s for turn in range(int(length_s // turn_s) + 1)]
    notes = (replace(note, start_s=note.start_s + at) for at in turns for note in tune.notes)
    kept = tuple(note for note in notes if note.start_s < length_s)
    return replace(tune, length_s=length_s, notes=kept)


@dataclass(frozen=True, slots=True)
class _Plan:
    mood: Mood
    dice: Dice
    tempo_bpm: int
    root: int
    scale_name: str
    degrees: tuple[int, ...]

    @property
    def bar_s(self) -> float:
        return 240 / self.tempo_bpm

    @property
    def bars(self) -> int:
        return len(self.degrees)

    def at(self, bar: int, step: int) -> float:
        """Tell when a sixteenth sounds; every second eighth comes late by the mood's swing."""
        late = self.mood.swing if step % _BEAT == _BEAT // 2 else 0.0
        return (bar + (step + late * 2) / _STEPS) * self.bar_s

    def pitch(self, degree: int) -> int:
        scale = SCALES["major" if self.scale_name == "jazz" else self.scale_name]
        octave, step = divmod(degree, len(scale))
        return self.root + octave * _OCTAVE + scale[step]


def _plan(mood: Mood, dice: Dice) -> _Plan:
    tempo = round(dice.between("tempo", *mood.tempo_bpm))
    bars = 2 * round(_BODY_S * tempo / 240 / 2)
    scale = dice.choose("scale", mood.scales)
    verse = dice.choose("verse", PROGRESSIONS[scale])
    turn = dice.choose("turn", PROGRESSIONS[scale])
    degrees = [(turn if _turns(bar) else verse)[bar % _PHRASE] for bar in range(bars)]
    # The last bar goes home.
    degrees[-1] = 0
    root = _MIDDLE - 7 + dice.bits("root") % _OCTAVE
    return _Plan(mood, dice, tempo, root, scale, tuple(degrees))


def _chords(plan: _Plan) -> Iterator[Note]:
    tones = (0, 2, 4, 6) if plan.mood.sevenths else (0, 2, 4)
    for bar, degree in enumerate(plan.degrees):
        pitches = sorted(_into(plan.pitch(degree + tone), _MIDDLE - 6) for tone in tones)
        last = bar == plan.bars - 1
        for pitch in pitches:
            length_s = plan.bar_s * (1.9 if last else 1.04)
            yield Note("pad", plan.at(bar, 0), length_s, pitch, 0.5)
        if plan.mood.chords == "pad":
            continue
        for step, loudness in _strokes("x" if last else plan.mood.comp):
            for order, pitch in enumerate(pitches):
                # A hand never strikes all strings at once.
                start_s = plan.at(bar, step) + order * 0.012
                yield Note(plan.mood.chords, start_s, plan.bar_s * 0.6, pitch, 0.42 * loudness)


def _bass(plan: _Plan) -> Iterator[Note]:
    for bar, degree in enumerate(plan.degrees):
        low = _into(plan.pitch(degree), _MIDDLE - 26)
        fifth = _into(plan.pitch(degree + 4), _MIDDLE - 26)
        steps = list(_strokes("x" if bar in {0, plan.bars - 1} else plan.mood.bass))
        ends = [*(step for step, _ in steps[1:]), _STEPS]
        for order, ((step, loudness), end) in enumerate(zip(steps, ends, strict=True)):
            swap = order > 1 and (order % _BEAT == _BEAT // 2 or end == _STEPS)
            length_s = (end - step) / _STEPS * plan.bar_s * 0.94
            yield Note("bass", plan.at(bar, step), length_s, fifth if swap else low, loudness)


def _drums(plan: _Plan) -> Iterator[Note]:
    beat = plan.mood.beat
    for bar in range(2, plan.bars - 1):
        for part, pattern in (("kick", beat.kick), ("snare", beat.snare), ("hat", beat.hat)):
            for step, loudness in _strokes(pattern):
                touch = plan.dice.between(f"touch {part} {bar} {step}", 0.82, 1.0)
                yield Note(part, plan.at(bar, step), 0.4, loudness=loudness * touch)


def _lead(plan: _Plan, brief: Brief) -> Iterator[Note]:
    """Sing, or play, two bars and their answer over and over; another idea for the turn."""
    part = plan.mood.lead if brief.instrumental else "voice"
    low = _MIDDLE - (12 if not brief.instrumental and brief.voice == "m" else 1)
    vowels = [letter for letter in brief.prompt.lower() if letter in "aeiou"] or list("aoea")
    sung = 0
    for bar in range(1, plan.bars):
        if bar == plan.bars - 1:
            home = _into(plan.pitch(0), low)
            yield Note(
                part, plan.at(bar, 0), plan.bar_s * 1.2, home, 0.8, vowels[sung % len(vowels)]
            )
            return
        degree = plan.degrees[bar]
        for step, length, offset in _phrase(plan, bar):
            around = degree - 7 if degree > _HALF_SCALE else degree
            pitch = _into(plan.pitch(around + offset), low, span=_OCTAVE + 5)
            length_s = length / _STEPS * plan.bar_s * 0.96
            loudness = 0.95 if step % 8 == 0 else 0.78
            yield Note(
                part, plan.at(bar, step), length_s, pitch, loudness, vowels[sung % len(vowels)]
            )
            sung += 1


def _phrase(plan: _Plan, bar: int) -> Iterator[tuple[int, int, int]]:
    """Give a bar of melody: step, length, and degree above the chord's root."""
    idea = plan.dice.child(_section(bar), bar % 2)
    # The last bar of a phrase answers the others.
    ending = bar % _PHRASE == _PHRASE - 1
    rhythm = idea.choose("rhythm", _RHYTHMS)
    if ending:
        rhythm = plan.dice.child(_section(bar)).choose("ending", _RHYTHMS[-4:])
    offset = idea.choose("from", (0, 2, 4))
    for order, (step, length) in enumerate(rhythm):
        if order:
            move = idea.choose(f"move {order}", (-1, 1, -1, 1, -2, 2))
            offset = max(-1, min(6, offset + move))
        strong = step % 8 == 0 or length >= _STEPS // 2
        # Long and stressed notes rest on the chord; the others pass.
        yield step, length, offset + offset % 2 if strong else offset


def _turns(bar: int) -> bool:
    """Tell the form: every third phrase is another idea."""
    return (bar // _PHRASE + 1) % 3 == 0


def _section(bar: int) -> str:
    return "turn" if _turns(bar) else "verse"


def _into(pitch: int, low: int, *, span: int = _OCTAVE) -> int:
    """Move a pitch by octaves to where a part plays."""
    while pitch < low:
        pitch += _OCTAVE
    while pitch >= low + span:
        pitch -= _OCTAVE
    return pitch


def _strokes(pattern: str) -> Iterator[tuple[int, float]]:
    for step, letter in enumerate(pattern):
        if letter in "xo":
            yield step, 1.0 if letter == "x" else 0.55
