"""What code does while it runs, seen from outside and without changing it."""

import hmac
import sys
from collections.abc import Callable
from types import FrameType


def comparisons(act: Callable[[], object]) -> int:
    """Count the comparisons in constant time that an act makes; watches, and changes nothing."""
    found = 0

    def watch(_: FrameType, event: str, function: object) -> None:
        nonlocal found
        found += event == "c_call" and function is hmac.compare_digest

    sys.setprofile(watch)
    try:
        act()
    finally:
        sys.setprofile(None)
    return found
