"""Keepers for tests, which have no time to listen to what they keep."""

from cliphook.adapters.audio.probe import AudioProbe
from cliphook.application.keep_clip import Examined, Keeper
from cliphook.application.ports import Fetched, Shelf
from cliphook.domain.sound import Reason, Undecodable


def walk_only(file: Fetched) -> Examined:
    """Examine a file by its frames alone, as if there were no time to listen to it."""
    probe = AudioProbe()
    probe.feed(file.path.read_bytes())
    return Examined(probe.end(), Undecodable(Reason.TOO_SLOW), None)


def walking_keeper(shelf: Shelf) -> Keeper:
    """Make a keeper that examines files by their frames alone."""
    return Keeper(shelf, walk_only)
