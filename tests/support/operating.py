"""An operator at work on dead letters: what there is, and what comes of a command."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from time_machine import Traveller

from tests.support.deployed import Deployed
from tests.support.lambda_events import load
from tests.support.makers import ACCOUNT
from tests.support.sample_world import SAMPLES

SUNOAPI: Final = SAMPLES["sunoapi"]
JOB: Final = {"account_id": ACCOUNT, "job_id": SUNOAPI.job_id}
POLL: Final = "/sunoapi/api/v1/generate/record-info"
ORDER: Final = load("poll", "sunoapi_order")["Records"][0]["body"]

type Operator = Callable[[Mapping[str, object]], dict[str, Any]]


def operator_of(deployed: Deployed, clock: Traveller) -> Operator:
    """Load the operator's function, after each call of which a moment passes."""
    function = deployed.load("operator")

    def carry_out(command: Mapping[str, object]) -> dict[str, Any]:
        answered: dict[str, Any] = function(dict(command))
        # What was put back is seen by others the next moment.
        clock.shift(0.01)
        return answered

    return carry_out


def inspect(operator: Operator, where: str) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = operator({"command": "inspect", "where": where})["entries"]
    for entry in entries:
        assert entry["where"] == where
        assert "fileb://" in entry["invoke"]
        assert json.dumps(entry["redrive"]) in entry["invoke"]
    return entries


def redrive(operator: Operator, queue: str, **more: int) -> dict[str, Any]:
    done: dict[str, Any] = operator({"command": "redrive", "queue": queue, **more})
    assert done.pop("queue") == queue
    return done


def moved(moved: int = 0, dropped: int = 0, left: int = 0, *, more: bool = False) -> Any:
    return {"moved": moved, "dropped": dropped, "left": left, "more": more}
