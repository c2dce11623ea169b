"""Whom of a job's route to ask now, and why: the first whose gate lets a submission in."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from cliphook.application.pass_gate import enter_gate, reserve_slot
from cliphook.application.ports import Gates
from cliphook.domain.due import unsent_deadline_of
from cliphook.domain.gate import SLOT_S, Rate, Turned
from cliphook.domain.job import FailureCode, Job, JobError
from cliphook.domain.report import Abandoned, Claimed, Expired, Postponed
from cliphook.domain.route import openings, option_of

# So long a job waits for a provider that does not answer well. For its turn it waits longer.
PATIENCE: Final = timedelta(minutes=10)

type Rates = Callable[[str], Rate | None]
type Turns = dict[int, Turned]
type Decision = Claimed | Postponed | Abandoned | Expired


def choose_option(
    job: Job,
    owner: str,
    now: datetime,
    *,
    gates: Gates,
    rates: Rates,
    is_brief: bool = False,
) -> Decision:
    """
    Decide what is to become of a job that waits for its submission.

    Where nobody may be asked now, the job gets a turn of its own where one can be had, and else
    comes again when the first of them might. It is given up once nobody could be asked for long.
    Who `is_brief` asks nobody who may take minutes, and leaves such a one to somebody else.
    """
    number = len(job.attempts) + 1
    if now >= unsent_deadline_of(job):
        return Expired(now, len(job.attempts))
    its_turn = _its_turn(job, now)
    turned: Turns = {}
    # Whoever has a turn asks there first.
    for opening in sorted(openings(job), key=lambda one: one.option != its_turn):
        index, has_slot = opening.option, opening.option == its_turn
        provider = option_of(job, index).provider
        is_long = not option_of(job, index).pace.dispatch_after_s
        if opening.at > now:
            turned[index] = Turned(opening.at, "it was asked a moment ago")
            continue
        if is_brief and is_long:
            return Postponed(number, now, index, f"{provider} may take minutes to answer", now)
        refusal = enter_gate(
            provider, rates(provider), now, gates=gates, has_slot=has_slot, is_long=is_long
        )
        if refusal is None:
            return Claimed(number, owner, now, index, _reason(job, index, turned, has_slot))
        turned[index] = refusal
    return _put_off(job, number, turned, now, gates=gates, rates=rates)


def _its_turn(job: Job, now: datetime) -> int | None:
    """Tell which option's slot a job has now."""
    waited = job.waiting
    if not waited or not waited.has_slot:
        return None
    is_now = waited.until <= now <= waited.until + timedelta(seconds=SLOT_S)
    return waited.option if is_now else None


def _put_off(
    job: Job, number: int, turned: Turns, now: datetime, *, gates: Gates, rates: Rates
) -> Postponed | Abandoned:
    why = _why(job, turned)
    since = None
    if all(one.is_unwell for one in turned.values()):
        since = (job.waiting and job.waiting.unwell_since) or now
        if now >= since + PATIENCE:
            message = f"No provider answered well for ten minutes: {why}."
            return Abandoned(JobError(FailureCode.UNAVAILABLE, message), now)
    index = min(turned, key=lambda one: turned[one].until)
    turn: datetime | Turned = turned[index]
    if turned[index].is_rate:
        provider = option_of(job, index).provider
        latest = unsent_deadline_of(job)
        turn = reserve_slot(provider, rates(provider), now, latest, gates=gates)
    if isinstance(turn, Turned):
        return Postponed(number, turn.until, index, why, now, unwell_since=since)
    return Postponed(number, turn, index, why, now, has_slot=True)


def _reason(job: Job, index: int, turned: Turns, has_slot: bool) -> str:  # noqa: FBT001
    """Say why this one: because of what became of the others, or where the route has it."""
    if has_slot and job.waiting:
        return f"its turn came: {job.waiting.reason}"
    parts = [_why(job, turned)] if turned else []
    last = job.attempt
    if last and last.error and last.option != index:
        parts.insert(0, f"{last.provider} ended with {last.error.code}")
    return "; ".join(parts) or option_of(job, index).reason


def _why(job: Job, turned: Turns) -> str:
    return "; ".join(
        f"{option_of(job, index).provider}: {one.reason}" for index, one in turned.items()
    )
