"""What was set aside is read again: today's code may understand what yesterday's did not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cliphook.application.operations_ports import Place, Report, StuckRow, StuckRows
from cliphook.application.ports import JobRef, Jobs, Origin
from cliphook.application.record import record
from cliphook.domain.errors import UnknownResourceError, UnreadableReportError
from cliphook.domain.job import Job
from cliphook.domain.report import Said, Via, Word
from cliphook.domain.steps import Quarantined


class Obstacle(StrEnum):
    """Why a body cannot be recorded; where its reading says no, that word stands instead."""

    # An answer counts with its status, which was not kept.
    IS_ANSWER = "is_an_answer"
    # It was kept by a version that did not write down of which attempt it speaks.
    UNKNOWN_ATTEMPT = "unknown_attempt"
    # Its provider signs what it sends, and this was set aside before anybody could look.
    UNSIGNED = "unsigned"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Reread:
    """How many bodies were recorded, how many were no news, and what is left, with the reason."""

    recorded: int
    known: int
    left: tuple[tuple[StuckRow, str], ...]
    is_more: bool


def reread_reports(
    ref: JobRef,
    *,
    jobs: Jobs,
    stuck: StuckRows,
    read: Callable[[Job, Report], Word | Obstacle],
    now: datetime,
    has_time: Callable[[], bool],
) -> Reread:
    """
    Read a job's quarantined bodies again, and record what they say as if they came now.

    One that was recorded, or says nothing new, is settled. Doing it again does nothing.
    """
    job = jobs.load(ref)
    if job is None:
        raise UnknownResourceError
    recorded = known = 0
    left: list[tuple[StuckRow, str]] = []
    rows = stuck.find_of(ref, Place.QUARANTINE)
    for number, row in enumerate(rows):
        if not has_time():
            return Reread(recorded, known, tuple(left), number < len(rows))
        outcome = _reread(ref, job, stuck.read_report(row), jobs=jobs, read=read)
        if isinstance(outcome, str):
            left.append((row, outcome))
            continue
        stuck.settle(row, "reread", now)
        recorded += outcome
        known += not outcome
    return Reread(recorded, known, tuple(left), is_more=False)


def _reread(
    ref: JobRef,
    job: Job,
    report: Report,
    *,
    jobs: Jobs,
    read: Callable[[Job, Report], Word | Obstacle],
) -> bool | str:
    """Record one body; tells whether it was news, or why it cannot be recorded."""
    if report.origin is Origin.ANSWER:
        return Obstacle.IS_ANSWER
    if report.attempt is None or report.attempt > len(job.attempts):
        return Obstacle.UNKNOWN_ATTEMPT
    try:
        word = read(job, report)
    except UnreadableReportError:
        return Obstacle.UNREADABLE
    if isinstance(word, Obstacle):
        return word
    via = Via.POLL if report.origin is Origin.POLL else Via.CALLBACK
    outcome = record(ref, Said(report.attempt, word, via, report.received_at), jobs=jobs)
    return outcome.reason if isinstance(outcome, Quarantined) else outcome is not None
