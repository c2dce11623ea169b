"""`redrive`, `unpark` and `nudge`: what was given up is tried again."""

import json
from collections.abc import Callable, Mapping
from typing import Annotated, Final

from pydantic import Field

from cliphook.adapters.schema import Letters
from cliphook.application.diagnose_letter import read_order
from cliphook.application.operations_ports import Letter, Place, StuckRow
from cliphook.application.ports import JobRef
from cliphook.application.record import record
from cliphook.application.redrive_letters import Fate, Sent, redrive_letters
from cliphook.domain.ids import AccountId, JobId
from cliphook.domain.report import Nudged
from cliphook.runtime.clock import now, within
from cliphook.runtime.observability import logger
from cliphook.runtime.operator.desk import (
    COMMAND_S,
    AccountName,
    Answer,
    Command,
    Desk,
    JobName,
    Order,
)

# Where the letters of a work queue come from.
SOURCES: Final[Mapping[str, str]] = {
    Letters.DISPATCH: "dispatch",
    Letters.POLL: "poll",
    Letters.ARCHIVE: "archive",
    Letters.DELIVER: "deliver",
}


class Redrive(Order):
    """Send the letters of one queue back to where they came from."""

    queue: Letters
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class Unpark(Order):
    """Put parked rows back among those that wait for the bus: a job's, or everybody's."""

    account_id: AccountName | None = None
    job_id: JobName | None = None
    limit: Annotated[int, Field(ge=1, le=1000)] = 100


class Nudge(Order):
    """Order again what a job waits for."""

    account_id: AccountName
    job_id: JobName


def _redrive(order: Redrive, desk: Desk) -> Answer:
    """Move letters. To do it twice, or two at once, is harmless: every order is looked at first."""
    done = redrive_letters(
        order.queue,
        order.limit,
        letters=desk.letters,
        decide=_decider(order.queue, desk),
        has_time=within(COMMAND_S),
    )
    told = {"moved": done.moved, "dropped": done.dropped, "left": done.left}
    logger.info("redriven", extra={"queue": order.queue, **told})
    return {"queue": order.queue, **told, "more": done.is_more}


def _decider(queue: str, desk: Desk) -> Callable[[Letter], Sent | Fate]:
    if queue in SOURCES:
        return lambda letter: Sent(SOURCES[queue], letter.body)
    if queue == Letters.UNDELIVERED:
        return _deliver
    since = desk.waiting.unsent_since()
    # What it points at is on the table, and the sweep publishes that; here it is only waited for.
    return lambda letter: Fate.LEAVE if since and since <= letter.since else Fate.DROP


def _deliver(letter: Letter) -> Sent | Fate:
    """Send an order to the queue that its rule could not reach; a start that failed is past."""
    target = letter.marks.get("TARGET_ARN", "")
    name = target.rpartition(":")[2].rpartition("-")[2]
    # What webhooks are made of is an event, and no order.
    is_event = ":sqs:" in target and name == SOURCES[Letters.DELIVER]
    if not is_event and not read_order(letter):
        is_start = ":lambda:" in target or "requestContext" in letter.body
        return Fate.DROP if is_start else Fate.LEAVE
    if name not in SOURCES.values():
        return Fate.LEAVE
    told = json.loads(letter.body)
    return Sent(name, json.dumps(told.get("detail", told)))


def _unpark(order: Unpark, desk: Desk) -> Answer:
    has_time = within(COMMAND_S)
    rows = _parked(order, desk)[: order.limit]
    unparked = 0
    for row in rows:
        if not has_time():
            break
        desk.stuck.unpark(row)
        unparked += 1
    logger.info("unparked", extra={"rows": unparked, "job_id": order.job_id})
    is_more = unparked < len(rows) or len(rows) == order.limit
    return {"unparked": unparked, "more": is_more}


def _parked(order: Unpark, desk: Desk) -> list[StuckRow]:
    if order.account_id and order.job_id:
        ref = JobRef(AccountId(order.account_id), JobId(order.job_id))
        return [*desk.stuck.find_of(ref, Place.PARKED)]
    return [*desk.stuck.find(Place.PARKED, order.limit)]


def _nudge(order: Nudge, desk: Desk) -> Answer:
    ref = JobRef(AccountId(order.account_id), JobId(order.job_id))
    record(ref, Nudged(now()), jobs=desk.jobs)
    logger.info("nudged", extra={"job_id": order.job_id})
    return {"account_id": order.account_id, "job_id": order.job_id, "nudged": True}


REDRIVE: Final = Command(Redrive, _redrive)
UNPARK: Final = Command(Unpark, _unpark)
NUDGE: Final = Command(Nudge, _nudge)
