"""How much a walk looks at, counted while it walks: what it costs, without a clock."""

from cliphook.adapters.audio.probe import WALKS
from cliphook.adapters.audio.tape import LOOK_MAX_BYTES, CutShortError, Tape, Walk
from cliphook.adapters.audio_types import HEAD_BYTES, sniff
from cliphook.domain.audio_format import AudioFormat

# How often each byte may be looked at; and what may be looked at besides, whatever the size.
LOOKS_A_BYTE = 4
LOOKS_BESIDES_BYTES = 10_000_000
# How many looks there may be: one a byte, and a few to begin with.
LOOKS_BESIDES = 10


class Watched:
    """A walk, and how much it looks at."""

    def __init__(self, walk: Walk[AudioFormat]) -> None:
        self.looks = 0
        self.longest_bytes = 0
        self.seen_bytes = 0
        self._walk = walk

    def walk(self) -> Walk[AudioFormat]:
        try:
            step, size = next(self._walk)
            while True:
                self.looks += 1
                self.longest_bytes = max(self.longest_bytes, size)
                try:
                    seen = yield step, size
                except CutShortError as error:
                    step, size = self._walk.throw(error)
                else:
                    self.seen_bytes += len(seen)
                    step, size = self._walk.send(seen)
        except StopIteration as stop:
            found: AudioFormat = stop.value
            return found


def check_looks(content: bytes) -> None:
    """Check that a walk along a file looks at little at once, and at each byte a few times."""
    audio_type = sniff(content[:HEAD_BYTES])
    if not audio_type:
        return
    watched = Watched(WALKS[audio_type]())

    tape = Tape(watched.walk())
    tape.feed(content)
    tape.end()

    assert watched.longest_bytes <= LOOK_MAX_BYTES
    assert watched.seen_bytes <= LOOKS_A_BYTE * len(content) + LOOKS_BESIDES_BYTES
    assert watched.looks <= len(content) + LOOKS_BESIDES
