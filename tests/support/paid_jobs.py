"""Jobs that cost something, as a deployment has them, and what is found of them on its table."""

import json
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from cliphook.domain.change import Change, apply, begin
from cliphook.domain.plan import Option
from cliphook.domain.report import Report
from tests.support.deployed import Deployed
from tests.support.lambda_shapes import Event, queue_event
from tests.support.makers import PACE, at
from tests.support.sample_world import SAMPLES, Sample

PRICE: Final = Decimal("10.0000")
CLIPS: Final = 2
SUNOAPI: Final = SAMPLES["sunoapi"]


def paid(*reports: Report, told: Sample = SUNOAPI) -> tuple[Change, ...]:
    """Tell the commits of a sample's job, if it costs ten for two clips."""
    route = (Option(told.provider, "V5", PACE, PRICE, clips=CLIPS),)
    job = replace(told.queued.job, version=0, seq=0, route=route, charge=PRICE)
    changes = [begin(job)]
    for report in reports:
        change = apply(changes[-1].job, report)
        assert isinstance(change, Change)
        changes.append(change)
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class Found:
    """What a deployment's table has of its one job."""

    deployed: Deployed

    def moved(self) -> list[tuple[str, Decimal]]:
        """List how credit moved since the account was given some, the charge first."""
        rows = [row for row in self.deployed.rows("LEDGER") if row["kind"] != "grant"]
        return sorted((str(row["kind"]), Decimal(row["amount"])) for row in rows)

    def announced(self) -> list[str]:
        """List what was announced, in its order."""
        rows = self.deployed.rows("EVENT")
        events = [row for row in rows if row["sk"].startswith("EVENT")]
        return [str(row["detail_type"]) for row in sorted(events, key=lambda row: str(row["sk"]))]

    def orders(self, work: str) -> list[dict[str, Any]]:
        """List the orders for some work on a job, or on the audio of its clips."""
        rows = self.deployed.rows("EVENT")
        found = [json.loads(row["detail"]) for row in rows if row["detail_type"] == f"{work}.due"]
        whole = [order for order in found if "part" not in order]
        return sorted(whole, key=lambda order: str(order["due_at"]))

    def deliver(self, work: str) -> Event:
        """Have the queue for some work deliver every order that there is."""
        return self.deployed.deliver(queue_event(work, *self.orders(work), at=at(100)))
