"""A provider is asked how far a job is: the safety net, and the proof of what callbacks claim."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from cliphook.application.ports import Evidence, JobRef, Jobs, Origin, Sender
from cliphook.application.record import record
from cliphook.domain.change import Change
from cliphook.domain.due import Work, deadline_of, next_call
from cliphook.domain.errors import UnansweredPollError
from cliphook.domain.job import Job
from cliphook.domain.report import Expired, Said, Silence, Via, Word


@dataclass(frozen=True, slots=True)
class Early:
    """The order came before its time; it is good again after so many seconds."""

    wait_s: float


def poll_job(
    ref: JobRef,
    due_at: datetime,
    *,
    jobs: Jobs,
    sender: Sender,
    clock: Callable[[], datetime],
) -> Change | Early | None:
    """
    Ask a job's provider how far it is, if the order for it still stands.

    An order stands only for the call that it was made for, so copies of one that was carried out
    do nothing. When the deadline has passed, the provider is asked one last time.
    """
    job = jobs.load(ref)
    call = next_call(job) if job else None
    if not job or not call or call.work is not Work.POLL or call.at != due_at:
        return None
    asked_at = clock()
    if call.at > asked_at:
        return Early((call.at - asked_at).total_seconds())
    change = _ask(ref, job, asked_at, jobs=jobs, sender=sender)
    attempt = job.attempts[-1]
    if asked_at >= deadline_of(job, attempt):
        return _changed(record(ref, Expired(clock()), jobs=jobs))
    return change


def _ask(ref: JobRef, job: Job, asked_at: datetime, *, jobs: Jobs, sender: Sender) -> Change | None:
    if not job.task_id:
        return None
    word: Word
    evidence = None
    try:
        word, body = sender.ask(job)
        evidence = Evidence(ref, Origin.POLL, body, asked_at, attempt=len(job.attempts))
    except UnansweredPollError:
        word = Silence()
    said = Said(len(job.attempts), word, Via.POLL, asked_at)
    keep = None if isinstance(word, Silence) else evidence
    return _changed(record(ref, said, jobs=jobs, evidence=keep))


def _changed(outcome: object) -> Change | None:
    return outcome if isinstance(outcome, Change) else None
