"""Whom of a job's route to ask now, and why: the first whose gate lets a submission in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from cliphook.application.pass_gate import enter_gate, reserve_slot
from cliphook.application.ports import Gates
from cliphook.domain.gate import SLOT_S, Rate, Turned
from cliphook.domain.job import FailureCode, Job, JobError
from cliphook.domain.report import Abandoned, Claimed, Expired, Postponed
from cliphook.domain.route import openings, option_of

# So long a job waits for a provider that does not answer well. For its turn it waits longer.
PATIENCE: Final = timedelta(minutes=10)

type Rates = Callable[[str], Rate | None]
type Turns = dict[int, Turned]


def choose_option(
    job: Job, owner: str, now: datetime, *, gates: Gates, rates: Rates
) -> Claimed | Postponed | Abandoned | Expired:
    """
    Decide what is to become of a job that waits for its submission.

    Where nobody may be asked now, the job gets a turn of its own where one can be had, and else
    comes again when the first of them might. It is given up once nobody could be asked for long.
    """
    number = len(job.attempts) + 1
    if now >= job.created_at + timedelta(seconds=job.pace.deadline_s):
        return Expired(now)
    waited = job.waiting
    if waited and waited.has_slot and now <= waited.until + timedelta(seconds=SLOT_S):
        return Claimed(number, owner, now, waited.option, f"its turn came: {waited.reason}")
    turned: Turns = {}
    for index in (opening.option for opening in openings(job)):
        provider = option_of(job, index).provider
        refusal = enter_gate(provider, rates(provider), now, gates=gates)
        if refusal is None:
            return Claimed(number, owner, now, index, _reason(job, index, turned))
        turned[index] = refusal
    if not any(one.is_rate for one in turned.values()) and now > job.created_at + PATIENCE:
        message = f"No provider answered well for ten minutes: {_why(job, turned)}."
        return Abandoned(JobError(FailureCode.UNAVAILABLE, message), now)
    return _postponed(job, number, turned, now, gates=gates, rates=rates)


def _postponed(
    job: Job, number: int, turned: Turns, now: datetime, *, gates: Gates, rates: Rates
) -> Postponed:
    index = min(turned, key=lambda one: turned[one].until)
    until, is_rate = turned[index].until, turned[index].is_rate
    if is_rate:
        provider = option_of(job, index).provider
        until = reserve_slot(provider, rates(provider), now, gates=gates)
    return Postponed(number, until, index, _why(job, turned), now, has_slot=is_rate)


def _reason(job: Job, index: int, turned: Turns) -> str:
    """Say why this one: because of what became of the others, or where the route has it."""
    parts = [_why(job, turned)] if turned else []
    last = job.attempt
    if last and last.error and last.option != index:
        parts.insert(0, f"{last.provider} ended with {last.error.code}")
    return "; ".join(parts) or option_of(job, index).reason


def _why(job: Job, turned: Turns) -> str:
    return "; ".join(
        f"{option_of(job, index).provider}: {one.reason}" for index, one in turned.items()
    )
