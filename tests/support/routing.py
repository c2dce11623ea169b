"""A deployment whose jobs may go to several providers, and what takes them to the next one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from cliphook.adapters import aws, schema
from cliphook.adapters.dynamodb_gates import DynamoDbGates
from cliphook.application.pass_gate import tell_gate
from cliphook.domain.gate import Outcome
from cliphook.runtime.clock import now
from tests.support.deployed import Deployed, Function
from tests.support.lambda_events import load, query_event
from tests.support.lambda_shapes import queue_event
from tests.support.makers import at

# Nobody listens there.
NOWHERE: Final = "http://127.0.0.1:9"
# So few that they are soon used up.
RATE: Final = 2
SETTINGS: Final = {"sunoapi": {"rate_count": RATE}}

type Job = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Traffic:
    """The functions that a job passes; `down` are the providers that cannot be reached."""

    deployed: Deployed
    down: frozenset[str] = frozenset()
    # A cold start takes longer than all else here.
    loaded: dict[tuple[str, frozenset[str]], Function] = field(default_factory=dict)

    def without(self, *providers: str) -> "Traffic":
        """Take providers off the net."""
        return Traffic(self.deployed, frozenset(providers), self.loaded)

    def fail(self, provider: str, times: int) -> None:
        """Have so many calls to a provider go wrong."""
        gates = DynamoDbGates(self.deployed.table, aws.dynamodb())
        for _ in range(times):
            tell_gate(provider, Outcome.UNWELL, now(), gates=gates)

    def submit(self, **fields: object) -> Job:
        """Ask for music."""
        body = {"prompt": "Rain", "model": "auto", **fields}
        event = load("submit", "simple") | {"body": json.dumps(body)}
        answered = self._function("submit").answer(event)
        assert answered.status == HTTPStatus.ACCEPTED, answered.body
        job: Job = answered.json
        return job

    def dispatch(self, job: Job) -> Job:
        """Hand the latest order for a job to the function that submits, and read the job again."""
        order = max(self.orders(job), key=_due_at)
        event = queue_event("dispatch", order, at=at(100))
        answered = self._function("dispatch")(self.deployed.deliver(event))
        assert answered == {"batchItemFailures": []}
        return self.read(job)

    def read(self, job: Job) -> Job:
        """Read a job as its account sees it."""
        event = query_event("GET /v1/jobs/{id}", f"/v1/jobs/{job['id']}")
        found: Job = self._function("query").answer(event).json
        return found

    def orders(self, job: Job) -> list[Mapping[str, Any]]:
        """Find the orders to submit a job."""
        rows = self.deployed.rows("EVENT")
        orders = [row["detail"] for row in rows if row["detail_type"] == schema.Order.DISPATCH]
        return [order for order in map(json.loads, orders) if order["job_id"] == job["id"]]

    def due_at(self, job: Job) -> datetime:
        """Tell when the only order to submit a job holds."""
        (order,) = self.orders(job)
        return _due_at(order)

    def health(self, provider: str) -> Mapping[str, Any]:
        """Read how a provider does."""
        event = query_event("GET /v1/providers", "/v1/providers")
        (found,) = [
            row["health"]
            for row in self._function("catalogue").answer(event).json["data"]
            if row["name"] == provider
        ]
        told: Mapping[str, Any] = found
        return told

    def creates(self, provider: str) -> int:
        """Count what a provider was asked to make."""
        paths = [seen.path for seen in self.deployed.host.requests]
        return sum(path.startswith(f"/{provider}/") for path in paths)

    def _function(self, name: str) -> Function:
        if (name, self.down) not in self.loaded:
            self.loaded[name, self.down] = self._load(name)
        return self.loaded[name, self.down]

    def _load(self, function: str) -> Function:
        told = self.deployed.settings(function)
        if "PROVIDER_URLS" not in told:
            return self.deployed.load(function)
        urls = json.loads(told["PROVIDER_URLS"]) | dict.fromkeys(self.down, NOWHERE)
        changed = {"PROVIDER_URLS": urls, "PROVIDER_SETTINGS": SETTINGS}
        texts = {name: json.dumps(value) for name, value in changed.items()}
        return self.deployed.load(function, **texts)


def _due_at(order: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(order["due_at"])


def asked(job: Job) -> list[tuple[str, str, str | None]]:
    """List who was asked, what became of it, and the code if it came to nothing."""
    return [
        (one["provider"], one["status"], one["error"] and one["error"]["code"])
        for one in job["attempts"]
    ]


def reasons(job: Job) -> list[str]:
    """List why each was asked."""
    return [attempt["reason"] for attempt in job["attempts"]]
