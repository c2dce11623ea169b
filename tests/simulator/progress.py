"""A line that moves, for whoever sits at a terminal."""

import sys
import time
from dataclasses import dataclass, field
from typing import Final

GAP_S: Final = 0.5


@dataclass(slots=True)
class Progress:
    """Says how far a run is, where anybody can see it move."""

    is_shown: bool = field(default_factory=sys.stderr.isatty)
    _told_at_s: float = 0.0
    _began_at_s: float = field(default_factory=time.monotonic)

    def tell(self, what: str, done: int, total: int, wrong: int) -> None:
        """Tell how much of something is done, and how much of that went wrong."""
        now_s = time.monotonic()
        if not self.is_shown or (now_s - self._told_at_s < GAP_S and done < total):
            return
        self._told_at_s = now_s
        passed_s = now_s - self._began_at_s
        line = f"  {what}: {done:,} of {total:,}, {wrong} wrong, {passed_s:.0f} s"
        sys.stderr.write(f"\r{line:<70}" + ("\n" if done == total else ""))
        sys.stderr.flush()
