"""
A job goes to its provider: claim, call, record.

The claim is committed before a byte leaves, and it can be won only once. So whoever dies after it
leaves a job that nobody submits again: its provider may have taken it, and music would be paid
for twice. A callback, a poll or the deadline settles it.
"""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import Final

from cliphook.application.choose_option import Decision, Rates, choose_option
from cliphook.application.pass_gate import tell_gate
from cliphook.application.ports import Evidence, Gates, JobRef, Jobs, Origin, Sender
from cliphook.application.record import record
from cliphook.domain.change import Change
from cliphook.domain.due import Work, next_call
from cliphook.domain.errors import CapReachedError, RetryableError, UnavailableStoreError
from cliphook.domain.gate import Outcome, outcome_of
from cliphook.domain.job import FailureCode, Job, JobError
from cliphook.domain.report import Abandoned, Answer, Claimed, Unsent
from cliphook.domain.route import option_of

# An answer that is not stored is paid for and lost, so it is worth waiting for the table. A client
# is answered within 25 s, and what comes before and after a submission takes a little of them.
BRIEF_PATIENCE_S: Final = (0.2, 1.0, 3.0)
BRIEF_MAX_S: Final = 23
PATIENCE_S: Final = (*BRIEF_PATIENCE_S, 10.0, 30.0, 60.0)


def dispatch_job(
    ref: JobRef,
    *,
    jobs: Jobs,
    sender: Sender,
    gates: Gates,
    rates: Rates,
    callback_url: Callable[[Job, datetime], str],
    owner: str,
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
    is_brief: bool = False,
) -> None:
    """
    Submit a job to a provider, if that is what it waits for and nobody else is doing it.

    `owner` must be new for every invocation; who `is_brief` has only seconds. Does nothing for a
    job that is not to be submitted now, so it may be called at any time and by anybody.
    """
    began_at = clock()
    job = jobs.load(ref)
    if not job or not _is_due(job, began_at):
        return
    choice = choose_option(job, owner, clock(), gates=gates, rates=rates, is_brief=is_brief)
    claimed = _claim(ref, choice, jobs=jobs, clock=clock)
    if not isinstance(choice, Claimed):
        return
    outcome = None
    if claimed:
        outcome = _submit(
            ref,
            claimed.job,
            began_at if is_brief else None,
            jobs=jobs,
            sender=sender,
            callback_url=callback_url,
            clock=clock,
            sleep=sleep,
        )
    asked = option_of(job, choice.option)
    is_long = not asked.pace.dispatch_after_s
    with suppress(RetryableError):
        tell_gate(asked.provider, outcome, clock(), gates=gates, is_long=is_long)


def _claim(
    ref: JobRef, choice: Decision, *, jobs: Jobs, clock: Callable[[], datetime]
) -> Change | None:
    try:
        claimed = record(ref, choice, jobs=jobs)
    except CapReachedError:
        error = JobError(FailureCode.CAP_REACHED, "The account may spend no more there today.")
        record(ref, Abandoned(error, clock()), jobs=jobs)
        return None
    return claimed if isinstance(claimed, Change) else None


def _submit(
    ref: JobRef,
    job: Job,
    brief_since: datetime | None,
    *,
    jobs: Jobs,
    sender: Sender,
    callback_url: Callable[[Job, datetime], str],
    clock: Callable[[], datetime],
    sleep: Callable[[float], None],
) -> Outcome | None:
    """Make the call, record its answer, and tell how it speaks of the provider."""
    try:
        url = callback_url(job, clock())
    except UnavailableStoreError:
        # The secret that signs it cannot be read just now, so nothing has left.
        error = JobError(FailureCode.UNREACHABLE, "The callback's address could not be signed.")
        record(ref, Unsent(len(job.attempts), error, clock()), jobs=jobs)
        return None
    answer, body = sender.submit(job, url, clock())
    # It may have taken minutes.
    answer = replace(answer, at=clock())
    waits_s = PATIENCE_S if brief_since is None else _brief_patience(brief_since, answer.at)
    _record_answer(ref, answer, body, waits_s, jobs=jobs, sleep=sleep)
    return outcome_of(answer)


def _is_due(job: Job, now: datetime) -> bool:
    """Tell whether a job waits to be submitted, and not for a later time that was set for it."""
    call = next_call(job)
    if not call or call.work is not Work.DISPATCH:
        return False
    return call.at <= now or not (job.attempts or job.waiting)


def _brief_patience(began_at: datetime, answered_at: datetime) -> tuple[float, ...]:
    """Tell how long a request may wait for the table; not at all by a clock that has jumped."""
    left_s = BRIEF_MAX_S - abs((answered_at - began_at).total_seconds())
    return tuple(wait_s for wait_s in BRIEF_PATIENCE_S if wait_s < left_s)


def _record_answer(
    ref: JobRef,
    answer: Answer,
    body: bytes,
    waits_s: Iterable[float],
    *,
    jobs: Jobs,
    sleep: Callable[[float], None],
) -> None:
    evidence = None
    if body:
        evidence = Evidence(ref, Origin.ANSWER, body, answer.at, attempt=answer.attempt)
    for wait_s in waits_s:
        try:
            record(ref, answer, jobs=jobs, evidence=evidence)
        except RetryableError:
            sleep(wait_s)
        else:
            return
    record(ref, answer, jobs=jobs, evidence=evidence)
