"""The time, for those who may ask."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta


def now() -> datetime:
    """Tell the time."""
    return datetime.now(UTC)


def within(seconds: float) -> Callable[[], bool]:
    """Make a question that is true for so long from now on."""
    end = now() + timedelta(seconds=seconds)
    return lambda: now() < end
