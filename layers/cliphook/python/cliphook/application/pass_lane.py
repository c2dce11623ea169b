"""Who may speak to a receiver now: a lane is read, changed and stored, and again after a race."""

from datetime import datetime, timedelta
from typing import Final

from cliphook.application.webhook_ports import Lanes
from cliphook.domain import lane as rules
from cliphook.domain.delivery import Response
from cliphook.domain.ids import AccountId
from cliphook.domain.lane import Busy, Lane

# Each lost race means that another one came through, and ten are on a lane at most.
RACES_MAX: Final = 20
CONTENDED: Final = timedelta(seconds=2)


def enter_lane(
    account_id: AccountId, name: str, flight: str, now: datetime, *, lanes: Lanes
) -> Lane | Busy:
    """Let an attempt onto a lane, or say when to come again."""
    for _ in range(RACES_MAX):
        lane = lanes.load(account_id, name)
        entered = rules.enter(lane, flight, now)
        if isinstance(entered, Busy) or lanes.swap(account_id, entered, lane.version):
            return entered
    return Busy(now + CONTENDED)


def leave_lane(
    account_id: AccountId,
    lane: Lane,
    flight: str,
    response: Response,
    now: datetime,
    *,
    lanes: Lanes,
) -> Lane:
    """
    Take an attempt off its lane, which nobody may have changed since.

    Whoever loses every race leaves its flight there, which ends by itself.
    """
    left = rules.leave(lane, flight, response, now)
    for _ in range(RACES_MAX):
        if lanes.swap(account_id, left, left.version - 1):
            return left
        left = rules.leave(lanes.load(account_id, lane.name), flight, response, now)
    return left
