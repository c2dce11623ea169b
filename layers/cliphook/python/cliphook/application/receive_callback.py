"""A provider calls back: what it says is kept as it came, and then believed as far as it goes."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from cliphook.application.ports import Evidence, JobRef, Jobs, Origin
from cliphook.application.record import record
from cliphook.domain.change import Change
from cliphook.domain.errors import UnknownResourceError, UnreadableReportError
from cliphook.domain.report import Said, Via, Word
from cliphook.domain.steps import Quarantined
from cliphook.domain.ticket import Ticket

UNREADABLE: Final = "unreadable"


def receive_callback(
    ticket: Ticket,
    body: bytes,
    *,
    read: Callable[[bytes], Word],
    jobs: Jobs,
    now: datetime,
) -> Change | Quarantined | None:
    """
    Record what a callback says.

    Returns only once the body is stored, whether or not it could be read; the provider may be
    answered 200 then. Raises what `record` raises, and then nothing is known to be stored.
    """
    ref = JobRef(ticket.account_id, ticket.job_id)
    evidence = Evidence(ref, Origin.CALLBACK, body, now, attempt=ticket.attempt)
    try:
        word = read(body)
    except UnreadableReportError:
        return _set_aside(evidence, jobs=jobs)
    said = Said(ticket.attempt, word, Via.CALLBACK, now)
    return record(ref, said, jobs=jobs, evidence=evidence)


def _set_aside(evidence: Evidence, *, jobs: Jobs) -> Quarantined:
    if jobs.load(evidence.ref) is None:
        raise UnknownResourceError
    jobs.keep(replace(evidence, quarantine=UNREADABLE))
    return Quarantined(UNREADABLE)
