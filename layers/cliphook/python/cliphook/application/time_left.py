"""Which clips only their provider has, and how long it still keeps them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cliphook.application.operations_ports import UnkeptClip, Waiting


@dataclass(frozen=True, slots=True)
class Leaving:
    """A clip that is not kept, and when its provider deletes it, as far as that is documented."""

    clip: UnkeptClip
    gone_at: datetime

    def left_h(self, now: datetime) -> float:
        """Tell how many hours are left."""
        return (self.gone_at - now) / timedelta(hours=1)


def find_leaving(
    kept_days: Mapping[str, int], *, waiting: Waiting, now: datetime, limit: int
) -> Sequence[Leaving]:
    """
    Find clips that are not kept and can still be had, those with the least time left first.

    What its provider has deleted by now is no longer among them: nothing can be done about it.
    """
    found = [
        Leaving(clip, clip.delivered_at + timedelta(days=days))
        for provider, days in kept_days.items()
        for clip in waiting.find_unkept(provider, now - timedelta(days=days), limit)
    ]
    return sorted(found, key=lambda one: one.gone_at)[:limit]
