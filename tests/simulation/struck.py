"""Histories that one fault strikes, and what is looked for in them."""

from collections.abc import Sequence

from tests.simulator.decisions import Decision, Fixed, Point
from tests.simulator.logs import Ended, Entry, Wrote
from tests.simulator.play import Played, play
from tests.simulator.scenarios import SCENARIOS

PUSH = SCENARIOS["one push job"]
# The calls of the first `submit`: the fourth stores the job, the tenth the claim.
ADD = Point("submit", 1, 4, "kv.transact_write_items")
CLAIM = Point("submit", 1, 10, "kv.transact_write_items")
SUBMIT = Point("submit", 1, 14, "http.submit")
PUT = Point("publish", 1, 3, "bus.put_events")
# The turn of `publish` that has more than one row to tell of.
BUSY = 7
ARCHIVE = Point("archive", 1, 2, "http.download")


def played(*decisions: Decision) -> Played:
    found = play(PUSH, Fixed(decisions), 1, is_traced=True)
    assert [*found.decisions] == [*decisions]
    return found


def rows_by(found: Played, actor: str, turn: int = 1) -> Sequence[Wrote]:
    return [one for one in found.logs.of(Wrote) if (one.actor, one.turn) == (actor, turn)]


def outcome(found: Played, actor: str, turn: int = 1) -> Ended:
    return next(one for one in found.logs.of(Ended) if (one.actor, one.turn) == (actor, turn))


def count[E: Entry](found: Played, kind: type[E], actor: str) -> int:
    return sum(getattr(one, "actor", "") == actor for one in found.logs.of(kind))
