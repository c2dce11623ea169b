"""What an attempt means for its endpoint: a notice after a day of failures, an end after five."""

from datetime import datetime
from enum import StrEnum
from typing import Final

from cliphook.application.webhook_ports import Endpoints
from cliphook.domain.delivery import GONE, Response
from cliphook.domain.endpoint import Disabled, Endpoint, disable, notice
from cliphook.domain.lane import Lane, Standing, standing

RACES_MAX: Final = 5


class Notice(StrEnum):
    """What somebody should hear of an endpoint."""

    FAILING = "failing"
    DISABLED = "disabled"
    RECOVERED = "recovered"


def judge_endpoint(
    endpoint: Endpoint, lane: Lane, response: Response, now: datetime, *, endpoints: Endpoints
) -> Notice | None:
    """Write down at the endpoint what its owner should know; tell what is new."""
    for _ in range(RACES_MAX):
        after, news = _judged(endpoint, lane, response, now)
        if after == endpoint:
            return None
        if endpoints.swap(after, endpoint.version):
            return news
        found = endpoints.find(endpoint.account_id, endpoint.id)
        if not found or found.url != endpoint.url:
            # What was learnt is of a receiver that it no longer names.
            return None
        endpoint = found
    return None


def _judged(
    endpoint: Endpoint, lane: Lane, response: Response, now: datetime
) -> tuple[Endpoint, Notice]:
    if response.status == GONE:
        return disable(endpoint, Disabled.GONE, now), Notice.DISABLED
    judgement = standing(lane, now)
    if response.is_taken or judgement is Standing.WELL:
        return notice(endpoint, None), Notice.RECOVERED
    noted = notice(endpoint, lane.failing_since)
    if judgement is Standing.DEAD:
        return disable(noted, Disabled.FAILING, now), Notice.DISABLED
    return noted, Notice.FAILING
