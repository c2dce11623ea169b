"""Histories that never happened: a few entries, as the parties outside would have written them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from boto3.dynamodb.types import TypeSerializer

from tests.simulator.accounts import ACCOUNTS
from tests.simulator.ambient import EPOCH
from tests.simulator.checks import make_guard
from tests.simulator.logs import (
    Announced,
    CalledBack,
    Entry,
    Logs,
    Submitted,
    Wrote,
)
from tests.simulator.scenario import Ask, Scenario

ONE: Final = ACCOUNTS["one"]
TWO: Final = ACCOUNTS["two"]
JOB: Final = "job_01KJKB3R0TFZM7WWR3AX1Z6Q0S"
PARTITION: Final = f"JOB#{ONE}#{JOB}"
SCENARIO: Final = Scenario("imagined", (Ask({}),))

_write = TypeSerializer().serialize


@dataclass
class Imagined:
    """What a checker sees of an imagined world."""

    scenario: Scenario = SCENARIO
    now: float = 0.0
    faults_end_s: float = 0.0
    logs: Logs = field(default_factory=Logs)
    rows: dict[tuple[Any, ...], Mapping[str, Any]] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict[str, bytes])
    waiting: dict[str, int] = field(default_factory=dict[str, int])


def broken(
    *entries: Entry,
    objects: Mapping[str, bytes] | None = None,
    waiting: Mapping[str, int] | None = None,
) -> list[str]:
    """Tell which invariants a history breaks, in the order in which that is found."""
    sight, guard = Imagined(objects=dict(objects or {}), waiting=dict(waiting or {})), make_guard()
    found: list[str] = []
    for entry in entries:
        sight.now = entry.at
        sight.logs.add(entry)
        if isinstance(entry, Wrote):
            _keep(sight, entry)
        found += [one.invariant for one in guard.see(entry, sight)]
    sight.now += 86_400
    return found + [one.invariant for one in guard.finish(sight)]


def _keep(sight: Imagined, wrote: Wrote) -> None:
    if wrote.after is None:
        sight.rows.pop(wrote.key, None)
    else:
        sight.rows[wrote.key] = wrote.after


def document(**more: Any) -> dict[str, Any]:
    """Write a job as it is stored."""
    return {
        "id": JOB,
        "provider": "sunoapi",
        "request": {"prompt": "Rain on a tin roof"},
        "attempts": [],
        "stages": {},
        "clips": {},
        "pace": {"deadline_s": 7200, "unknown_deadline_s": 3600},
        "seq": 0,
        **more,
    }


def attempt(number: int = 1, task: Sequence[Any] | None = (2, "sunoapi-1")) -> dict[str, Any]:
    """Write an attempt of a job."""
    told = {"number": number, "provider": "sunoapi", "status": "accepted"}
    return told | ({"task": [*task]} if task else {})


def job_row(status: str, version: int, **more: Any) -> dict[str, Any]:
    """Write the row of a job."""
    told = {"account_id": ONE, "status": status, "version": version, "job": document(**more)}
    return {name: _write(value) for name, value in told.items()}


def wrote(
    at: float,
    row: str,
    after: Mapping[str, Any] | None,
    before: Mapping[str, Any] | None = None,
    *,
    partition: str = PARTITION,
    actor: str = "poll",
    turn: int = 1,
) -> Wrote:
    """Have a row written."""
    return Wrote(at, actor, turn, (partition, row), before, after)


def climbing(*statuses: str, **more: Any) -> list[Entry]:
    """Have a job climb, one status a second; `more` is true of it from the beginning."""
    rows = [job_row(status, number, **more) for number, status in enumerate(statuses, 1)]
    befores = [None, *rows]
    return [
        wrote(float(number), "JOB", row, before)
        for number, (row, before) in enumerate(zip(rows, befores, strict=False), 1)
    ]


def plain_row(**values: Any) -> dict[str, Any]:
    """Write any row."""
    return {name: _write(value) for name, value in values.items()}


def event_row(number: int, kind: str, **more: Any) -> dict[str, Any]:
    """Write the row of an event."""
    event_id = f"evt_{number}"
    detail = json.dumps({"id": event_id, "seq": number, **more})
    told = {"event_id": event_id, "source": "cliphook", "at": EPOCH.isoformat()}
    return plain_row(**told, detail_type=kind, detail=detail)


def placed(at: float, place: int, *, event: int = 0, seq: int = 0) -> Wrote:
    """Have an event get its place in the feed."""
    told = {"event_id": f"evt_{event or place}", "job_id": JOB, "seq": seq or place}
    row = plain_row(place=place, **told)
    return wrote(at, f"PLACE#{place:015d}", row, partition=f"FEED#{ONE}", actor="publish")


def announced(at: float, row: Mapping[str, Any], **more: Any) -> Announced:
    """Have an event announced as its row says, or with another detail."""
    told = {name: row[name]["S"] for name in ("source", "detail_type", "detail")} | more
    return Announced(at, **told, actor="publish", turn=1)


def called_back(at: float, status: int, ticket: str, **more: Any) -> CalledBack:
    """Have a callback answered."""
    told: dict[str, Any] = {"body": "{}", "attack": ""} | more
    return CalledBack(
        at=at,
        provider="sunoapi",
        task_id="sunoapi-1",
        ticket=ticket,
        stage="text",
        sent_at=at - 0.1,
        status=status,
        **told,
    )


def submitted(at: float, *, is_refused: bool = False, call: int = 1) -> Submitted:
    """Have a provider asked for the job of these histories."""
    return Submitted(
        at=at,
        provider="sunoapi",
        call=call,
        body={"prompt": "Rain on a tin roof"},
        callback_url=None,
        headers={},
        reply="take",
        status=200,
        task_id=None if is_refused else f"sunoapi-{call}",
        is_refused=is_refused,
    )
