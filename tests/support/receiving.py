"""A world of receivers in virtual time: events go in, and errands are done at their time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cliphook.adapters.signing_secrets import DerivedSecrets
from cliphook.application.attempt_delivery import Attempted, World, attempt_delivery
from cliphook.application.fan_out import fan_out
from cliphook.application.remind_deliveries import remind_deliveries
from cliphook.application.webhook_ports import Announced, DeliveryRef
from cliphook.domain.delivery import Delivery, Response
from cliphook.domain.endpoint import Endpoint
from cliphook.domain.ids import EndpointId, EventId, JobId, derive_id
from tests.support.fake_webhooks import (
    Clock,
    FakeAnnouncements,
    FakeDeliveries,
    FakeEndpoints,
    FakeErrands,
    FakeLanes,
    FakePoster,
)
from tests.support.makers import ACCOUNT, JOB, START

MASTER = "canary-master-that-derives-the-secrets-of-webhooks"


def endpoint_of(name: str, events: tuple[str, ...] = ("*",), **changed: object) -> Endpoint:
    """Make an endpoint at an address of its name."""
    values: dict[str, object] = {
        "id": EndpointId(derive_id("ep", START, name)),
        "account_id": ACCOUNT,
        "url": f"https://{name}.example.test/hook",
        "events": events,
        "description": name,
        "created_at": START,
    }
    return Endpoint(**{**values, **changed})  # type: ignore[arg-type]


def announced(seq: int, at: datetime = START, event_type: str = "job.archived") -> Announced:
    """Make an event of the sample job."""
    event_id = EventId(derive_id("evt", at, JOB, str(seq)))
    occurred_at = at.isoformat().replace("+00:00", "Z")
    told = {
        "id": event_id,
        "type": event_type,
        "version": 1,
        "seq": seq,
        "occurred_at": occurred_at,
        "account_id": ACCOUNT,
        "job": {"id": JOB},
        "clips": [],
    }
    detail = json.dumps(told)
    return Announced(ACCOUNT, event_id, event_type, JobId(JOB), at, occurred_at, detail)


@dataclass
class Receiving:
    """All stores are fakes, and nobody waits for anything but the clock."""

    clock: Clock = field(default_factory=lambda: Clock(START))
    endpoints: FakeEndpoints = field(default_factory=FakeEndpoints)
    deliveries: FakeDeliveries = field(default_factory=FakeDeliveries)
    lanes: FakeLanes = field(default_factory=FakeLanes)
    announcements: FakeAnnouncements = field(default_factory=FakeAnnouncements)
    done: list[Attempted] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.errands = FakeErrands(self.clock)
        self.poster = FakePoster(self.clock)
        self.world = World(
            deliveries=self.deliveries,
            endpoints=self.endpoints,
            lanes=self.lanes,
            errands=self.errands,
            poster=self.poster,
            secrets=DerivedSecrets(MASTER.encode),
            clock=self.clock,
        )

    def endpoint(self, name: str, *script: Response, **changed: object) -> Endpoint:
        """Add an endpoint that answers by a script."""
        endpoint = endpoint_of(name, **changed)  # type: ignore[arg-type]
        assert self.endpoints.add(endpoint)
        if script:
            self.poster.scripts[endpoint.url] = [*script]
        return endpoint

    def announce(self, event: Announced) -> int:
        """Bring an event from the bus."""
        self.announcements.events.append(event)
        return fan_out(
            event,
            endpoints=self.endpoints,
            callbacks=self.announcements,
            deliveries=self.deliveries,
            errands=self.errands,
        )

    def attempt(self, delivery: Delivery) -> Attempted | None:
        """Do one errand now."""
        ref = DeliveryRef(delivery.account_id, delivery.id)
        return attempt_delivery(ref, world=self.world)

    def run(self, lasts: timedelta = timedelta(days=6)) -> None:
        """Do all errands in their order, and be reminded each minute, until nothing is left."""
        end = self.clock.now + lasts
        minute = self.clock.now
        while self.errands.attempts or self.deliveries.due:
            first = min((at for at, _ in self.errands.attempts), default=end)
            while minute < first and (self.deliveries.due or self.errands.attempts):
                minute = self._be_reminded(minute, first)
                first = min((at for at, _ in self.errands.attempts), default=end)
            if first >= end:
                return
            taken = self.errands.take()
            assert taken
            at, ref = taken
            self.clock.now = max(self.clock.now, at)
            if outcome := attempt_delivery(ref, world=self.world):
                self.done.append(outcome)

    def _be_reminded(self, minute: datetime, first: datetime) -> datetime:
        """Go on to the minute at which something is due that nobody is on the way to."""
        earliest = min(self.deliveries.due.values(), default=first)
        minute = max(minute + timedelta(minutes=1), earliest - timedelta(minutes=1))
        if minute < first:
            self.clock.now = max(self.clock.now, minute)
            remind_deliveries(deliveries=self.deliveries, errands=self.errands, now=self.clock.now)
        return minute

    def delivery_to(self, endpoint: Endpoint, number: int = 0) -> Delivery:
        """Read a delivery to an endpoint."""
        return self.deliveries_to(endpoint)[number]

    def deliveries_to(self, endpoint: Endpoint) -> Sequence[Delivery]:
        """Read the deliveries to an endpoint, the oldest first."""
        found = [one for one in self.deliveries.rows.values() if one.owner == endpoint.id]
        return sorted(found, key=lambda one: one.id)

    def times(self, endpoint: Endpoint) -> list[float]:
        """Tell when an endpoint was posted to, in seconds from the start."""
        found = [one.at for one in self.poster.posted if one.url == endpoint.url]
        return [(at - START).total_seconds() for at in found]
